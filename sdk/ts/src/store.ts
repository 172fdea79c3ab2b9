/**
 * Where a meter keeps what it must not lose: a small map from keys to JSON values. A store does one hard thing: `commit` applies a list of
 * changes all together or not at all, and when it resolves they survive a power cut. Everything else (what is queued, in flight, sent) is
 * meaning given to keys by outbox.ts.
 */

/** A key and its new JSON value; undefined deletes the key. */
export type Change = readonly [key: string, value: unknown];

export interface MeterStore {
  /** Everything there is. Called once, before any commit. */
  load(): Promise<Map<string, unknown>>;
  /** Applies all changes or none; durable once resolved. */
  commit(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing beyond the process: for tests, and for browsers where the page is the meter. */
export function memoryStore(content = new Map<string, string>()): MeterStore {
  return {
    load: async () => new Map([...content].map(([key, value]) => [key, JSON.parse(value)])),
    commit: async (changes) => {
      for (const [key, value] of changes) {
        if (value === undefined) content.delete(key);
        else content.set(key, JSON.stringify(value));
      }
    },
    close: async () => {},
  };
}
