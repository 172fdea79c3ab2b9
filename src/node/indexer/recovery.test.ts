/** The index goes on by itself, and soon. `npm run bench:recovery` holds the times on a quiet machine. */
import { expect, test } from 'vitest';
import { recoveries } from '../../../test/kit/made-chain/recovery.ts';
import { longestPauseMs } from './run.ts';

test('killed, or with Postgres gone for three seconds, the indexer goes on without help', { timeout: 120_000 }, async () => {
  const { killedMs, postgresMs } = await recoveries('short', { times: 1, awayMs: 3_000 });
  expect(Math.max(...killedMs, ...postgresMs)).toBeLessThan(20_000); // a busy machine; the bounds are two and three seconds
});

test('however long Postgres is away, it is tried at least every second and a half; nodes, less often', () => {
  expect(longestPauseMs('database-away')).toBe(1_500);
  expect(longestPauseMs('rpc-unreachable')).toBe(7_500);
});
