/**
 * Proves one real day (13 bills, the clearing, two substitutes) with the keys at hand, for the verifier's tests. Proofs are
 * randomised, so the file changes with every run; it must be made anew whenever the keys are (build.ts does).
 */
import { writeFileSync } from 'node:fs';
import { clearingInput, dayBillInput, substituteInput } from '../../src/node/proofs/inputs.ts';
import { createProver } from '../../src/node/proofs/prover.ts';
import { realBills, realClearing, realSubstitutes } from '../testing/real-day.ts';
import { keysFolder } from './compile.ts';

const prover = await createProver(keysFolder);
const bills = [];
for (const bill of realBills) bills.push({ id: bill.id, proof: (await prover.dayBill(dayBillInput(bill))).proof });
const { proof } = await prover.clearing(clearingInput(realClearing));
const substitutes = [];
for (const one of realSubstitutes) substitutes.push({ id: one.id, proof: (await prover.substitute(substituteInput(one))).proof });
const keys = {
  dayBill: await prover.keyId('day-bill'),
  clearing: await prover.keyId('clearing'),
  substitute: await prover.keyId('substitute'),
};
writeFileSync(
  new URL('../../src/reader/verifier/testdata/real-day-proofs.json', import.meta.url),
  `${JSON.stringify({ keys, bills, clearing: { id: 'clearing', proof }, substitutes }, null, 1)}\n`,
);
