/** One member's contribution to every circuit: needs the last state and a name, nothing else. */

import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mustRun, type Progress } from './child.ts';
import { beaconFaults, contributionFaults } from './consistent.ts';
import { readHistory } from './contributions.ts';
import { CeremonyError } from './errors.ts';
import { historyOf, openState, putTranscript, type State, transcriptOf, writeNew, zkeyName } from './state.ts';
import { checkContributorName, type Transcript, withContribution } from './transcript.ts';

export interface ContributeOptions {
  /** folder or zip file of the last state */
  from: string;
  /** where the next one goes, new */
  out: string;
  name: string;
  /** anything the person typed */
  typed?: string;
  /** told once, before the work begins */
  expected?: (seconds: number) => void;
  progress: Progress;
}

export interface Contributed {
  /** to be published */
  hash: string;
  /** how many contributed before */
  before: number;
  transcript: Transcript;
}

/** Bytes of a key that one core of a small computer works through in a second, measured; for a forecast, no more. */
const KEY_BYTES_PER_S = 3_000_000;

/** Refuses a state that is not one, or whose ceremony has ended, before anybody works on it. */
function checkedTranscript(state: State): Transcript {
  const transcript = transcriptOf(state);
  if (transcript.beacon) throw new CeremonyError('refused', 'the ceremony has ended: its beacon is there');
  for (const { name } of transcript.circuits) {
    const history = historyOf(state, name);
    const [fault] = [...contributionFaults(name, history, transcript), ...beaconFaults(name, history, transcript)];
    if (fault !== undefined) throw new CeremonyError('refused', `${name}: ${fault}`);
  }
  return transcript;
}

/** The hashes of what was just added to each key in a folder. */
export const addedHashes = (dir: string, circuits: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    circuits.map((name) => [name, readHistory(readFileSync(join(dir, zkeyName(name))), zkeyName(name)).contributions.at(-1)!.hash]),
  );

/** The keys of a state, from where to where. */
export const stepsOf = (state: State, dir: string, circuits: readonly string[]): { name: string; from: string; to: string }[] =>
  circuits.map((name) => ({ name, from: resolve(state.dir, zkeyName(name)), to: join(dir, zkeyName(name)) }));

export async function contribute(options: ContributeOptions): Promise<Contributed> {
  const name = checkContributorName(options.name);
  const state = openState(options.from);
  try {
    const transcript = checkedTranscript(state);
    if (transcript.contributions.some((entry) => entry.name === name))
      throw new CeremonyError('refused', `name: "${name}" has contributed already`);
    const circuits = transcript.circuits.map((circuit) => circuit.name);
    return await writeNew(options.out, async (dir) => {
      const steps = stepsOf(state, dir, circuits);
      options.expected?.(Math.ceil(steps.reduce((sum, { from }) => sum + statSync(from).size, 0) / KEY_BYTES_PER_S));
      await mustRun({ kind: 'contribute', circuits: steps, contributor: name, typed: options.typed ?? '' }, options.progress);
      const next = withContribution(transcript, name, addedHashes(dir, circuits));
      putTranscript(dir, next);
      return { hash: next.contributions.at(-1)!.hash, before: transcript.contributions.length, transcript: next };
    });
  } finally {
    state.close();
  }
}
