/**
 * The keys that a ceremony gives: NAME.zkey, NAME.vk.json and NAME.wasm of every circuit, the transcript, and ceremony.json, which names
 * all of them by hash. Provers, books, exports and genesis take their keys from such a folder.
 *
 * Who reads it here trusts the folder to be the community's; that the ceremony was a sound one is for `verifyCeremony` to say.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type Json, parseCanonical } from '../../protocol/values/canonical.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { array, hex, object, text } from '../../protocol/values/shape.ts';
import { decodeVerificationKey, verificationKeyId } from '../../reader/verifier/index.ts';
import { CIRCUITS, type CircuitRow } from './circuits.ts';
import { CeremonyError } from './errors.ts';
import { TRANSCRIPT } from './state.ts';

export const CEREMONY_FILE = 'ceremony.json';
const KINDS = ['zkey', 'vk.json', 'wasm'] as const;
export type KeyFileKind = (typeof KINDS)[number];

export interface KeyEntry {
  readonly circuit: string;
  /** of the verification key's points: the name by which books and verdicts call it */
  readonly keyId: string;
  /** SHA-256 of each file */
  readonly sha256: Readonly<Record<KeyFileKind, string>>;
}

export interface CeremonyFile {
  readonly version: 1;
  /** SHA-256 of transcript.json */
  readonly transcript: string;
  readonly keys: readonly KeyEntry[];
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** All files that belong into the folder of a chain's node. */
export const keyFolderFiles = (circuits: readonly CircuitRow[] = CIRCUITS): string[] => [
  CEREMONY_FILE,
  TRANSCRIPT,
  ...circuits.flatMap(({ name }) => KINDS.map((kind) => `${name}.${kind}`)),
];

const fileOf = (dir: string, name: string): Buffer => {
  try {
    return readFileSync(join(dir, name));
  } catch (error) {
    throw new CeremonyError(
      'state',
      `keys: ${name} cannot be read in ${dir} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
    );
  }
};

const keyEntry = (dir: string, circuit: string): KeyEntry => ({
  circuit,
  keyId: keyIdOf(dir, circuit),
  sha256: Object.fromEntries(KINDS.map((kind) => [kind, sha256(fileOf(dir, `${circuit}.${kind}`))])) as Record<KeyFileKind, string>,
});

export function ceremonyFileText(dir: string, circuits: readonly CircuitRow[] = CIRCUITS): string {
  const file: CeremonyFile = {
    version: 1,
    transcript: sha256(fileOf(dir, TRANSCRIPT)),
    keys: circuits.map(({ name }) => keyEntry(dir, name)),
  };
  return canonicalJson(file as unknown as Json);
}

export const isKeyFolder = (dir: string): boolean => existsSync(join(dir, CEREMONY_FILE));

/**
 * @param circuits of the chain whose keys are wanted
 * @throws ProtocolError by field name; CeremonyError `state` where there is no such file
 */
export function readCeremonyFile(dir: string, circuits: readonly CircuitRow[] = CIRCUITS): CeremonyFile {
  const shape = object(parseCanonical(fileOf(dir, CEREMONY_FILE).toString('utf8'), 'ceremony'), 'ceremony', [
    'version',
    'transcript',
    'keys',
  ]);
  if (shape.version !== 1) throw new ProtocolError('unparsable', 'ceremony.version', '1');
  const names = circuits.map(({ name }) => name);
  const entries = array(shape.keys, 'ceremony.keys');
  if (entries.map((entry) => (entry as { circuit?: unknown } | null)?.circuit).join() !== names.join())
    throw new ProtocolError('unparsable', 'ceremony.keys', `keys of ${names.join(', ')}: each kind of chain has a ceremony of its own`);
  const keys = entries.map((value, i): KeyEntry => {
    const field = `ceremony.keys[${i}]`;
    const entry = object(value, field, ['circuit', 'keyId', 'sha256']);
    const files = object(entry.sha256, `${field}.sha256`, KINDS);
    for (const kind of KINDS) hex(files[kind], `${field}.sha256.${kind}`);
    return {
      circuit: text(entry.circuit, `${field}.circuit`, new RegExp(`^${circuits[i].name}$`), circuits[i].name),
      keyId: hex(entry.keyId, `${field}.keyId`),
      sha256: files as unknown as KeyEntry['sha256'],
    };
  });
  return { version: 1, transcript: hex(shape.transcript, 'ceremony.transcript'), keys };
}

/** Files that are not those that ceremony.json names. */
export function keyFileFaults(dir: string, circuits: readonly CircuitRow[] = CIRCUITS): string[] {
  const { transcript, keys } = readCeremonyFile(dir, circuits);
  const faults = keys.flatMap(({ circuit, keyId, sha256: named }) => [
    ...KINDS.filter((kind) => sha256(fileOf(dir, `${circuit}.${kind}`)) !== named[kind]).map(
      (kind) => `${circuit}.${kind} is not the file that ${CEREMONY_FILE} names`,
    ),
    ...(keyIdOf(dir, circuit) === keyId ? [] : [`${circuit}.vk.json has another key id than ${CEREMONY_FILE} says`]),
  ]);
  if (sha256(fileOf(dir, TRANSCRIPT)) !== transcript) faults.push(`${TRANSCRIPT} is not the file that ${CEREMONY_FILE} names`);
  return faults;
}

/** How many public inputs it should have is for those to say who use it. @throws ProtocolError where the file holds no sound key */
function keyIdOf(dir: string, circuit: string): string {
  const vk = JSON.parse(fileOf(dir, `${circuit}.vk.json`).toString('utf8')) as { nPublic: number };
  return verificationKeyId(circuit, decodeVerificationKey(vk, vk.nPublic));
}
