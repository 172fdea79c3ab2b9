/** A community of five that holds a ceremony: its states on disk, and ways to tamper with them. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledCircuit } from '../../../circuits/testing/r1cs.ts';
import type { CeremonyVerdict, CompiledCircuit } from '../../../src/node/ceremony/index.ts';
import { CIRCUITS, contribute, finalizeCeremony, initCeremony, verifyCeremony } from '../../../src/node/ceremony/index.ts';
import { readTranscript, type Transcript, transcriptText } from '../../../src/node/ceremony/transcript.ts';
import { knownPowersOfTau } from './powers-of-tau.ts';

export const FIVE = ['Ada', 'Bo of the mill', 'Cleo', 'dorm-4', 'Eli'] as const;
export const BEACON = '00000000000000000001f2a6c1d4b3e59a8f7c6d5e4b3a29181706f5e4d3c2b1';
export const BEACON_SOURCE = 'Bitcoin, hash of block 925000';

const progress = (): void => {};

export interface Community {
  dir: string;
  at: (name: string) => string;
  powersOfTau: string;
  circuits: readonly CompiledCircuit[];
  /** what each of the five published */
  published: string[];
  verify: (name: string, mine?: readonly string[]) => Promise<CeremonyVerdict>;
  contribute: (from: string, out: string, name: string) => Promise<string>;
  finalize: (from: string, out: string, beaconSource?: string) => Promise<CeremonyVerdict>;
  /** a copy of a state, to be tampered with */
  copy: (from: string, to: string) => string;
  end: () => void;
}

type Materials = Pick<Community, 'powersOfTau' | 'circuits'>;

/** Powers of tau as large as the project's circuits need, and these circuits. */
export async function materials(): Promise<Materials> {
  const powersOfTau = await knownPowersOfTau({ bits: 14, from: 11 });
  const circuits: CompiledCircuit[] = [];
  for (const row of CIRCUITS) {
    const folder = await compiledCircuit(row.name);
    circuits.push({ ...row, r1cs: join(folder, `${row.name}.r1cs`), wasm: join(folder, `${row.name}.wasm`) });
  }
  return { powersOfTau, circuits };
}

function community({ powersOfTau, circuits }: Materials): Community {
  const dir = mkdtempSync(join(tmpdir(), 'electra-ceremony-test-'));
  const at = (name: string): string => join(dir, name);
  return {
    dir,
    at,
    powersOfTau,
    circuits,
    published: [],
    verify: (name, mine) => verifyCeremony({ state: at(name), powersOfTau, circuits, mine, progress }),
    contribute: async (from, out, name) => (await contribute({ from: at(from), out: at(out), name, typed: 'a few words', progress })).hash,
    finalize: (from, out, beaconSource) =>
      finalizeCeremony({ from: at(from), powersOfTau, beacon: BEACON, beaconSource, out: at(out), circuits, progress }),
    copy: (from, to) => {
      cpSync(at(from), at(to), { recursive: true });
      return at(to);
    },
    end: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** States `0` (without a contribution) to `5`, the third as a zip file, the finished keys as `keys`, with the verdict on them. */
export async function holdCeremony(of: Materials): Promise<Community & { verdict: CeremonyVerdict }> {
  const held = community(of);
  const { powersOfTau, circuits } = held;
  await initCeremony({ powersOfTau, beaconSource: BEACON_SOURCE, out: held.at('0'), circuits, progress });
  const state = (i: number): string => (i === 3 ? '3.zip' : String(i));
  for (const [i, name] of FIVE.entries()) held.published.push(await held.contribute(state(i), state(i + 1), name));
  return { ...held, verdict: await held.finalize('5', 'keys', BEACON_SOURCE) };
}

/** Puts another transcript into a state: one that hangs together, as whoever tampers would make it. */
export function changeTranscript(dir: string, change: (transcript: Transcript) => Transcript): void {
  const path = join(dir, 'transcript.json');
  writeFileSync(path, transcriptText(change(readTranscript(readFileSync(path, 'utf8')))));
}

export function changeFile(path: string, change: (bytes: Buffer) => Buffer): void {
  writeFileSync(path, change(readFileSync(path)));
}

/** Where a section of a .zkey begins. */
export function sectionAt(zkey: Buffer, wanted: number): number {
  let at = 12;
  for (let left = zkey.readUInt32LE(8); left > 0; left--) {
    if (zkey.readUInt32LE(at) === wanted) return at + 12;
    at += 12 + Number(zkey.readBigUInt64LE(at + 4));
  }
  throw new Error(`no section ${wanted}`);
}
