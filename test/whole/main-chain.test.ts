/**
 * A community's chain and a main chain, each of four real validators: the community is registered by a header that its validators signed,
 * says where it shares, proves a day on its own chain, and states the net of it on the main chain, with a real proof.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComposedDay } from '../../src/node/books/draft/compose.ts';
import { netInput } from '../../src/node/proofs/main-inputs.ts';
import { createProver, type Prover } from '../../src/node/proofs/prover.ts';
import { compressProof } from '../../src/protocol/bundle/points.ts';
import { commitDay, fieldToBytes, gridId, meterTag, netOf } from '../../src/protocol/index.ts';
import { checkpointKeys, dayEvidenceKeys, encodeEvidence, evidenceOf } from '../../src/reader/light/index.ts';
import { mainMessage, message, startTestChain, TEST_DAY, type TestChain } from '../kit/chain.ts';
import { KEYS } from '../kit/development-keys.ts';
import { provenDay, shownBy } from '../kit/main-day/community.ts';

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
}, 60_000);
afterAll(async () => {
  prover?.close();
  await Promise.all([community?.stop(), main?.stop()]);
});

/** What the community's uplink states of a day that its chain has proven. */
async function statedNet(day: ComposedDay) {
  const uplink = main.meters[4];
  const { totalImportWh, totalExportWh, maskSum, x, X } = day;
  const blinding = new Uint8Array(randomBytes(31));
  const about = { meterTag: meterTag(uplink.address), day: DAY, blinding };
  const C = commitDay({
    ...{ importStartWh: 0n, exportStartWh: 0n, ...netOf(totalImportWh, totalExportWh) },
    ...{ ...about, gridId: gridId(main.chainId) },
  });
  const grids = { gridId: gridId(community.chainId), mainGridId: gridId(main.chainId) };
  const capacityWh = uplink.maxWhPerSlot;
  const net = await prover.prove('net', netInput({ ...about, ...grids, X, C, totalImportWh, totalExportWh, maskSum, x, capacityWh }));
  return {
    ...{ meter: uplink.address, day: DAY, keyEpoch: 1, commitment: fieldToBytes(C), sealed: randomBytes(715) },
    netProof: compressProof(net.proof, 'net'),
  };
}

test('a community is registered, and states the net of a day that its own chain has proven', async () => {
  const uplink = main.meters[4];
  const { chainId, genesisHash } = community;
  await community.send(community.operator, [
    message('SetUplink', {
      ...{ operator: community.operator.address, fromDay: DAY, uplink: uplink.address },
      ...{ mainChainId: main.chainId, mainGenesisHash: main.genesisHash },
    }),
  ]);
  const operator = main.operator.address;
  const checkpoint = evidenceOf(await shownBy(community, checkpointKeys()));
  await main.send(main.operator, [
    mainMessage('RegisterCommunity', { operator, uplink: uplink.address, chainId, genesisHash, checkpoint, creditNel: 1000n, members: 4 }),
  ]);

  const day = await provenDay(community, DAY, prover);
  const stated = await statedNet(day);
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
