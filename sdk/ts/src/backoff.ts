/**
 * Waiting after a failure: exponential with full jitter, so that a hundred meters whose node came back do not all call in the same second.
 */

import { growingMs } from '../../../src/protocol/values/backoff.ts';

export interface BackoffOptions {
  firstMs?: number;
  maxMs?: number;
}

/** Milliseconds to wait after the n-th failure in a row (n ≥ 1), from a uniform byte source. */
export function backoffMs(
  failures: number,
  random: (length: number) => Uint8Array,
  { firstMs = 500, maxMs = 300_000 }: BackoffOptions = {},
): number {
  const ceilingMs = growingMs(failures, firstMs, maxMs);
  const [a, b] = random(2);
  return Math.ceil(ceilingMs / 2 + (ceilingMs / 2) * ((a * 256 + b) / 65536));
}

/** Sleeps, and wakes early when the signal aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });
}
