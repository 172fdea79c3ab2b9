/** Waiting, for every room of the node. (The SDK has its own in sdk/ts/src/backoff.ts: browsers have no node:timers.) */
import { setTimeout as wait } from 'node:timers/promises';

/** Sleeps; an abort ends it early, and is no error: whoever loops looks at the signal. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> => wait(ms, undefined, { signal }).catch(() => {});
