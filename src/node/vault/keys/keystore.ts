/**
 * One secret key at rest: a JSON file of mode 0600 (docs/vault.md). The passphrase becomes a key by Argon2id; XChaCha20-Poly1305 encrypts
 * the secret under it with a fresh 192-bit nonce, and authenticates what the file says about it (kind, epoch, public key, times), so
 * that two files can't be exchanged for each other. All files of a vault share one Argon2id salt: one derivation opens them all.
 *
 * Traps: a file from elsewhere may ask for an Argon2id of hours or gigabytes (bounded here); a wrong passphrase and a damaged file look the
 * same to the cipher (the message says both, and the text form tells most damage apart first).
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import sodium from 'libsodium-wrappers-sumo';
import { canonicalJson } from '../../../protocol/index.ts';
import { VaultError } from '../errors.ts';

await sodium.ready;

const KEYSTORE_FORMAT = 'electra/keystore/v1';
const KDF = 'argon2id13';
const CIPHER = 'xchacha20poly1305-ietf';
const HEX = /^([0-9a-f]{2})+$/;

/** Work of one derivation. Production: 3 passes over 64 MiB (RFC 9106's second choice). */
export interface Cost {
  ops: number;
  memBytes: number;
}
const DEFAULT_COST: Cost = { ops: 3, memBytes: 64 << 20 };
const LIMITS = { opsMin: 1, opsMax: 16, memMin: 8 << 20, memMax: 1 << 30 };

/** What a file says in the clear about its secret. */
export interface KeystoreHead {
  kind: 'epoch' | 'operator' | 'backup';
  epoch: number | null;
  publicKey: string;
  createdUnixS: number;
}

type KeystoreFile = KeystoreHead & {
  format: typeof KEYSTORE_FORMAT;
  kdf: { name: typeof KDF; salt: string; ops: number; memBytes: number };
  cipher: typeof CIPHER;
  nonce: string;
  ciphertext: string;
};

/** A passphrase, turned into a key where a salt asks for it; derivations are remembered, the passphrase's bytes are wiped by `forget`. */
export class Unlocker {
  readonly #passphrase: Uint8Array;
  readonly #keys = new Map<string, Uint8Array>();

  constructor(passphrase: string) {
    this.#passphrase = new TextEncoder().encode(passphrase);
  }

  key(salt: Uint8Array, { ops, memBytes }: Cost): Uint8Array {
    const name = `${sodium.to_hex(salt)}/${ops}/${memBytes}`;
    let key = this.#keys.get(name);
    if (!key) {
      key = sodium.crypto_pwhash(32, this.#passphrase, salt, ops, memBytes, sodium.crypto_pwhash_ALG_ARGON2ID13);
      this.#keys.set(name, key);
    }
    return key;
  }

  forget(): void {
    this.#passphrase.fill(0);
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }
}

const headOf = ({ kind, epoch, publicKey, createdUnixS }: KeystoreHead): KeystoreHead => ({ kind, epoch, publicKey, createdUnixS });
const associated = (file: Omit<KeystoreFile, 'nonce' | 'ciphertext'>) =>
  new TextEncoder().encode(canonicalJson({ format: file.format, ...headOf(file), kdf: file.kdf, cipher: file.cipher }));

/** The text of a keystore file. `like`: a file of the same vault, whose salt and cost are taken over. */
export function sealSecret(
  secret: Uint8Array,
  head: KeystoreHead,
  unlocker: Unlocker,
  { like, cost = DEFAULT_COST }: { like?: string; cost?: Cost } = {},
): string {
  const kdf = like
    ? parseKeystore(like, 'keystore').kdf
    : ({ name: KDF, salt: randomBytes(16).toString('hex'), ops: cost.ops, memBytes: cost.memBytes } as const);
  const file = { format: KEYSTORE_FORMAT, ...headOf(head), kdf, cipher: CIPHER } as const;
  const nonce = new Uint8Array(randomBytes(24));
  const ciphertext = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    secret,
    associated(file),
    null,
    nonce,
    unlocker.key(sodium.from_hex(kdf.salt), kdf),
  );
  return `${JSON.stringify({ ...file, nonce: sodium.to_hex(nonce), ciphertext: sodium.to_hex(ciphertext) }, null, 2)}\n`;
}

/** The secret of a keystore text. Throws bad-passphrase or bad-keystore; `name` is the file's, for the message. */
export function openSecret(text: string, unlocker: Unlocker, name: string): { head: KeystoreHead; secret: Uint8Array } {
  const file = parseKeystore(text, name);
  const key = unlocker.key(sodium.from_hex(file.kdf.salt), file.kdf);
  try {
    return {
      head: headOf(file),
      secret: sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        null,
        sodium.from_hex(file.ciphertext),
        associated(file),
        sodium.from_hex(file.nonce),
        key,
      ),
    };
  } catch {
    throw new VaultError('bad-passphrase', `${name}: the passphrase does not open it (or the file was altered)`);
  }
}

/** What a keystore text says in the clear; needs no passphrase, and is not authenticated without one. */
export const keystoreHead = (text: string, name: string): KeystoreHead => headOf(parseKeystore(text, name));

function parseKeystore(text: string, name: string): KeystoreFile {
  const bad = (field: string, expected: string) => new VaultError('bad-keystore', `${name}: ${field}: expected ${expected}`);
  let file: KeystoreFile;
  try {
    file = JSON.parse(text);
  } catch {
    throw bad('file', 'JSON (is it truncated?)');
  }
  if (typeof file !== 'object' || file === null || file.format !== KEYSTORE_FORMAT) throw bad('format', `"${KEYSTORE_FORMAT}"`);
  if (!['epoch', 'operator', 'backup'].includes(file.kind)) throw bad('kind', 'epoch, operator or backup');
  if (file.kind === 'epoch' ? !(Number.isInteger(file.epoch) && file.epoch! > 0) : file.epoch !== null)
    throw bad('epoch', file.kind === 'epoch' ? 'a number from 1' : 'null');
  if (typeof file.publicKey !== 'string' || (file.publicKey !== '' && !HEX.test(file.publicKey))) throw bad('publicKey', 'lower-case hex');
  if (!Number.isSafeInteger(file.createdUnixS)) throw bad('createdUnixS', 'seconds');
  const { kdf } = file;
  if (typeof kdf !== 'object' || kdf === null || kdf.name !== KDF || typeof kdf.salt !== 'string' || !/^[0-9a-f]{32}$/.test(kdf.salt))
    throw bad('kdf', `${KDF} with a salt of 16 bytes`);
  if (!Number.isInteger(kdf.ops) || kdf.ops < LIMITS.opsMin || kdf.ops > LIMITS.opsMax)
    throw bad('kdf.ops', `${LIMITS.opsMin} … ${LIMITS.opsMax}`);
  if (!Number.isInteger(kdf.memBytes) || kdf.memBytes < LIMITS.memMin || kdf.memBytes > LIMITS.memMax)
    throw bad('kdf.memBytes', `${LIMITS.memMin} … ${LIMITS.memMax}`);
  if (file.cipher !== CIPHER) throw bad('cipher', CIPHER);
  if (typeof file.nonce !== 'string' || !/^[0-9a-f]{48}$/.test(file.nonce)) throw bad('nonce', '24 bytes as hex');
  if (typeof file.ciphertext !== 'string' || !HEX.test(file.ciphertext)) throw bad('ciphertext', 'hex');
  return file;
}

/** Reads a private file; refuses one that others may read. */
export function readPrivate(path: string): string {
  let mode: number;
  try {
    mode = statSync(path).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new VaultError('bad-keystore', `${path}: expected a keystore file, found none`);
  }
  if ((mode & 0o077) !== 0)
    throw new VaultError(
      'bad-mode',
      `${path}: others can read this file (mode ${(mode & 0o777).toString(8)}); expected 600: chmod 600 ${path}`,
    );
  return readFileSync(path, 'utf8');
}

/**
 * Writes a private file so that a crash leaves all of it or nothing. Unless `replace`, an existing file is never touched: VaultError
 * exists.
 */
export function writePrivate(path: string, text: string, { replace = false } = {}): void {
  const fresh = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.new`;
  const file = openSync(fresh, 'wx', 0o600);
  try {
    fchmodSync(file, 0o600);
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (replace) renameSync(fresh, path);
  else {
    try {
      linkSync(fresh, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new VaultError('exists', `${path} exists already`);
      throw error;
    } finally {
      rmSync(fresh, { force: true });
    }
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
