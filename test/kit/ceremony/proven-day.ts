/** A day's bundle, proven here and now with the keys of a folder: what a community's node exports after its ceremony. */
import { keyBytes, keyIds } from '../../../src/node/processes/keys.ts';
import { createProver } from '../../../src/node/proofs/index.ts';
import { canonicalJson, dayToDate, encodeProofs, type Json } from '../../../src/protocol/index.ts';
import { makeDay } from '../audit/days.ts';
import { genesisDocument } from '../audit/genesis.ts';
import { plans } from '../audit/plans.ts';
import { CHAIN_ID } from '../audit/readings.ts';

export async function provenDay(keysDir: string): Promise<Map<string, string>> {
  const prover = await createProver(keysDir);
  const plan = plans(keyIds(keysDir)).day1;
  const made = makeDay(plan);
  const bills = [];
  for (const { meter, S, signals } of made.bills) bills.push({ meter, S, proof: (await prover.dayBill(signals())).proof });
  const clearing = made.clearing && { proof: (await prover.clearing(made.clearing())).proof };
  const substitutes = [];
  for (const { meter, signals } of made.substitutes) substitutes.push({ meter, proof: (await prover.substitute(signals())).proof });
  const { day, version } = made.book;
  const folder = `days/${dayToDate(day)}`;
  const meters = plan.signed.map(({ meter }) => meter);
  return new Map([
    ['genesis.json', canonicalJson(genesisDocument(meters, keyBytes(keysDir)) as Json)],
    [`${folder}/book.json`, made.bookText],
    [`${folder}/roster.json`, made.rosterText],
    [`${folder}/chain.json`, made.chainText],
    [`${folder}/proofs.json`, encodeProofs({ chainId: CHAIN_ID, day, version, bookHash: made.hash, bills, clearing, substitutes })],
  ]);
}
