/**
 * Makes sdk/vectors/main-day.json: a day of a main chain on which two communities share, everything about it proven for real under the
 * development keys: their nets, the day's book, their sums of the week. The Go tests of the main chain send it through each of its doors
 * (chain/mainapp/real_proofs_test.go). `node scripts/run.mjs test/kit/main-day/generate.ts`.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { toBase64 } from '@cosmjs/encoding';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Reading } from '../../../src/node/books/draft/compose.ts';
import { csprng } from '../../../src/node/books/draft/randomness.ts';
import { composeSharedDay } from '../../../src/node/books/shared/compose.ts';
import { sharedProofJobs } from '../../../src/node/books/shared/jobs.ts';
import { netInput } from '../../../src/node/proofs/main-inputs.ts';
import { createProver, type Prover } from '../../../src/node/proofs/prover.ts';
import { compressProof } from '../../../src/protocol/bundle/points.ts';
import { verificationKeyId } from '../../../src/protocol/genesis/index.ts';
import {
  commitDay,
  compareAddresses,
  encodeRoster,
  encodeSharedWhole,
  fieldToBytes,
  gridDay,
  gridId,
  MAIN_CIRCUIT_NAMES,
  meterTag,
  netOf,
  PERIOD_DAYS,
  type ProofJson,
  rosterDigest,
  type SharedBook,
  totalsCommitment,
} from '../../../src/protocol/index.ts';
import { keySigner } from '../../../src/protocol/messages/sign.ts';
import { sharedBuilders } from '../books/exchange.ts';
import { seededInts } from '../books/index-rows.ts';
import { KEYS, mainKeyBytes } from '../development-keys.ts';

/** Chain and cast are those of the Go tests (chain/internal/testmain, testchain). */
const MAIN = 'electra-main-5eed0002';
const OTHER_MAIN = 'electra-main-5eed0009';
const DAY = 20_635 + 6;
const CAPACITY_WH = 5_000;
const TARIFF = {
  rule: 'shared/1',
  retailNelPerWh: Array<number>(96).fill(191_000),
  feedInNelPerWh: Array<number>(96).fill(0),
  feePerDayNel: 250_000_000n,
};
const TICK = 1000;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The address of a party that the Go tests draw from its name. */
function addressOf(name: string): string {
  const key = (BigInt(`0x${bytesToHex(sha256(utf8ToBytes(name)))}`) % (ORDER - 1n)) + 1n;
  return keySigner(Buffer.from(key.toString(16).padStart(64, '0'), 'hex')).address;
}

const METERS = [1, 2, 3, 4, 5].map((n) => addressOf(`meter${n}`));
const hex = (value: bigint): string => bytesToHex(fieldToBytes(value));

/** What a community's own chain has of the day, and what its uplink states of it. `sign`: whether it rather lacks or has too much. */
function communityOf(n: number, chainId: string, sign: 1 | -1) {
  const int = seededInts(n);
  const ofMembers = (most: number): number[] => Array.from({ length: 96 }, () => int(most));
  const [importWh, exportWh] = [ofMembers(sign > 0 ? 4_000 : 900), ofMembers(sign > 0 ? 900 : 4_000)];
  const [maskSum, x] = [csprng.maskOf(''), csprng.totalsBlinding()];
  const X = totalsCommitment({ gridDay: gridDay(gridId(chainId), DAY), importWh, exportWh, maskSum, x });
  const meter = METERS[n - 1];
  const net = netOf(importWh, exportWh);
  const blinding = new Uint8Array(randomBytes(31));
  const values = { importStartWh: 0n, exportStartWh: 0n, ...net, blinding };
  const statedOn = (main: string) => commitDay({ ...values, gridId: gridId(main), meterTag: meterTag(meter), day: DAY });
  const C = statedOn(MAIN);
  const [u0, u1] = [csprng.linkBlindingOf(meter, DAY), csprng.linkBlindingOf(meter, DAY + 1)];
  const reading: Reading = { meter, member: '', source: 'metered', ...values, C, u0, u1, copy: null };
  const witness = { X, C, x, maskSum, blinding, totalImportWh: importWh, totalExportWh: exportWh, gridId: gridId(chainId), day: DAY };
  return { chainId, meter, X, C, statedOn, reading, witness: { ...witness, meterTag: meterTag(meter), capacityWh: CAPACITY_WH } };
}

const COMMUNITIES = [communityOf(2, 'electra-hill-5eed0011', 1), communityOf(5, 'electra-vale-5eed0012', -1)];

function composed() {
  const meters = METERS.map((meter) => ({ meter, commitment: COMMUNITIES.find((one) => one.meter === meter)?.C ?? null }));
  const sorted = meters.sort((a, b) => compareAddresses(a.meter, b.meter));
  const bytes = mainKeyBytes();
  const keys = Object.fromEntries(MAIN_CIRCUIT_NAMES.map((name) => [name, verificationKeyId(name, bytes[name])])) as SharedBook['keys'];
  const digest = rosterDigest(encodeRoster({ day: DAY, meters: sorted }));
  const absent = METERS.filter((meter) => !COMMUNITIES.some((one) => one.meter === meter));
  const readings = COMMUNITIES.map(({ reading }) => reading);
  return composeSharedDay({ chainId: MAIN, day: DAY, tariff: TARIFF, tick: TICK, rosterDigest: digest, keys, readings, absent }, csprng);
}

async function wholeOf(prover: Prover, day: ReturnType<typeof composed>): Promise<Uint8Array> {
  const proofs: ProofJson[] = [];
  for (const { circuit, signals } of sharedProofJobs(day, TICK, sharedBuilders)) proofs.push((await prover.prove(circuit, signals)).proof);
  const bills = day.entries.map(({ meter, S }, i) => ({ meter, S, proof: proofs[i] }));
  const of = { chainId: MAIN, day: DAY, version: 1, bookHash: day.hash };
  return encodeSharedWhole(day.text, { ...of, bills, substitutes: [], clearing: { proof: proofs.at(-1)! } });
}

async function uplinkOf(prover: Prover, community: (typeof COMMUNITIES)[number], day: ReturnType<typeof composed>) {
  const { chainId, meter, X, C, statedOn, witness } = community;
  const net = async (main: string) =>
    (await prover.prove('net', netInput({ ...witness, C: statedOn(main), mainGridId: gridId(main) }))).proof;
  const { B, s, amountNel, meterTag: tag } = day.entries.find((entry) => entry.meter === meter)!;
  const week = (value: bigint): bigint[] => [value, ...Array<bigint>(PERIOD_DAYS - 1).fill(0n)];
  const sum = {
    gridId: gridId(MAIN),
    meterTag: tag,
    firstDay: DAY,
    B: week(B),
    totalNel: amountNel,
    amountsNel: week(amountNel),
    s: week(s),
  };
  const proofs = {
    net: await net(MAIN),
    net_elsewhere: await net(OTHER_MAIN),
    sum: (await prover.prove('bill-sum', sharedBuilders.billSumInput(sum))).proof,
  };
  const bytes = Object.entries(proofs).map(([name, proof]) => [name, bytesToHex(compressProof(proof, name))]);
  return {
    chain_id: chainId,
    uplink: meter,
    totals: hex(X),
    commitment: hex(C),
    commitment_elsewhere: hex(statedOn(OTHER_MAIN)),
    amount_nel: String(amountNel),
    ...Object.fromEntries(bytes),
  };
}

const ABOUT = [
  'A day of a main chain on which two communities share, with real proofs under keys (those that ship with the project). totals: of',
  'the day’s book on the community’s own chain; commitment, net: what its uplink states; those elsewhere: the same, stated and proven on',
  'another main chain; whole: book and proofs, base64; amount_nel, sum: what the uplink owes for the period from that day on, on whose',
  'other days nobody was there. Proofs: 128 bytes, hex.',
].join(' ');

const prover = await createProver(KEYS);
try {
  const day = composed();
  const uplinks = [];
  for (const community of COMMUNITIES) uplinks.push(await uplinkOf(prover, community, day));
  const points = mainKeyBytes();
  const keys = MAIN_CIRCUIT_NAMES.map((circuit) => ({
    circuit,
    ...Object.fromEntries(Object.entries(points[circuit]).map(([name, bytes]) => [name, toBase64(bytes)])),
  }));
  const whole = toBase64(await wholeOf(prover, day));
  const file = { about: ABOUT, chain_id: MAIN, day: DAY, keys, uplinks, book_hash: day.hash, book_totals: hex(day.X), whole };
  writeFileSync(new URL('../../../sdk/vectors/main-day.json', import.meta.url), `${JSON.stringify(file, null, 2)}\n`);
} finally {
  prover.close();
}
