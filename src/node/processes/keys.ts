/**
 * Which keys a node works with: those of its community's ceremony, in the data folder's keys/; or the development keys that ship with the
 * project, with which whoever made them forges proofs, and which are refused unless the folder was made for development (`electra up`, or
 * `electra init --development`).
 */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../../protocol/values/canonical.ts';
import { ElectraError } from '../../protocol/values/errors.ts';
import { decodeVerificationKey, isDevelopmentKey, verificationKeyHash } from '../../reader/verifier/index.ts';
import { CIRCUITS, isKeyFolder, keyFileFaults, keyFolderFiles } from '../ceremony/index.ts';
import { type DataFolder, readSettings } from './data-folder.ts';
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

type Circuit = (typeof CIRCUITS)[number]['name'];

const keyOf = (dir: string, circuit: Circuit): Json => JSON.parse(readFileSync(join(dir, `${circuit}.vk.json`), 'utf8')) as Json;

/** hash → canonical text of every verification key, as bundles carry them */
export const keyTexts = (dir: string): Record<string, string> =>
  Object.fromEntries(
    CIRCUITS.map(({ name }) => {
      const key = keyOf(dir, name);
      return [verificationKeyHash(key), canonicalJson(key)];
    }),
  );

/** Hashes of the keys, as a genesis carries them. */
export const keyHashes = (dir: string): { dayBill: string; clearing: string; substitute: string } => ({
  dayBill: verificationKeyHash(keyOf(dir, 'day-bill')),
  clearing: verificationKeyHash(keyOf(dir, 'clearing')),
  substitute: verificationKeyHash(keyOf(dir, 'substitute')),
});

/** The shipped development keys. */
export const shippedKeys = (): Record<string, string> => keyTexts(KEYS_DIR);
export const shippedKeyHashes = (): ReturnType<typeof keyHashes> => keyHashes(KEYS_DIR);

/** @throws KeysError where a folder is not what a ceremony gave, or holds development keys */
export function checkKeyFolder(dir: string, field = 'keys'): void {
  if (!isKeyFolder(dir)) throw new KeysError(`${field}: ${dir}: expected a folder that \`electra ceremony finalize\` wrote`);
  const [fault] = keyFileFaults(dir);
  if (fault !== undefined) throw new KeysError(`${field}: ${dir}: ${fault}`);
  for (const { name, publicInputs } of CIRCUITS) {
    const key = keyOf(dir, name);
    const decoded = decodeVerificationKey(key, publicInputs);
    if (isDevelopmentKey(name, decoded))
      throw new KeysError(`${field}: ${dir}: ${name} is a development key: whoever made it can forge proofs`);
  }
}

/** Takes a ceremony's keys into a data folder. @throws KeysError */
export function takeKeys(data: DataFolder, from: string): void {
  checkKeyFolder(from, '--keys');
  mkdirSync(data.path('keys'), { recursive: true, mode: 0o700 });
  for (const name of keyFolderFiles()) cpSync(join(from, name), data.path('keys', name));
}

/** The keys of a data folder. @throws KeysError where there are none and the folder is not for development */
export function nodeKeys(data: DataFolder): NodeKeys {
  const { demo, development } = readSettings(data);
  const dir = data.path('keys');
  if (isKeyFolder(dir)) {
    checkKeyFolder(dir);
    return { dir, development: false };
  }
  if (demo || development) return { dir: KEYS_DIR, development: true };
  throw new KeysError(
    `${dir}: this community has no keys, and the development keys that ship with the project are refused: whoever made them can forge ` +
      `proofs. Copy there what \`electra ceremony finalize\` wrote, or make a folder by \`electra init --development\` to try things out`,
  );
}
