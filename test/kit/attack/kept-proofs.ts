/**
 * Real proofs, kept. A dishonest node proves whatever is true of its own made-up numbers, at a second a proof; since every random number of
 * these attacks follows from a name, the statements are the same at each run and so their proofs can be kept in testdata/proofs.json, under
 * a hash of key and statement.
 *
 * Nothing rests on that file: who verifies a kept proof verifies it. A statement that is not there is proven now.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Signals } from '../../../src/node/proofs/inputs.ts';
import { createProver } from '../../../src/node/proofs/prover.ts';
import { DEVELOPMENT_KEY_IDS } from '../../../src/protocol/genesis/index.ts';
import type { AnyCircuitName, ProofJson } from '../../../src/protocol/index.ts';
import { once } from '../made-once.ts';

export const KEYS = fileURLToPath(new URL('../../../circuits/keys', import.meta.url));
const FILE = fileURLToPath(new URL('../../../attack/testdata/proofs.json', import.meta.url));

const kept = once(
  () =>
    new Map<string, ProofJson>(existsSync(FILE) ? Object.entries(JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, ProofJson>) : []),
);
const prover = once(() => createProver(KEYS));
const used = new Set<string>();
const counts = { made: 0 };

const nameOf = (circuit: AnyCircuitName, signals: Signals): string =>
  createHash('sha256')
    .update(JSON.stringify([circuit, DEVELOPMENT_KEY_IDS[circuit], signals]))
    .digest('hex')
    .slice(0, 32);

/** A proof of a true statement. @throws ProverError `unsatisfied` when it is false: no prover, honest or not, has one */
export async function prove(circuit: AnyCircuitName, signals: Signals): Promise<ProofJson> {
  const name = nameOf(circuit, signals);
  const known = kept().get(name);
  if (known) {
    used.add(name);
    return known;
  }
  const { proof } = await (await prover()).prove(circuit, signals);
  counts.made++;
  used.add(name);
  kept().set(name, proof);
  return proof;
}

/** How many proofs this process had to make. */
export const proofsMade = (): number => counts.made;

/** Forgets what was kept, so that everything is proven anew. */
export const forgetProofs = (): void => kept().clear();

/** Writes the proofs that this process used; no others stay unless `all`. */
export function keepProofs(all = false): void {
  if (all && existsSync(FILE))
    for (const [name, proof] of Object.entries(JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, ProofJson>))
      if (!kept().has(name)) kept().set(name, proof);
  const lines = (all ? [...kept().keys()] : [...used]).sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(kept().get(name))}`);
  writeFileSync(FILE, `{\n${lines.join(',\n')}\n}\n`);
}
