/**
 * A wallet's key as a file, encrypted under a passphrase by what every browser has (WebCrypto). All parameters stand in the file, and are
 * sealed with the key: another program can open it, and nobody can weaken them unseen.
 *
 *     { "electra": "key/1", "address", "kdf": { "name", "hash", "iterations", "salt" }, "cipher": { "name", "iv" }, "sealed" }
 *
 * salt, iv and sealed in hex. PBKDF2 gives a 256-bit key of AES-GCM; what is authenticated beside the 32 bytes of the key is the JSON of
 * the file without `sealed`, its members in this order and without spaces.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { addressOf } from './key-signer.ts';

const FORM = 'key/1';
/** As OWASP asks of PBKDF2 with SHA-256 (2023). */
const ITERATIONS = 600_000;
/** What a file of somebody else's may make this device compute. */
const ITERATIONS_MAX = 10_000_000;

interface Head {
  electra: typeof FORM;
  address: string;
  kdf: { name: 'PBKDF2'; hash: 'SHA-256'; iterations: number; salt: string };
  cipher: { name: 'AES-GCM'; iv: string };
}

export interface KeyFile extends Head {
  sealed: string;
}

const bytes = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(hexToBytes(hex));
const random = (length: number): string => bytesToHex(crypto.getRandomValues(new Uint8Array(length)));

const headOf = ({ electra, address, kdf: { name, hash, iterations, salt }, cipher }: Head): Head => ({
  electra,
  address,
  kdf: { name, hash, iterations, salt },
  cipher: { name: cipher.name, iv: cipher.iv },
});

async function cipherOf(head: Head, passphrase: string) {
  const text = new TextEncoder();
  const material = await crypto.subtle.importKey('raw', text.encode(passphrase.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']);
  const { name, hash, iterations, salt } = head.kdf;
  const key = await crypto.subtle.deriveKey(
    { name, hash, iterations, salt: bytes(salt) },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
  return { key, algorithm: { name: 'AES-GCM', iv: bytes(head.cipher.iv), additionalData: text.encode(JSON.stringify(headOf(head))) } };
}

/** @returns the file's text */
export async function sealKey(key: Uint8Array, passphrase: string, iterations = ITERATIONS): Promise<string> {
  const head: Head = {
    electra: FORM,
    address: addressOf(key),
    kdf: { name: 'PBKDF2', hash: 'SHA-256', iterations, salt: random(16) },
    cipher: { name: 'AES-GCM', iv: random(12) },
  };
  const { key: cipher, algorithm } = await cipherOf(head, passphrase);
  const sealed = await crypto.subtle.encrypt(algorithm, cipher, new Uint8Array(key));
  return `${JSON.stringify({ ...head, sealed: bytesToHex(new Uint8Array(sealed)) }, null, 2)}\n`;
}

/** @returns null where the text is no such file */
export function readKeyFile(text: string): KeyFile | null {
  let file: Partial<KeyFile>;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const hex = (value: unknown, length: number): boolean => typeof value === 'string' && new RegExp(`^[0-9a-f]{${2 * length}}$`).test(value);
  const { electra, address, kdf, cipher, sealed } = file ?? {};
  const known =
    electra === FORM &&
    typeof address === 'string' &&
    kdf?.name === 'PBKDF2' &&
    kdf.hash === 'SHA-256' &&
    Number.isInteger(kdf.iterations) &&
    kdf.iterations >= 1 &&
    kdf.iterations <= ITERATIONS_MAX &&
    hex(kdf.salt, 16) &&
    cipher?.name === 'AES-GCM' &&
    hex(cipher.iv, 12) &&
    hex(sealed, 48);
  return known ? (file as KeyFile) : null;
}

/** @returns null where the passphrase is another, or the file was changed */
export async function openKey(file: KeyFile, passphrase: string): Promise<Uint8Array | null> {
  const { key: cipher, algorithm } = await cipherOf(file, passphrase);
  try {
    const key = new Uint8Array(await crypto.subtle.decrypt(algorithm, cipher, bytes(file.sealed)));
    return addressOf(key) === file.address ? key : null;
  } catch {
    return null;
  }
}
