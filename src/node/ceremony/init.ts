/** Begins a ceremony: the first keys of all circuits over a powers-of-tau file that is known by its hash. */
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from './child.ts';
import { CIRCUITS, type CircuitRow, type CompiledCircuit } from './circuits.ts';
import { compileAll, compilerName } from './compile.ts';
import { CeremonyError } from './errors.ts';
import { firstKeys, r1csHash, sha256File } from './first-keys.ts';
import { historyOf, putTranscript, writeNew, zkeyName } from './state.ts';
import { checkBeaconSource, lastHash, newTranscript, type Transcript } from './transcript.ts';

export interface InitOptions {
  powersOfTau: string;
  /** the hash that the file must have */
  powersOfTauHash?: string;
  /** where the beacon will come from */
  beaconSource: string;
  /** folder, or a file that ends in .zip; new */
  out: string;
  /** of the chain whose keys they will be; a community's, if not said */
  of?: readonly CircuitRow[];
  /** compiled already; else from the sources of this checkout */
  circuits?: readonly CompiledCircuit[];
  progress: Progress;
}

/** The file's hash, if it is the one that was named. @throws CeremonyError `refused` */
async function namedPowersOfTau(path: string, expected?: string): Promise<{ path: string; sha256: string }> {
  if (!existsSync(path)) throw new CeremonyError('state', `powers of tau: ${path}: there is no such file`);
  const sha256 = await sha256File(path);
  if (expected !== undefined && sha256 !== expected)
    throw new CeremonyError('refused', `powers of tau: SHA-256 of ${path} is ${sha256}, expected ${expected}`);
  return { path, sha256 };
}

export async function initCeremony(options: InitOptions): Promise<{ transcript: Transcript; start: string }> {
  const beaconSource = checkBeaconSource(options.beaconSource);
  return writeNew(options.out, async (dir) => {
    const powersOfTau = await namedPowersOfTau(options.powersOfTau, options.powersOfTauHash);
    const circuits = options.circuits ?? (await compileAll(options.of ?? CIRCUITS, (name) => options.progress('compiling', name)));
    const keys = await firstKeys({ circuits, powersOfTau, progress: options.progress });
    for (const { name } of circuits) copyFileSync(keys[name], join(dir, zkeyName(name)));
    const state = { dir, close: () => {} };
    const transcript = newTranscript({
      powersOfTau: powersOfTau.sha256,
      compiler: compilerName(),
      circuits: circuits.map((circuit) => ({
        name: circuit.name,
        r1cs: r1csHash(circuit),
        start: historyOf(state, circuit.name).start,
      })),
      beaconSource,
    });
    putTranscript(dir, transcript);
    return { transcript, start: lastHash(transcript) };
  });
}
