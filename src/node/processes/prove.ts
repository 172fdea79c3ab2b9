/** `electra prove`: takes proof jobs until it is stopped; one process per core. */
import { setPriority } from 'node:os';
import { databaseUrl } from '../db/index.ts';
import { runProver } from '../proofs/index.ts';
import type { DataFolder } from './data-folder.ts';
import { circuitsOf, nodeKeys } from './keys.ts';
import type { ProcessContext } from './process.ts';

export async function proveProcess(data: DataFolder, { signal, log }: ProcessContext): Promise<void> {
  const { dir: keysDir } = nodeKeys(data);
  setPriority(10); // the chain and the API come first: a proof that takes a second longer harms nobody
  const circuits = circuitsOf(data).map(({ name }) => name);
  await runProver({ databaseUrl: databaseUrl(data.secrets, 'prover'), keysDir, circuits, signal, log });
}
