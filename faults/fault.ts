/**
 * What a fault is: something that happens to a machine, a terminal or a disk while real processes of Electra run, and what must be true
 * afterwards. Each right behaviour is looked at from outside: what is said, what runs, what is on disk.
 */
export interface Fault {
  /** unique, as one types it: `disk-full` */
  name: string;
  /** what happens, and what must come of it, in a sentence */
  does: string;
  /** of seconds, without a community: also run by `npm test` */
  quick: boolean;
  /** Throws when something is otherwise. Returns a sentence about what was seen, or why it cannot be tried on this machine. */
  run(): Promise<string | { cannot: string }>;
}

export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

const ends: (() => Promise<unknown>)[] = [];

/** What several faults share is stopped after the last of them. */
export const atEnd = (stop: () => Promise<unknown>): void => void ends.push(stop);

export async function endAll(): Promise<void> {
  await Promise.all(ends.splice(0).map((stop) => stop()));
}
