/** Ends a ceremony: applies the beacon, verifies the result, and writes the folder of keys that a node takes. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, type Progress, runTask } from './child.ts';
import { type CompiledCircuit, circuitsOf } from './circuits.ts';
import { compileAll } from './compile.ts';
import { addedHashes, stepsOf } from './contribute.ts';
import { CeremonyError } from './errors.ts';
import { CEREMONY_FILE, ceremonyFileText } from './key-folder.ts';
import { openState, putTranscript, type State, transcriptOf, writeNew } from './state.ts';
import { checkBeaconValue, type Transcript, withBeacon } from './transcript.ts';
import type { CeremonyVerdict } from './verdict.ts';
import { verifyCeremony } from './verify.ts';

export interface FinalizeOptions {
  /** folder or zip file of the last state */
  from: string;
  powersOfTau: string;
  /** the beacon's value, hex */
  beacon: string;
  /** said again, to be sure that it is the source that the transcript names */
  beaconSource?: string;
  /** folder of keys, new */
  out: string;
  circuits?: readonly CompiledCircuit[];
  progress: Progress;
}

function checkedTranscript(state: State, { beaconSource }: FinalizeOptions): Transcript {
  const transcript = transcriptOf(state);
  if (transcript.beacon) throw new CeremonyError('refused', 'the ceremony has its beacon already');
  if (transcript.contributions.length === 0)
    throw new CeremonyError('refused', 'there is no contribution: the keys would be known to whoever knows the beacon');
  if (beaconSource !== undefined && beaconSource !== transcript.beaconSource)
    throw new CeremonyError(
      'refused',
      `beacon source: the transcript names "${transcript.beaconSource}", said before the first contribution`,
    );
  return transcript;
}

async function writeKeys(dir: string, circuits: readonly CompiledCircuit[], progress: Progress): Promise<void> {
  const zkeys = circuits.map(({ name }) => ({ name, zkey: join(dir, `${name}.zkey`) }));
  const exported = await runTask({ kind: 'keys', circuits: zkeys }, progress);
  for (const { name, wasm } of circuits) {
    writeFileSync(join(dir, `${name}.vk.json`), `${JSON.stringify(exported[name].key, null, 1)}\n`);
    copyFileSync(wasm, join(dir, `${name}.wasm`));
  }
  writeFileSync(join(dir, CEREMONY_FILE), ceremonyFileText(dir, circuits));
}

/** @returns the verdict on the finished keys. @throws CeremonyError `refused` where that is not passed: then nothing is written */
export async function finalizeCeremony(options: FinalizeOptions): Promise<CeremonyVerdict> {
  const value = checkBeaconValue(options.beacon);
  const { powersOfTau, progress } = options;
  const state = openState(options.from);
  try {
    const transcript = checkedTranscript(state, options);
    const names = transcript.circuits.map(({ name }) => name);
    const circuits = options.circuits ?? (await compileAll(circuitsOf(names), (name) => progress('compiling', name)));
    return await writeNew(options.out, async (dir) => {
      await mustRun({ kind: 'beacon', circuits: stepsOf(state, dir, names), value }, progress);
      putTranscript(dir, withBeacon(transcript, value, addedHashes(dir, names)));
      await writeKeys(dir, circuits, progress);
      const verdict = await verifyCeremony({ state: dir, powersOfTau, circuits, progress });
      const fault = verdict.lines.find(({ status }) => status !== 'passed');
      if (fault) throw new CeremonyError('refused', `${fault.circuit ? `${fault.circuit}: ` : ''}${fault.check}: ${fault.detail}`);
      return verdict;
    });
  } finally {
    state.close();
  }
}
