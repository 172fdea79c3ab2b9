/**
 * A day of a community on a real chain: stated by its meters, booked, and proven there with real proofs. What its operator knows of the
 * day comes back, to state the net of it on a main chain that it joins; and evidence of the chain's state, as a main chain takes it.
 */
import { randomBytes } from 'node:crypto';
import { type ComposedDay, composeDay, type Reading } from '../../../src/node/books/draft/compose.ts';
import { proofJobs } from '../../../src/node/books/draft/jobs.ts';
import { csprng } from '../../../src/node/books/draft/randomness.ts';
import { ChainNode } from '../../../src/node/indexer/chain/node.ts';
import { clearingInput, dayBillInput, substituteInput } from '../../../src/node/proofs/inputs.ts';
import { netInput } from '../../../src/node/proofs/main-inputs.ts';
import type { Prover } from '../../../src/node/proofs/prover.ts';
import { compressProof } from '../../../src/protocol/bundle/points.ts';
import {
  commitDay,
  compareAddresses,
  encodeRoster,
  encodeWhole,
  fieldToBytes,
  gridId,
  meterTag,
  netOf,
  type ProofJson,
  rosterDigest,
} from '../../../src/protocol/index.ts';
import { checkpointKeys, type EvidenceParts, evidenceOf, METER_STORE } from '../../../src/reader/light/index.ts';
import { seededInts } from '../books/index-rows.ts';
import { mainMessage, message, type TestChain, type TestMeter } from '../chain.ts';
import { keyIds } from '../development-keys.ts';
import { frozenDays } from '../indexer/lived-chain.ts';
import { until } from '../until.ts';

const TARIFF = {
  rule: 'mid-market/1',
  retailNelPerWh: Array<number>(96).fill(300_000),
  feedInNelPerWh: Array<number>(96).fill(80_000),
  feePerDayNel: 250_000_000n,
};

/** `most`: Wh that a meter takes and gives in a slot. */
function readingsOf(chain: TestChain, day: number, most: readonly [number, number]): Reading[] {
  const int = seededInts(15);
  const some = (below: number): number[] => Array.from({ length: 96 }, () => int(below));
  return chain.meters.map(({ address: meter, member }) => {
    const values = {
      importStartWh: 0n,
      exportStartWh: 0n,
      importWh: some(most[0]),
      exportWh: some(most[1]),
      blinding: new Uint8Array(randomBytes(31)),
    };
    const C = commitDay({ ...values, gridId: gridId(chain.chainId), meterTag: meterTag(meter), day });
    const [u0, u1] = [csprng.linkBlindingOf(meter, day), csprng.linkBlindingOf(meter, day + 1)];
    return { meter, member: member.address, source: 'metered', ...values, C, u0, u1, copy: null };
  });
}

async function proofsOf(day: ComposedDay, prover: Prover) {
  const proofs: ProofJson[] = [];
  for (const { circuit, signals } of proofJobs(day, 1000, { dayBillInput, clearingInput, substituteInput }))
    proofs.push((await prover.prove(circuit, signals)).proof);
  const bills = day.entries.map(({ meter, S }, i) => ({ meter, S, proof: proofs[i] }));
  return { bills, substitutes: [], clearing: { proof: proofs.at(-1)! } };
}

/** Of the day in which nobody has said anything yet: all meters state it when it is over. */
export async function provenDay(
  chain: TestChain,
  day: number,
  prover: Prover,
  most: readonly [number, number] = [900, 400],
): Promise<ComposedDay> {
  const readings = readingsOf(chain, day, most);
  const over = async (): Promise<boolean> => (await chain.chain.status()).chainUnixS >= (day + 1) * 86_400;
  await until(over, 60_000, `the end of day ${day}`);
  await Promise.all(
    readings.map(({ meter, C }, i) => {
      const said = { meter, day, keyEpoch: 1, commitment: fieldToBytes(C), sealed: randomBytes(715) };
      return chain.send(chain.meters[i], [message('CloseDay', said)]);
    }),
  );
  const meters = readings.map(({ meter, C }) => ({ meter, commitment: C })).sort((a, b) => compareAddresses(a.meter, b.meter));
  const composed = composeDay(
    {
      ...{ chainId: chain.chainId, day, tariff: TARIFF, tick: 1000, keys: keyIds(), readings },
      rosterDigest: rosterDigest(encodeRoster({ day, meters })),
    },
    csprng,
  );
  const proofs = await proofsOf(composed, prover);
  await until(async () => (await frozenDays(chain)).early > day, 60_000, `the roster of day ${day}`);
  const about = { operator: chain.operator.address, day, version: 1 };
  const [bookHash, totals] = [Buffer.from(composed.hash, 'hex'), fieldToBytes(composed.X)];
  await chain.send(chain.operator, [message('AnchorBook', { ...about, bookHash, totals })]);
  const whole = encodeWhole(composed.text, { chainId: chain.chainId, day, version: 1, bookHash: composed.hash, ...proofs });
  await chain.send(chain.operator, [message('ProveBook', { ...about, part: 0, parts: 1, bytes: whole })]);
  return composed;
}

/** The community says on its chain that it shares by an uplink, and the main chain registers it. */
export async function joinMain(community: TestChain, main: TestChain, { address: uplink }: TestMeter, fromDay: number): Promise<void> {
  const { chainId, genesisHash } = community;
  const where = { fromDay, uplink, mainChainId: main.chainId, mainGenesisHash: main.genesisHash };
  await community.send(community.operator, [message('SetUplink', { operator: community.operator.address, ...where })]);
  const checkpoint = evidenceOf(await shownBy(community, checkpointKeys()));
  const who = { operator: main.operator.address, uplink, chainId, genesisHash };
  await main.send(main.operator, [mainMessage('RegisterCommunity', { ...who, checkpoint, creditNel: 1000n, members: 4 })]);
}

/** The net of a day, as an uplink states it; proven, but without box and evidence. */
export async function provenNet(community: TestChain, main: TestChain, uplink: TestMeter, composed: ComposedDay, prover: Prover) {
  const { totalImportWh, totalExportWh, maskSum, x, X, book } = composed;
  const blinding = new Uint8Array(randomBytes(31));
  const net = { importStartWh: 0n, exportStartWh: 0n, ...netOf(totalImportWh, totalExportWh), blinding };
  const about = { meterTag: meterTag(uplink.address), day: book.day, blinding };
  const C = commitDay({ ...net, ...about, gridId: gridId(main.chainId) });
  const grids = { gridId: gridId(community.chainId), mainGridId: gridId(main.chainId) };
  const totals = { X, totalImportWh, totalExportWh, maskSum, x };
  const { proof } = await prover.prove('net', netInput({ ...about, ...grids, ...totals, C, capacityWh: uplink.maxWhPerSlot }));
  const stated = { meter: uplink.address, day: book.day, keyEpoch: 1, commitment: fieldToBytes(C), netProof: compressProof(proof, 'net') };
  return { net, stated };
}

/** A header of the chain's newest state, with proofs of keys of its meters. */
export async function shownBy(chain: TestChain, keys: readonly Uint8Array[]): Promise<EvidenceParts> {
  const stop = new AbortController();
  const node = new ChainNode(chain.rpcUrl, stop.signal);
  try {
    const state = await chain.height();
    await chain.reach(state + 2);
    const proofs = await node.stateProofs(METER_STORE, keys, state);
    const { header, commit } = await node.signedHeader(state + 1);
    const validators = await node.validators(state + 1, Buffer.from(header.validators_hash, 'hex'));
    return { header, commit, validators, proofs };
  } finally {
    node.close();
    stop.abort();
  }
}
