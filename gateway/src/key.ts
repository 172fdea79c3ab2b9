/**
 * The meter's key: a file that only its owner reads, or a module that signs with what never leaves a chip. Such a module's default export
 * is a function that resolves to `{ key, deviceSecret }`: `key` has the public key and signs, `deviceSecret` are 32 bytes for the hedge.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ExternalKey, externalSigner, keySigner, ProtocolError, type Signer } from '../../sdk/ts/src/index.ts';
import { SettingsError } from './settings.ts';

export interface Keys {
  key: Uint8Array | Signer;
  deviceSecret?: Uint8Array;
  address: string;
}

interface External {
  key: ExternalKey;
  deviceSecret: Uint8Array;
}

export const keyFileOf = (folder: string): string => join(folder, 'key');

export const hasKey = (folder: string): boolean => existsSync(keyFileOf(folder));

/** Draws a key, once. */
export function makeKey(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(32);
  keySigner(key); // one in 2^128 is no key, and says so
  writeFileSync(keyFileOf(folder), `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
}

function signerOf(key: ExternalKey, signerModule: string): Signer {
  try {
    return externalSigner(key);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new SettingsError(`${signerModule}: key.${error.message}`);
  }
}

/** @throws SettingsError */
export async function openKeys(folder: string, signerModule?: string): Promise<Keys> {
  if (signerModule !== undefined) {
    const { default: open } = (await import(pathToFileURL(resolve(signerModule)).href)) as { default?: () => Promise<Partial<External>> };
    const { key, deviceSecret } = (await open?.()) ?? {};
    if (!(key?.publicKey instanceof Uint8Array) || typeof key.sign !== 'function' || deviceSecret?.length !== 32)
      throw new SettingsError(`${signerModule}: expected { key: { publicKey, sign }, deviceSecret: 32 bytes }`);
    const signer = signerOf(key, signerModule);
    return { key: signer, deviceSecret, address: signer.address };
  }
  let text = '';
  try {
    text = readFileSync(keyFileOf(folder), 'utf8').trim();
  } catch (error) {
    throw new SettingsError(`${keyFileOf(folder)}: cannot be read (${(error as NodeJS.ErrnoException).code}); \`setup\` makes it`);
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new SettingsError(`${keyFileOf(folder)}: expected 64 hexadecimal digits`);
  const key = Uint8Array.from(Buffer.from(text, 'hex'));
  return { key, address: keySigner(key).address };
}

/** Puts key, store and state of a meter that is gone aside, under its address. */
export function putAside(folder: string, address: string): string {
  const aside = join(folder, `old-${address}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const part of ['key', 'store', 'gateway']) if (existsSync(join(folder, part))) renameSync(join(folder, part), join(aside, part));
  return aside;
}
