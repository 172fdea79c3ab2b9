/**
 * Proves the bundles of src/reader/audit/testdata: `node_modules/.bin/node test/kit/audit/generate.ts`, about three minutes. Needed after
 * the circuits, their keys or a file format have changed.
 *
 *     common/        genesis.json, shared by all
 *     NAME/days/…    the days of one bundle
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProver } from '../../../src/node/proofs/prover.ts';
import { canonicalJson, dayToDate, encodeProofs, type Json } from '../../../src/protocol/index.ts';
import { keyIds } from '../development-keys.ts';
import type { BookedDay } from './booked-day.ts';
import { correct, makeDay } from './days.ts';
import { genesisDocument } from './genesis.ts';
import { EXCEPTIONS, plans } from './plans.ts';
import { CHAIN_ID } from './readings.ts';

const KEYS = fileURLToPath(new URL('../../../circuits/keys', import.meta.url));
const OUT = fileURLToPath(new URL('../../../src/reader/audit/testdata', import.meta.url));

const prover = await createProver(KEYS);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(OUT, path)), { recursive: true });
  writeFileSync(join(OUT, path), text);
}

async function prove(made: BookedDay): Promise<string> {
  const bills = [];
  for (const { meter, S, signals } of made.bills) bills.push({ meter, S, proof: (await prover.dayBill(signals())).proof });
  const clearing = made.clearing && { proof: (await prover.clearing(made.clearing())).proof };
  const substitutes = [];
  for (const { meter, signals } of made.substitutes) substitutes.push({ meter, proof: (await prover.substitute(signals())).proof });
  const { day, version } = made.book;
  return encodeProofs({ chainId: CHAIN_ID, day, version, bookHash: made.hash, bills, clearing, substitutes });
}

async function writeDay(bundle: string, made: BookedDay): Promise<void> {
  const folder = `${bundle}/days/${dayToDate(made.book.day)}`;
  for (const [name, text] of [
    ['book', made.bookText],
    ['roster', made.rosterText],
    ['chain', made.chainText],
    ['proofs', await prove(made)],
  ])
    write(`${folder}/${name}.json`, text);
  process.stdout.write(`${folder}\n`);
}

rmSync(OUT, { recursive: true, force: true });
const all = plans(keyIds());
write('common/genesis.json', canonicalJson(genesisDocument(all.day1.signed.map((d) => d.meter)) as Json));
await writeDay('honest', makeDay(all.day1));
for (const [bundle, plan] of [
  ['honest', all.day2],
  ['substituted', all.substituted],
  ['raised', all.raised],
  ['moved', all.moved],
  ['broken-link', all.brokenLink],
] as const)
  await writeDay(bundle, makeDay(plan));

const first = makeDay(all.exceptions1);
await writeDay('exceptions', first);
await writeDay('exceptions', makeDay(all.exceptions2));
const second = correct(all.exceptions1, first, EXCEPTIONS.substitute);
const folder = `corrected/days/${dayToDate(second.book.day)}`;
write(`${folder}/chain.json`, second.chainText);
write(`${folder}/book.v2.json`, second.bookText);
write(`${folder}/proofs.v2.json`, await prove({ ...second, clearing: null }));
process.exit(0);
