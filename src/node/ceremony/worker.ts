/**
 * The child process that computes with snarkjs: one task, one answer, and its memory, with whatever was secret in it, goes back to the
 * system. The randomness of a contribution is drawn here and nowhere written: 64 bytes of the system's generator beside what snarkjs draws
 * itself, and what the person typed.
 */
import { randomBytes } from 'node:crypto';
import { type Logger, zKey } from 'snarkjs';
import type { Done, Said, Task } from './tasks.ts';
import { BEACON_ITERATIONS_EXP, BEACON_NAME } from './transcript.ts';

const say = (said: Said): void => void process.send!(said);

/** The last words of snarkjs about what it refuses; they are shown, nothing decides by them. */
function listener(): { logger: Logger; last: () => string } {
  let heard = '';
  const nothing = () => {};
  return {
    logger: {
      debug: nothing,
      info: nothing,
      warn: nothing,
      error: (text) => {
        heard = text;
      },
    },
    last: () => heard || 'the computation gives another result',
  };
}

/** The work on one circuit of a task, by its kind. */
const WORK: { [K in Task['kind']]: (task: Extract<Task, { kind: K }>, at: number) => Promise<Done> } = {
  first: async ({ circuits, powersOfTau }, at) => {
    const { logger, last } = listener();
    const result = await zKey.newZKey(circuits[at].r1cs, powersOfTau, circuits[at].to, logger);
    return result === -1 ? { fault: last() } : {};
  },
  contribute: async ({ circuits, contributor, typed }, at) => {
    await zKey.contribute(circuits[at].from, circuits[at].to, contributor, `${randomBytes(64).toString('hex')}${typed}`);
    return {};
  },
  beacon: async ({ circuits, value }, at) => {
    const { logger, last } = listener();
    const result = await zKey.beacon(circuits[at].from, circuits[at].to, BEACON_NAME, value, BEACON_ITERATIONS_EXP, logger);
    return result === false ? { fault: last() } : {};
  },
  verify: async ({ circuits, powersOfTau }, at) => {
    const { logger, last } = listener();
    const holds = await zKey.verifyFromInit(circuits[at].first, powersOfTau, circuits[at].zkey, logger);
    return holds ? {} : { fault: last() };
  },
  keys: async ({ circuits }, at) => ({ key: await zKey.exportVerificationKey(circuits[at].zkey) }),
};

/** Files of strangers: where one makes snarkjs throw, that circuit is refused and the others are still looked at. */
async function judged(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

async function run(task: Task): Promise<void> {
  const results: Record<string, Done> = {};
  for (const [at, { name }] of task.circuits.entries()) {
    say({ begun: name });
    const startMs = performance.now();
    results[name] = await judged(() => (WORK[task.kind] as (task: Task, at: number) => Promise<Done>)(task, at));
    say({ ended: name, seconds: (performance.now() - startMs) / 1000 });
  }
  say({ results });
}

process.on('disconnect', () => process.exit(1));
process.once('message', (task) => {
  run(task as Task).then(
    () => process.disconnect(), // ends the process, and the threads that snarkjs leaves running
    (error: unknown) => say({ error: String(error) }),
  );
});
