/**
 * A community's chain and a main chain, each of four real validators: the community is registered by a header that its validators signed,
 * says where it shares, proves a day on its own chain, and states the net of it on the main chain, with a real proof.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProver, type Prover } from '../../src/node/proofs/prover.ts';
import { fieldToBytes } from '../../src/protocol/index.ts';
import { dayEvidenceKeys, encodeEvidence } from '../../src/reader/light/index.ts';
import { message, startTestChain, TEST_DAY, type TestChain } from '../kit/chain.ts';
import { KEYS } from '../kit/development-keys.ts';
import { joinMain, provenDay, provenNet, shownBy } from '../kit/main-day/community.ts';

/** A day in nine seconds, from six in the morning on. */
const CLOCK = { startUnixS: TEST_DAY * 86_400 + 6 * 3600, rate: 10_000 };
const DAY = TEST_DAY + 1;

let [community, main, prover] = [] as unknown as [TestChain, TestChain, Prover];
beforeAll(async () => {
  const begun = { validators: 4, firstDay: DAY, clock: CLOCK };
  [community, main, prover] = await Promise.all([
    startTestChain({ ...begun, params: { graceS: 20 * 3600, graceBlocks: 3 } }),
    startTestChain({ ...begun, main: {}, lightMeters: 1, params: { graceS: 20 * 86_400, graceBlocks: 3, validatorDelayS: 600 } }),
    createProver(KEYS),
  ]);
}, 180_000);
afterAll(async () => {
  prover?.close();
  await Promise.all([community?.stop(), main?.stop()]);
});

test('a community is registered, and states the net of a day that its own chain has proven', async () => {
  const uplink = main.meters[4];
  await joinMain(community, main, uplink, DAY);

  const day = await provenDay(community, DAY, prover);
  const stated = { ...(await provenNet(community, main, uplink, day, prover)).stated, sealed: randomBytes(715) };
  const shown = await shownBy(community, dayEvidenceKeys(DAY));
  const closing = (evidence: Uint8Array, change: object = {}) => message('CloseDay', { ...stated, evidence, ...change });

  const half = shown.commit.signatures.map((one, i) =>
    i < 2 ? { ...one, block_id_flag: 1, validator_address: '', timestamp: '0001-01-01T00:00:00Z', signature: null } : one,
  );
  const few = encodeEvidence({ ...shown, commit: { ...shown.commit, signatures: half } });
  expect(await main.send(uplink, [closing(few)], 'any')).toMatchObject({ codespace: 'register', code: 10 });
  await main.reach((await main.height()) + 2); // one failure of a signer and block
  const moved = { commitment: fieldToBytes(1n) };
  expect(await main.send(uplink, [closing(encodeEvidence(shown), moved)], 'any')).toMatchObject({ codespace: 'meter', code: 136 });
  await main.reach((await main.height()) + 2);
  await main.send(uplink, [closing(encodeEvidence(shown))]);
  const again = await main.send(uplink, [closing(encodeEvidence(shown))], 'any');
  expect([again.codespace, again.code === 0]).toEqual(['meter', false]);
}, 180_000);
