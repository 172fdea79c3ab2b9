/** The index killed at random moments over a whole chain: one digest. The long form is `npm run bench:kills`. */
import { expect, test } from 'vitest';
import { killAgainAndAgain } from '../../../test/kit/made-chain/kills.ts';

test('an index that is killed again and again ends with the digest of one that nobody killed, and with true rows', async () => {
  const run = await killAgainAndAgain({ chain: 'short', kills: 8, seed: 'npm test' }, () => {});
  expect(run.wrong).toEqual([]);
  expect(run.killed).toEqual({ chainId: run.clean!.chainId, height: run.blocks, digest: run.clean!.digest, taken: [] });
  expect(run.progressed, 'lives in which something was written').toBeGreaterThan(0);
}, 180_000);
