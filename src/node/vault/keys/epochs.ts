/**
 * The node's X25519 keys, one per epoch: DIR/epoch-<n>.json. Beside it stand two marks in the clear: epoch-<n>.published (since when the
 * chain has it) and, in place of the secret, epoch-<n>.destroyed. A key is created first and published after, so that no box is ever sealed
 * to a key that a crash has lost; a key that was created and not published is the next one to publish.
 *
 * An old key can be destroyed when the chain has stopped taking its epoch (24 h after its successor took effect) and everything sealed to
 * it is opened; the books keep what they opened. Without it, who steals the disk later cannot open what the chain will show forever.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import sodium from 'libsodium-wrappers-sumo';
import { VaultError } from '../errors.ts';
import type { Cost, Unlocker } from './keystore.ts';
import { keystoreHead, openSecret, readPrivate, sealSecret, writePrivate } from './keystore.ts';

export type EpochState = 'prepared' | 'published' | 'destroyed';
/** Times are seconds of the clock that the vault runs by. */
export interface Epoch {
  epoch: number;
  publicKey: string;
  createdUnixS: number;
  publishedUnixS: number | null;
  destroyedUnixS: number | null;
  state: EpochState;
}
export interface EpochKey {
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

const file = (dir: string, epoch: number, ending: 'json' | 'published' | 'destroyed') => join(dir, `epoch-${epoch}.${ending}`);

export const operatorFile = (dir: string): string => join(dir, 'operator.json');

/** Makes the vault's folder, or checks that it is closed to others. */
export function ensureFolder(dir: string): void {
  if (!existsSync(dir)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
  }
  const mode = statSync(dir).mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw new VaultError(
      'bad-mode',
      `${dir}: others can enter the vault's folder (mode ${mode.toString(8)}); expected 700: chmod 700 ${dir}`,
    );
}

/** All epochs of a vault, oldest first. Needs no passphrase. */
export function listEpochs(dir: string): Epoch[] {
  const numbers = new Set<number>();
  if (existsSync(dir)) {
    for (const name of readdirSync(dir)) {
      const match = /^epoch-([1-9][0-9]{0,9})\.(json|destroyed)$/.exec(name);
      if (match) numbers.add(Number(match[1]));
    }
  }
  return [...numbers].sort((a, b) => a - b).map((epoch) => readEpoch(dir, epoch));
}

function mark(dir: string, epoch: number, ending: 'published' | 'destroyed'): Record<string, unknown> | null {
  const path = file(dir, epoch, ending);
  if (!existsSync(path)) return null;
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    if (Number.isSafeInteger(value.unixS)) return value;
  } catch {
    /* said below */
  }
  throw new VaultError('bad-keystore', `${path}: expected {"unixS": seconds, …}`);
}

function readEpoch(dir: string, epoch: number): Epoch {
  const published = mark(dir, epoch, 'published');
  const publishedUnixS = published === null ? null : (published.unixS as number);
  const destroyed = mark(dir, epoch, 'destroyed');
  if (destroyed) {
    return {
      epoch,
      publicKey: String(destroyed.publicKey),
      createdUnixS: Number(destroyed.createdUnixS),
      publishedUnixS,
      destroyedUnixS: destroyed.unixS as number,
      state: 'destroyed',
    };
  }
  const path = file(dir, epoch, 'json');
  const head = keystoreHead(readPrivate(path), path);
  if (head.kind !== 'epoch' || head.epoch !== epoch)
    throw new VaultError('bad-keystore', `${path}: holds another key (${head.kind} ${head.epoch ?? ''})`);
  return {
    epoch,
    publicKey: head.publicKey,
    createdUnixS: head.createdUnixS,
    publishedUnixS,
    destroyedUnixS: null,
    state: published === null ? 'prepared' : 'published',
  };
}

/** A text whose salt the vault's other files share, if there is one. */
export function anyKeystore(dir: string): string | undefined {
  if (existsSync(operatorFile(dir))) return readPrivate(operatorFile(dir));
  const some = listEpochs(dir).find((epoch) => epoch.state !== 'destroyed');
  return some && readPrivate(file(dir, some.epoch, 'json'));
}

/** Draws the key of an epoch and stores it. An existing one is never overwritten (VaultError exists). */
export function createEpoch(dir: string, epoch: number, unlocker: Unlocker, nowUnixS: number, cost?: Cost): Epoch {
  if (existsSync(file(dir, epoch, 'destroyed'))) throw new VaultError('exists', `epoch ${epoch} existed already and was destroyed`);
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  try {
    storeEpoch(dir, { epoch, secretKey: privateKey, createdUnixS: nowUnixS }, unlocker, cost);
  } finally {
    sodium.memzero(privateKey);
  }
  return {
    epoch,
    publicKey: sodium.to_hex(publicKey),
    createdUnixS: nowUnixS,
    publishedUnixS: null,
    destroyedUnixS: null,
    state: 'prepared',
  };
}

/** Stores a given key (a restored one); used by createEpoch too. */
export function storeEpoch(
  dir: string,
  key: { epoch: number; secretKey: Uint8Array; createdUnixS: number },
  unlocker: Unlocker,
  cost?: Cost,
): void {
  ensureFolder(dir);
  const publicKey = sodium.to_hex(sodium.crypto_scalarmult_base(key.secretKey));
  const head = { kind: 'epoch', epoch: key.epoch, publicKey, createdUnixS: Math.floor(key.createdUnixS) } as const;
  writePrivate(file(dir, key.epoch, 'json'), sealSecret(key.secretKey, head, unlocker, { like: anyKeystore(dir), cost }));
}

/** Opens the key of an epoch, or undefined when the vault has none (never had, or destroyed). */
export function openEpoch(dir: string, epoch: number, unlocker: Unlocker): EpochKey | undefined {
  const path = file(dir, epoch, 'json');
  if (!existsSync(path)) return undefined;
  const { head, secret } = openSecret(readPrivate(path), unlocker, path);
  if (head.kind !== 'epoch' || head.epoch !== epoch)
    throw new VaultError('bad-keystore', `${path}: holds another key (${head.kind} ${head.epoch ?? ''})`);
  const publicKey = sodium.crypto_scalarmult_base(secret);
  if (sodium.to_hex(publicKey) !== head.publicKey)
    throw new VaultError('bad-keystore', `${path}: publicKey does not belong to its secret key`);
  return { publicKey, secretKey: secret };
}

/** Notes since when the chain has this epoch's key. */
export function markPublished(dir: string, epoch: number, unixS: number): void {
  if (!existsSync(file(dir, epoch, 'published')))
    writePrivate(file(dir, epoch, 'published'), `${JSON.stringify({ unixS: Math.floor(unixS) })}\n`, { replace: true });
}

/**
 * Destroys the private key of an epoch. Refused (VaultError in-use) while the chain may still take boxes of it: until `overlapS` after
 * its successor was published. The caller makes sure that everything sealed to it is opened and backed up as wanted.
 */
export function destroyEpoch(dir: string, epoch: number, { nowUnixS, overlapS }: { nowUnixS: number; overlapS: number }): Epoch {
  const epochs = listEpochs(dir);
  const found = epochs.find((entry) => entry.epoch === epoch);
  if (!found) throw new VaultError('unknown-epoch', `epoch ${epoch}: the vault has no such key`);
  if (found.state === 'destroyed') return found;
  const successor = epochs.find((entry) => entry.epoch > epoch && entry.publishedUnixS !== null);
  if (!successor) throw new VaultError('in-use', `epoch ${epoch} is the newest published one: meters seal to it`);
  const freeUnixS = successor.publishedUnixS! + overlapS;
  if (nowUnixS < freeUnixS)
    throw new VaultError('in-use', `epoch ${epoch} is accepted by the chain until ${new Date(freeUnixS * 1000).toISOString()}`);
  const tombstone = { unixS: Math.floor(nowUnixS), publicKey: found.publicKey, createdUnixS: found.createdUnixS };
  writePrivate(file(dir, epoch, 'destroyed'), `${JSON.stringify(tombstone)}\n`);
  wipe(file(dir, epoch, 'json'));
  return readEpoch(dir, epoch);
}

// Overwritten before it is removed: of use on simple disks only; what protects the key elsewhere is that the file was encrypted.
function wipe(path: string): void {
  const length = statSync(path).size;
  const handle = openSync(path, 'r+');
  try {
    writeSync(handle, new Uint8Array(length));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  rmSync(path);
}

/** Finishes what a crash cut off: a key with a tombstone is gone. */
export function finishDestroying(dir: string): void {
  for (const epoch of listEpochs(dir))
    if (epoch.state === 'destroyed' && existsSync(file(dir, epoch.epoch, 'json'))) wipe(file(dir, epoch.epoch, 'json'));
}
