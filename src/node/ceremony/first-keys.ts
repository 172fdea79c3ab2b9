/**
 * The key of a circuit before any contribution follows from its constraints and the powers of tau alone. It takes most of the time of a
 * verification, so this machine keeps those that it made itself; `afresh` makes them again.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { mustRun, type Progress } from './child.ts';
import type { CompiledCircuit } from './circuits.ts';
import { CACHE } from './compile.ts';
import { CeremonyError } from './errors.ts';

export const sha256File = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw new CeremonyError('state', `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  return hash.digest('hex');
};

export const r1csHash = ({ r1cs }: CompiledCircuit): string => createHash('sha256').update(readFileSync(r1cs)).digest('hex');

export interface FirstKeysOptions {
  circuits: readonly CompiledCircuit[];
  /** path, and SHA-256 of what is there */
  powersOfTau: { path: string; sha256: string };
  afresh?: boolean;
  progress: Progress;
}

/** @returns circuit → path of its first key; not to be changed */
export async function firstKeys({ circuits, powersOfTau, afresh = false, progress }: FirstKeysOptions): Promise<Record<string, string>> {
  const kept = join(CACHE, 'first-keys');
  mkdirSync(kept, { recursive: true });
  const paths = Object.fromEntries(
    circuits.map((circuit) => [circuit.name, join(kept, `${r1csHash(circuit)}-${powersOfTau.sha256}.zkey`)]),
  );
  const missing = circuits.filter(({ name }) => afresh || !existsSync(paths[name]));
  if (missing.length === 0) return paths;
  const work = mkdtempSync(join(kept, 'new-'));
  try {
    const steps = missing.map(({ name, r1cs }) => ({ name, r1cs, to: join(work, `${name}.zkey`) }));
    await mustRun({ kind: 'first', circuits: steps, powersOfTau: powersOfTau.path }, progress);
    for (const { name, to } of steps) renameSync(to, paths[name]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return paths;
}
