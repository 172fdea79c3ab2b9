/**
 * Which keys a node works with: those of its community's ceremony, in the data folder's keys/; or the development keys that ship with the
 * project, with which whoever made them forges proofs, and which are refused unless the folder was made for development (`electra up`, or
 * `electra init --development`).
 */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyCircuitName, CIRCUIT_NAMES } from '../../protocol/circuits.ts';
import { type VerificationKeyBytes, verificationKeyId } from '../../protocol/genesis/index.ts';
import { ElectraError } from '../../protocol/values/errors.ts';
import {
  decodeVerificationKey,
  encodeKeyBytes,
  isDevelopmentKey,
  PUBLIC_INPUTS,
  type VerificationKey,
} from '../../reader/verifier/index.ts';
import { CIRCUITS, type CircuitRow, isKeyFolder, keyFileFaults, keyFolderFiles, MAIN_CIRCUITS } from '../ceremony/index.ts';
import { type DataFolder, isDevelopment, isExchange } from './data-folder.ts';
import { USAGE } from './explain.ts';
import { KEYS_DIR } from './paths.ts';

/** The keys cannot be used; a restart would find them the same. */
class KeysError extends ElectraError {
  constructor(message: string) {
    super(USAGE, message);
  }
}

export interface NodeKeys {
  /** holds NAME.zkey, NAME.wasm, NAME.vk.json of every circuit */
  readonly dir: string;
  readonly development: boolean;
}

const keyOf = (dir: string, { name, publicInputs }: CircuitRow): VerificationKey =>
  decodeVerificationKey(JSON.parse(readFileSync(join(dir, `${name}.vk.json`), 'utf8')), publicInputs);

/** Those that a node needs keys of: an exchange node those of the main chain, any other a community's. */
export const circuitsOf = (data: DataFolder): readonly CircuitRow[] => (isExchange(data) ? MAIN_CIRCUITS : CIRCUITS);

const each = <N extends AnyCircuitName, T>(names: readonly N[], of: (name: N) => T) =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as Readonly<Record<N, T>>;

/** The verification keys of a folder, as a genesis carries them: of a community's circuits, or of those of another chain. */
export const keyBytes = <N extends AnyCircuitName = (typeof CIRCUIT_NAMES)[number]>(
  dir: string,
  names: readonly N[] = CIRCUIT_NAMES as readonly AnyCircuitName[] as readonly N[],
): Readonly<Record<N, VerificationKeyBytes>> =>
  each(names, (name) => encodeKeyBytes(keyOf(dir, { name, publicInputs: PUBLIC_INPUTS[name] })));

/** Their ids. */
export function keyIds<N extends AnyCircuitName = (typeof CIRCUIT_NAMES)[number]>(
  dir: string,
  names?: readonly N[],
): Readonly<Record<N, string>> {
  const bytes = keyBytes<N>(dir, names);
  return each(Object.keys(bytes) as N[], (name) => verificationKeyId(name, bytes[name]));
}

/** @throws KeysError where a folder is not what a ceremony gave, or holds development keys */
export function checkKeyFolder(dir: string, field = 'keys', circuits: readonly CircuitRow[] = CIRCUITS): void {
  if (!isKeyFolder(dir)) throw new KeysError(`${field}: ${dir}: expected a folder that \`electra ceremony finalize\` wrote`);
  const [fault] = keyFileFaults(dir, circuits);
  if (fault !== undefined) throw new KeysError(`${field}: ${dir}: ${fault}`);
  for (const circuit of circuits)
    if (isDevelopmentKey(circuit.name, keyOf(dir, circuit)))
      throw new KeysError(`${field}: ${dir}: ${circuit.name} is a development key: whoever made it can forge proofs`);
}

/** Takes a ceremony's keys into a data folder. @throws KeysError */
export function takeKeys(data: DataFolder, from: string, circuits: readonly CircuitRow[] = CIRCUITS): void {
  checkKeyFolder(from, '--keys', circuits);
  mkdirSync(data.path('keys'), { recursive: true, mode: 0o700 });
  for (const name of keyFolderFiles(circuits)) cpSync(join(from, name), data.path('keys', name));
}

/** The keys of a data folder. @throws KeysError where there are none and the folder is not for development */
export function nodeKeys(data: DataFolder): NodeKeys {
  const dir = data.path('keys');
  if (isKeyFolder(dir)) {
    checkKeyFolder(dir, 'keys', circuitsOf(data));
    return { dir, development: false };
  }
  if (isDevelopment(data)) return { dir: KEYS_DIR, development: true };
  throw new KeysError(
    `${dir}: this community has no keys, and the development keys that ship with the project are refused: whoever made them can forge ` +
      `proofs. Copy there what \`electra ceremony finalize\` wrote, or make a folder by \`electra init --development\` to try things out`,
  );
}
