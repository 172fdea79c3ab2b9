/**
 * A ceremony's state between two contributions: transcript.json and NAME.zkey of every circuit, as a folder or as one zip file. It is what
 * a member is sent and what it sends on. Nothing else in the folder or archive is looked at.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { ALL_CIRCUITS } from './circuits.ts';
import { type KeyHistory, readHistory } from './contributions.ts';
import { CeremonyError } from './errors.ts';
import { readTranscript, type Transcript, transcriptText } from './transcript.ts';

export const TRANSCRIPT = 'transcript.json';
export const zkeyName = (circuit: string): string => `${circuit}.zkey`;

const FILES = [TRANSCRIPT, ...ALL_CIRCUITS.map(({ name }) => zkeyName(name))];
/** Far above any key of circuits that a household's computer can prove. */
const FILE_MAX_BYTES = 512 * 1024 ** 2;
/** The earliest time that a zip file can hold: the bytes do not depend on when it was written. */
const NO_TIME = new Date(1980, 0, 1);

export interface State {
  readonly dir: string;
  readonly close: () => void;
}

const why = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';

function unpacked(path: string): State {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(readFileSync(path), {
      filter: ({ name, originalSize }) => {
        if (!FILES.includes(name)) return false;
        if (originalSize > FILE_MAX_BYTES) throw new CeremonyError('refused', `${path}: ${name} is too large`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof CeremonyError) throw error;
    throw new CeremonyError('state', `${path}: expected a zip file that can be read (is it truncated?)`);
  }
  const dir = mkdtempSync(join(tmpdir(), 'electra-ceremony-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes);
  return { dir, close: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Opens a folder or unpacks a zip file; `close` removes what was unpacked. */
export function openState(path: string): State {
  if (!existsSync(path)) throw new CeremonyError('state', `${path}: there is no such folder or file`);
  return statSync(path).isDirectory() ? { dir: path, close: () => {} } : unpacked(path);
}

function readStateFile(state: State, name: string): Buffer {
  try {
    return readFileSync(join(state.dir, name));
  } catch (error) {
    throw new CeremonyError('state', `${name}: cannot be read (${why(error)})`);
  }
}

export const transcriptOf = (state: State): Transcript => readTranscript(readStateFile(state, TRANSCRIPT).toString('utf8'));

export const historyOf = (state: State, circuit: string): KeyHistory =>
  readHistory(readStateFile(state, zkeyName(circuit)), zkeyName(circuit));

export const putTranscript = (dir: string, transcript: Transcript): void =>
  writeFileSync(join(dir, TRANSCRIPT), transcriptText(transcript));

function zipped(dir: string): Uint8Array {
  const names = readdirSync(dir).sort();
  return zipSync(Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(dir, name)))])), {
    mtime: NO_TIME,
    level: 0, // points are random: nothing becomes smaller
  });
}

/** Before hours of work: whether the result may be written there. */
function checkNew(out: string): void {
  const taken = existsSync(out) && (!statSync(out).isDirectory() || readdirSync(out).length > 0);
  if (taken) throw new CeremonyError('state', `${out}: is there already`);
}

/** Makes a new folder, or a file that ends in .zip, whole or not at all: `fill` writes into a folder beside it. */
export async function writeNew<T>(out: string, fill: (dir: string) => Promise<T>): Promise<T> {
  checkNew(out);
  const target = resolve(out);
  mkdirSync(dirname(target), { recursive: true });
  const dir = mkdtempSync(`${target}.new-`);
  try {
    const result = await fill(dir);
    if (target.endsWith('.zip')) {
      writeFileSync(`${dir}.zip`, zipped(dir));
      renameSync(`${dir}.zip`, target);
    } else {
      rmSync(target, { recursive: true, force: true }); // an empty folder at most
      renameSync(dir, target);
    }
    return result;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
