/**
 * Which keys a node works with: those of its community's ceremony, in the data folder's keys/; or the development keys that ship with the
 * project, with which whoever made them forges proofs, and which are refused unless the folder was made for development (`electra up`, or
 * `electra init --development`).
 */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CircuitName, type PerCircuit, perCircuit } from '../../protocol/circuits.ts';
import { type VerificationKeyBytes, verificationKeyId } from '../../protocol/genesis/index.ts';
import { ElectraError } from '../../protocol/values/errors.ts';
import { decodeVerificationKey, encodeKeyBytes, isDevelopmentKey, type VerificationKey } from '../../reader/verifier/index.ts';
import { CIRCUITS, type CircuitRow, isKeyFolder, keyFileFaults, keyFolderFiles } from '../ceremony/index.ts';
import { type DataFolder, isDevelopment } from './data-folder.ts';
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

const rowOf = (circuit: CircuitName): CircuitRow => CIRCUITS.find(({ name }) => name === circuit)!;

/** The verification keys of a folder, as a genesis carries them. */
export const keyBytes = (dir: string): PerCircuit<VerificationKeyBytes> =>
  perCircuit((circuit) => encodeKeyBytes(keyOf(dir, rowOf(circuit))));

/** Their ids. */
export function keyIds(dir: string): PerCircuit<string> {
  const bytes = keyBytes(dir);
  return perCircuit((circuit) => verificationKeyId(circuit, bytes[circuit]));
}

/** @throws KeysError where a folder is not what a ceremony gave, or holds development keys */
export function checkKeyFolder(dir: string, field = 'keys'): void {
  if (!isKeyFolder(dir)) throw new KeysError(`${field}: ${dir}: expected a folder that \`electra ceremony finalize\` wrote`);
  const [fault] = keyFileFaults(dir);
  if (fault !== undefined) throw new KeysError(`${field}: ${dir}: ${fault}`);
  for (const circuit of CIRCUITS)
    if (isDevelopmentKey(circuit.name, keyOf(dir, circuit)))
      throw new KeysError(`${field}: ${dir}: ${circuit.name} is a development key: whoever made it can forge proofs`);
}

/** Takes a ceremony's keys into a data folder. @throws KeysError */
export function takeKeys(data: DataFolder, from: string): void {
  checkKeyFolder(from, '--keys');
  mkdirSync(data.path('keys'), { recursive: true, mode: 0o700 });
  for (const name of keyFolderFiles()) cpSync(join(from, name), data.path('keys', name));
}

/** The keys of a data folder. @throws KeysError where there are none and the folder is not for development */
export function nodeKeys(data: DataFolder): NodeKeys {
  const dir = data.path('keys');
  if (isKeyFolder(dir)) {
    checkKeyFolder(dir);
    return { dir, development: false };
  }
  if (isDevelopment(data)) return { dir: KEYS_DIR, development: true };
  throw new KeysError(
    `${dir}: this community has no keys, and the development keys that ship with the project are refused: whoever made them can forge ` +
      `proofs. Copy there what \`electra ceremony finalize\` wrote, or make a folder by \`electra init --development\` to try things out`,
  );
}
