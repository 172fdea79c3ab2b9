/**
 * Verifies a ceremony from the beginning, trusting none of its files: this checkout's circuits, the powers-of-tau file of the named hash,
 * every contribution's public key, the beacon, the points of the keys, and that the keys are the first keys times just these contributions.
 *
 * What it cannot see: whether a contributor kept its secret (one honest one suffices), whether the beacon's value is what its source gave,
 * and whether somebody was left out. The last is why contributors publish their hashes, and why `mine` asks for them.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isProtocolError } from '../../protocol/values/errors.ts';
import { decodeVerificationKey, verificationKeyId } from '../../reader/verifier/index.ts';
import { type Progress, runTask } from './child.ts';
import { type CompiledCircuit, circuitsOf } from './circuits.ts';
import { compileAll, compilerName } from './compile.ts';
import { beaconFaults, contributionFaults } from './consistent.ts';
import type { KeyHistory } from './contributions.ts';
import { CeremonyError } from './errors.ts';
import { firstKeys, r1csHash, sha256File } from './first-keys.ts';
import { CEREMONY_FILE, isKeyFolder, keyFileFaults, readCeremonyFile } from './key-folder.ts';
import { historyOf, openState, type State, transcriptOf, zkeyName } from './state.ts';
import type { Transcript } from './transcript.ts';
import { type CeremonyVerdict, type CheckName, conclude, type Line } from './verdict.ts';

export interface VerifyOptions {
  /** folder or zip file of a state, or a folder of finished keys */
  state: string;
  powersOfTau: string;
  /** published hashes that must be in the ceremony */
  mine?: readonly string[];
  circuits?: readonly CompiledCircuit[];
  /** make the first keys anew, even where this machine has them */
  afresh?: boolean;
  progress: Progress;
}

const passed = (check: CheckName, detail: string, circuit?: string): Line => ({ check, circuit, status: 'passed', detail });
const failed = (check: CheckName, detail: string, circuit?: string): Line => ({ check, circuit, status: 'failed', detail });

/** Files that cannot be read are unreadable; files that say something wrong have failed. */
function refusal(check: CheckName, error: unknown, circuit?: string): Line {
  const unreadable =
    (error instanceof CeremonyError && error.code === 'state') || (isProtocolError(error) && error.code !== 'broken-chain');
  if (!unreadable && !(error instanceof CeremonyError) && !isProtocolError(error)) throw error;
  return { check, circuit, status: unreadable ? 'unreadable' : 'failed', detail: (error as Error).message };
}

const asLines = (check: CheckName, circuit: string, faults: readonly string[], otherwise: string): Line[] =>
  faults.length === 0 ? [passed(check, otherwise, circuit)] : faults.map((fault) => failed(check, fault, circuit));

async function powersOfTauLine(path: string, wanted: string): Promise<Line> {
  try {
    const found = await sha256File(path);
    if (found !== wanted) return failed('powers of tau', `SHA-256 of ${path} is ${found}, the transcript names ${wanted}`);
    return passed('powers of tau', `SHA-256 ${wanted}`);
  } catch (error) {
    return refusal('powers of tau', error);
  }
}

/** The transcript's circuits against those of this checkout. */
function circuitLines(transcript: Transcript, circuits: readonly CompiledCircuit[]): Line[] {
  const names = (list: readonly { name: string }[]): string => list.map(({ name }) => name).join(', ');
  if (names(transcript.circuits) !== names(circuits))
    return [failed('circuits', `the transcript is of ${names(transcript.circuits)}, this checkout has ${names(circuits)}`)];
  const faults = circuits.flatMap((circuit, i) => {
    const found = r1csHash(circuit);
    const { r1cs } = transcript.circuits[i];
    if (found === r1cs) return [];
    return [failed('circuits', `the transcript is of another r1cs (${r1cs}) than these sources give (${found})`, circuit.name)];
  });
  const otherwise = `${names(circuits)}, as ${compilerName()} compiles the sources of this checkout`;
  return faults.length > 0 ? faults : [passed('circuits', otherwise)];
}

function beaconLines(name: string, history: KeyHistory, transcript: Transcript): Line[] {
  const faults = beaconFaults(name, history, transcript);
  if (faults.length > 0) return faults.map((fault) => failed('beacon', fault, name));
  const { beacon, beaconSource } = transcript;
  if (!beacon) return [{ check: 'beacon', circuit: name, status: 'open', detail: `not yet; it will be: ${beaconSource}` }];
  return [passed('beacon', `${beacon.value}, said before the first contribution to be: ${beaconSource}`, name)];
}

/** What is told by the files of one circuit without computing. */
function storyLines(state: State, transcript: Transcript, name: string): Line[] {
  let history: KeyHistory;
  try {
    history = historyOf(state, name);
  } catch (error) {
    return [refusal('contributions', error, name)];
  }
  const count = transcript.contributions.length;
  const faults = contributionFaults(name, history, transcript);
  if (history.start !== transcript.circuits.find((circuit) => circuit.name === name)!.start)
    faults.push('the key began as another key than the transcript says');
  if (count === 0) faults.push('there is no contribution: gamma = delta, with which anybody forges any proof');
  const who = transcript.contributions.map((entry) => entry.name).join(', ');
  return [...asLines('contributions', name, faults, `${count}: ${who}`), ...beaconLines(name, history, transcript)];
}

function mineLines(mine: readonly string[], { contributions }: Transcript): Line[] {
  return mine.map((hash) => {
    const at = contributions.findIndex((entry) => entry.hash === hash);
    if (at < 0) return failed('named contribution', `${hash} is not in this ceremony: it was left out or replaced`);
    return passed('named contribution', `${hash} is number ${at + 1}, by ${contributions[at].name}`);
  });
}

/** The points of a key: on their curves, in their groups, and gamma other than ±delta. */
function keyLine(name: string, publicInputs: number, key: unknown): Line {
  try {
    const decoded = decodeVerificationKey(key, publicInputs);
    return passed('key', verificationKeyId(name, decoded), name);
  } catch (error) {
    return refusal('key', isProtocolError(error) ? new CeremonyError('refused', error.message) : error, name);
  }
}

/** What is computed with the keys: their points, and, where all `before` holds, every step from the first key. */
async function computedLines(
  state: State,
  circuits: readonly CompiledCircuit[],
  options: VerifyOptions,
  { before, sha256 }: { before: readonly Line[]; sha256: string },
): Promise<Line[]> {
  const { powersOfTau: path, afresh, progress } = options;
  const zkeys = circuits.map(({ name }) => ({ name, zkey: resolve(state.dir, zkeyName(name)) }));
  const exported = await runTask({ kind: 'keys', circuits: zkeys }, progress);
  const lines: Line[] = [];
  for (const { name, publicInputs } of circuits) {
    const { fault, key } = exported[name];
    lines.push(fault === undefined ? await keyLine(name, publicInputs, key) : failed('key', fault, name));
  }
  if (![...before, ...lines].every(({ status }) => status === 'passed' || status === 'open')) return lines; // minutes, for nothing
  const first = await firstKeys({ circuits, powersOfTau: { path, sha256 }, afresh, progress });
  const steps = zkeys.map(({ name, zkey }) => ({ name, zkey, first: first[name] }));
  const verified = await runTask({ kind: 'verify', circuits: steps, powersOfTau: resolve(path) }, progress);
  for (const { name } of circuits) {
    const { fault } = verified[name];
    lines.push(
      fault === undefined
        ? passed('computation', 'the key is the first key times these contributions, and nothing else', name)
        : failed('computation', fault, name),
    );
  }
  return lines;
}

/** Finished keys: the files beside the proving keys are those that follow from them. */
async function keyFileLines(state: State, circuits: readonly CompiledCircuit[], found: readonly Line[]): Promise<Line[]> {
  if (!isKeyFolder(state.dir)) return [];
  try {
    const faults = keyFileFaults(state.dir, circuits);
    const { keys } = readCeremonyFile(state.dir, circuits);
    for (const { circuit, keyId, sha256 } of keys) {
      const line = found.find(({ check, circuit: of }) => check === 'key' && of === circuit);
      if (line?.detail !== keyId) faults.push(`${circuit}.vk.json is not the verification key of ${zkeyName(circuit)}`);
      const { wasm } = circuits.find(({ name }) => name === circuit)!;
      if ((await sha256File(wasm)) !== sha256.wasm) faults.push(`${circuit}.wasm is not what these sources give`);
    }
    return faults.length > 0
      ? faults.map((fault) => failed('key files', fault))
      : [passed('key files', `all that ${CEREMONY_FILE} names, and they follow from the proving keys and the sources`)];
  } catch (error) {
    return [refusal('key files', error)];
  }
}

const circuitsIn = (transcript?: Transcript) => circuitsOf((transcript?.circuits ?? []).map(({ name }) => name));

async function linesOf(state: State, transcript: Transcript, options: VerifyOptions): Promise<Line[]> {
  const circuits = options.circuits ?? (await compileAll(circuitsIn(transcript), (name) => options.progress('compiling', name)));
  const before = [
    passed('transcript', `version 1, ${transcript.contributions.length} contributions, each with the hash of the one before it`),
    await powersOfTauLine(options.powersOfTau, transcript.powersOfTau),
    ...circuitLines(transcript, circuits),
    ...mineLines(options.mine ?? [], transcript),
  ];
  if (before.some(({ check, status }) => check === 'circuits' && status !== 'passed')) return before;
  before.push(...circuits.flatMap(({ name }) => storyLines(state, transcript, name)));
  const readable = circuits.every(({ name }) => existsSync(join(state.dir, zkeyName(name))));
  if (!readable) return before;
  const computed = await computedLines(state, circuits, options, { before, sha256: transcript.powersOfTau });
  return [...before, ...computed, ...(await keyFileLines(state, circuits, computed))];
}

/** @throws CeremonyError only where this machine cannot verify at all (no such folder, no sources) */
export async function verifyCeremony(options: VerifyOptions): Promise<CeremonyVerdict> {
  const state = openState(options.state);
  const namesIn = (transcript?: Transcript): string[] => circuitsIn(transcript).map(({ name }) => name);
  try {
    let transcript: Transcript;
    try {
      transcript = transcriptOf(state);
    } catch (error) {
      return conclude([refusal('transcript', error)], namesIn(), { contributors: [], hash: null });
    }
    const lines = await linesOf(state, transcript, options);
    const contributors = transcript.contributions.map(({ name, hash }) => ({ name, hash }));
    return conclude(lines, namesIn(transcript), { contributors, hash: transcript.beacon?.hash ?? contributors.at(-1)?.hash ?? null });
  } finally {
    state.close();
  }
}
