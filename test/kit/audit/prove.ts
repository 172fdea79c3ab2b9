/** Proves one bill of a test bundle again, here and now. */
import { fileURLToPath } from 'node:url';
import { createProver } from '../../../src/node/proofs/prover.ts';
import { dayToDate } from '../../../src/protocol/index.ts';
import { keyIds } from '../development-keys.ts';
import { edit } from './bundles.ts';
import { makeDay } from './days.ts';
import { plans } from './plans.ts';

const KEYS = fileURLToPath(new URL('../../../circuits/keys', import.meta.url));

/** Replaces the proof of the bill at `at` in the bundle's proof file by a new one of the same statement. */
export async function proveAnew(files: Map<string, string>, plan: keyof ReturnType<typeof plans>, at: number): Promise<void> {
  const prover = await createProver(KEYS);
  const made = makeDay(plans(keyIds())[plan]);
  const path = `days/${dayToDate(made.book.day)}/proofs.json`;
  if (files.get(path.replace('proofs', 'book')) !== made.bookText)
    throw new Error('src/reader/audit/testdata is out of date: run test/kit/audit/generate.ts');
  const { proof } = await prover.dayBill(made.bills[at].signals());
  edit(files, path, (proofs) => {
    proofs.bills[at].proof = proof;
  });
}
