/**
 * Bundles of `village` for the benchmark: 99 meters, real profiles, 99 validators. With real proofs a month takes most of an hour on two
 * cores, so each day is kept below .cache once it is proven, and a run that was cut off goes on. Without, the proofs are forged with a key
 * whose secret is known (trapdoor.ts): verifying them costs the same. State proofs and headers are made anew at each run: they take no
 * time.
 */

import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KEYS_DIR } from '../src/node/processes/paths.ts';
import { createProver, type Prover } from '../src/node/proofs/prover.ts';
import { canonicalJson, dayToDate, encodeProofs, fieldSum, gridId, type Json, perCircuit, rhoOf } from '../src/protocol/index.ts';
import { CLEARING_INPUTS, clearingPublic, DAY_BILL_INPUTS, SUBSTITUTE_INPUTS } from '../src/reader/verifier/index.ts';
import { type BookedDay, closing, TICK } from '../test/kit/audit/booked-day.ts';
import { withChain } from '../test/kit/audit/chain.ts';
import { type DayPlan, makeDay } from '../test/kit/audit/days.ts';
import { genesisDocument } from '../test/kit/audit/genesis.ts';
import { validators } from '../test/kit/audit/headers.ts';
import { CHAIN_ID, FIRST_DAY, type MeterDay, realDays } from '../test/kit/audit/readings.ts';
import { bytesOf, idsOf, keyIds, type VkJson } from '../test/kit/development-keys.ts';
import { drawForger } from './trapdoor.ts';

const COMMUNITY = 'village';
const WORKER = fileURLToPath(new URL('./audit-worker.ts', import.meta.url));
const key = (name: string): string => readFileSync(join(KEYS_DIR, `${name}.vk.json`), 'utf8');

/** Other keys, other proofs: a folder of their own. */
export function cacheDir(): string {
  const id = createHash('sha256').update(key('day-bill')).update(key('clearing')).update('1').digest('hex').slice(0, 16);
  return fileURLToPath(new URL(`../.cache/bench-audit-${id}`, import.meta.url));
}

const dateOf = (index: number): string => dayToDate(FIRST_DAY + index);
const fileOf = (index: number): string => join(cacheDir(), `${dateOf(index)}.json`);

async function proofsOf(prover: Prover, made: BookedDay): Promise<string> {
  const bills = [];
  for (const { meter, S, signals } of made.bills) bills.push({ meter, S, proof: (await prover.dayBill(signals())).proof });
  return encodeProofs({
    chainId: CHAIN_ID,
    day: made.book.day,
    version: 1,
    bookHash: made.hash,
    bills,
    clearing: { proof: (await prover.clearing(made.clearing!())).proof },
    substitutes: [], // all are metered
  });
}

/** Proves days of the month, one after the other, and keeps each. Meant for a process of its own. */
export async function proveDays(indexes: readonly number[], said: (index: number) => void): Promise<void> {
  mkdirSync(cacheDir(), { recursive: true });
  const prover = await createProver(KEYS_DIR);
  const days = realDays(Math.max(...indexes) + 1, COMMUNITY);
  for (const index of indexes) {
    if (existsSync(fileOf(index))) continue;
    const made = makeDay({ name: `bench ${index}`, day: FIRST_DAY + index, signed: days[index], keys: keyIds() });
    const files = { book: made.bookText, roster: made.rosterText, chain: made.chainText, proofs: await proofsOf(prover, made) };
    writeFileSync(`${fileOf(index)}.part`, JSON.stringify(files));
    renameSync(`${fileOf(index)}.part`, fileOf(index));
    said(index);
  }
}

/** How many days of `count` are proven already. */
export const provenDays = (count: number): number => Array.from({ length: count }, (_, i) => existsSync(fileOf(i))).filter(Boolean).length;

/** Proves what is missing of the first `count` days, on all cores. */
export async function ensureDays(count: number, progress: (done: number) => void): Promise<void> {
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !existsSync(fileOf(i)));
  if (missing.length === 0) return;
  const cores = Math.min(availableParallelism(), missing.length);
  await Promise.all(
    Array.from(
      { length: cores },
      (_, core) =>
        new Promise<void>((resolve, reject) => {
          const worker = fork(WORKER, missing.filter((_day, i) => i % cores === core).map(String), {
            execArgv: ['--disable-warning=ExperimentalWarning'],
          });
          worker.on('message', () => progress(provenDays(count)));
          worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`proving ended with ${code}`))));
        }),
    ),
  );
}

/** Whoever knows the secrets of a key of each circuit. */
const drawForgers = async () => ({
  'day-bill': await drawForger(DAY_BILL_INPUTS),
  clearing: await drawForger(CLEARING_INPUTS),
  substitute: await drawForger(SUBSTITUTE_INPUTS),
});
type Forgers = Awaited<ReturnType<typeof drawForgers>>;

function forgedProofs({ book, hash, ...made }: BookedDay, forgers: Forgers): string {
  const shared = { rho: rhoOf(hash), gridId: gridId(CHAIN_ID), day: book.day };
  const bills = made.bills.map(({ meter, S, publicInputs }) => ({ meter, S, proof: forgers['day-bill'].forge(publicInputs()) }));
  const sumS = fieldSum(bills.map(({ S }) => S));
  const inputs = clearingPublic({ ...shared, X: book.X!, sumS, ...book.tariff, ...book.prices, tick: TICK });
  const substitutes = made.substitutes.map(({ meter, publicInputs }) => ({ meter, proof: forgers.substitute.forge(publicInputs()) }));
  const clearing = { proof: forgers.clearing.forge(inputs) };
  return encodeProofs({ chainId: CHAIN_ID, day: book.day, version: 1, bookHash: hash, bills, clearing, substitutes });
}

/** Genesis with the forgers' keys, and the keys' ids. */
function forgersGenesis(forgers: Forgers, meters: readonly MeterDay[]): { files: Map<string, string>; keys: ReturnType<typeof idsOf> } {
  const bytes = perCircuit((circuit) => bytesOf(circuit, forgers[circuit].vk as VkJson));
  const genesis = genesisDocument(
    meters.map(({ meter }) => meter),
    bytes,
  );
  return { files: new Map([['genesis.json', canonicalJson(genesis as Json)]]), keys: idsOf(bytes) };
}

/** A day's files; without `forgers` none of its proofs. */
function addDay(files: Map<string, string>, made: BookedDay, forgers?: Forgers): void {
  const folder = `days/${dayToDate(made.book.day)}`;
  files.set(`${folder}/book.json`, made.bookText).set(`${folder}/roster.json`, made.rosterText).set(`${folder}/chain.json`, made.chainText);
  if (forgers) files.set(`${folder}/proofs.json`, forgedProofs(made, forgers));
}

/** The bundle of the first `count` days, proofs forged. */
export async function forgedBundle(count: number): Promise<Map<string, string>> {
  const forgers = await drawForgers();
  const days = realDays(count, COMMUNITY);
  const { files, keys } = forgersGenesis(forgers, days[0]);
  for (let index = 0; index < count; index++)
    addDay(files, makeDay({ name: `bench ${index}`, day: FIRST_DAY + index, signed: days[index], keys }), forgers);
  return withChain(files, { set: validators(days[0].length) });
}

/** One day for a reader who has audited the day before, proofs forged. */
export interface AuditedOn {
  files: Map<string, string>;
  /** the book of the day before */
  auditedBook: string;
}

/** The second day, once as it was and once with so many meters silent, whose substitutes copy the first. */
export async function copyingBundles(substitutes: number): Promise<{ plain: AuditedOn; copying: AuditedOn }> {
  const forgers = await drawForgers();
  const [first, second] = realDays(2, COMMUNITY);
  const booked = new Map(
    first.slice(0, substitutes).map((values) => {
      const end = closing(values);
      const continued = { ...values, importStartWh: end.importWh, exportStartWh: end.exportWh };
      return [values.member, { source: 'substitute' as const, values: continued, copies: { day: FIRST_DAY, values } }];
    }),
  );
  const bundle = (over: Partial<DayPlan>): AuditedOn => {
    const { files, keys } = forgersGenesis(forgers, first);
    const before = makeDay({ name: 'bench 0', day: FIRST_DAY, signed: first, keys });
    addDay(files, before);
    addDay(files, makeDay({ name: 'bench 1', day: FIRST_DAY + 1, signed: second, keys, ...over }), forgers);
    return { files: withChain(files, { set: validators(first.length) }), auditedBook: before.hash };
  };
  return { plain: bundle({}), copying: bundle({ booked }) };
}

/** The bundle of the first `count` days, really proven. @throws when a day is not proven yet */
export function provenBundle(count: number): Map<string, string> {
  const [first] = realDays(1, COMMUNITY);
  const genesis = genesisDocument(first.map(({ meter }) => meter));
  const files = new Map<string, string>([['genesis.json', canonicalJson(genesis as Json)]]);
  for (let index = 0; index < count; index++) {
    for (const [name, text] of Object.entries(JSON.parse(readFileSync(fileOf(index), 'utf8')) as Record<string, string>))
      files.set(`days/${dateOf(index)}/${name}.json`, text);
  }
  return withChain(files, { set: validators(first.length) });
}

/** Writes a bundle as `electra audit` reads it. */
export function writeBundle(files: ReadonlyMap<string, string>, dir: string): void {
  for (const [path, text] of files) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

export const metersOf = (files: ReadonlyMap<string, string>): number =>
  JSON.parse(files.get('genesis.json')!).app_state.meter.meters.length;
