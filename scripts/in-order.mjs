/**
 * Suites side by side, their lines one after the other: the first that has not ended speaks, what the others say waits for its end. So the
 * output reads as if they had run in the order in which they began.
 */
const print = (line) => process.stdout.write(`${line}\n`);

let everyoneBefore = Promise.resolve();

/** Resolves once everything has been said. */
export const allSaid = () => everyoneBefore;

/**
 * @template T
 * @param {(say: (line: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export function inOrder(work) {
  const waiting = [];
  let say = (line) => waiting.push(line);
  const turn = everyoneBefore.then(() => {
    for (const line of waiting) print(line);
    say = print;
  });
  const done = work((line) => say(line));
  everyoneBefore = Promise.all([turn, done.catch(() => {})]);
  return done;
}
