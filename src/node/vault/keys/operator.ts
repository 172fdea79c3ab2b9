/**
 * The operator's chain key: secp256k1, drawn once, encrypted in DIR/operator.json like the epoch keys. It signs enrolments, tariffs,
 * disputes and anchors; whoever has it can disturb a community, but can read nothing and forge no bill.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Signer } from '../../../protocol/messages/sign.ts';
import { keySigner } from '../../../protocol/messages/sign.ts';
import { accountOfPublicKey, accountText } from '../../../protocol/values/address.ts';
import { VaultError } from '../errors.ts';
import { anyKeystore, ensureFolder, operatorFile } from './epochs.ts';
import type { Cost, Unlocker } from './keystore.ts';
import { keystoreHead, openSecret, readPrivate, sealSecret, writePrivate } from './keystore.ts';

/** Where the key of the operator who is to come lies, beside the one in force. */
export const nextOperatorDir = (dir: string): string => join(dir, 'next');

/** Draws the operator's key unless there is one; returns its bech32 address. */
export function createOperator(dir: string, unlocker: Unlocker, nowUnixS: number, cost?: Cost): string {
  if (!existsSync(operatorFile(dir))) {
    const secretKey = secp256k1.utils.randomSecretKey();
    storeOperator(dir, { secretKey, createdUnixS: nowUnixS }, unlocker, cost);
    secretKey.fill(0);
  }
  return operatorAddress(dir);
}

/** Stores a given operator key; VaultError exists when there is one. */
export function storeOperator(dir: string, key: { secretKey: Uint8Array; createdUnixS: number }, unlocker: Unlocker, cost?: Cost): void {
  ensureFolder(dir);
  const publicKey = bytesToHex(secp256k1.getPublicKey(key.secretKey, true));
  const head = { kind: 'operator', epoch: null, publicKey, createdUnixS: Math.floor(key.createdUnixS) } as const;
  writePrivate(operatorFile(dir), sealSecret(key.secretKey, head, unlocker, { like: anyKeystore(dir), cost }));
}

/** The operator's address as its key file says; needs no passphrase. */
export function operatorAddress(dir: string): string {
  const path = operatorFile(dir);
  const head = keystoreHead(readPrivate(path), path);
  if (head.kind !== 'operator' || !/^0[23][0-9a-f]{64}$/.test(head.publicKey))
    throw new VaultError('bad-keystore', `${path}: holds no operator key`);
  return accountText(accountOfPublicKey(hexToBytes(head.publicKey)));
}

/** Opens the operator's key. */
export function openOperator(dir: string, unlocker: Unlocker): { signer: Signer; secretKey: Uint8Array; createdUnixS: number } {
  const path = operatorFile(dir);
  const { head, secret } = openSecret(readPrivate(path), unlocker, path);
  const signer = keySigner(secret);
  if (head.kind !== 'operator' || bytesToHex(signer.publicKey) !== head.publicKey)
    throw new VaultError('bad-keystore', `${path}: publicKey does not belong to its secret key`);
  return { signer, secretKey: secret, createdUnixS: head.createdUnixS };
}
