/** The vault of a new community: the operator's key and the first epoch's, before genesis (which publishes the latter). */
import { readSecret } from '../../db/secrets.ts';
import { createEpoch, ensureFolder, listEpochs, markPublished } from './epochs.ts';
import type { Cost } from './keystore.ts';
import { Unlocker } from './keystore.ts';
import { createOperator } from './operator.ts';

/** Creates what is missing and returns the public parts: the operator's bech32 address, epoch 1's X25519 key as hex. Idempotent. */
export function initVault({
  dir,
  passphraseFile,
  nowUnixS = Date.now() / 1000,
  cost,
}: {
  dir: string;
  passphraseFile: string;
  nowUnixS?: number;
  cost?: Cost;
}): { operatorAddress: string; epoch1PublicKey: string } {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  try {
    ensureFolder(dir);
    const operatorAddress = createOperator(dir, unlocker, nowUnixS, cost);
    const first = listEpochs(dir).find(({ epoch }) => epoch === 1) ?? createEpoch(dir, 1, unlocker, nowUnixS, cost);
    markPublished(dir, 1, nowUnixS); // by genesis
    return { operatorAddress, epoch1PublicKey: first.publicKey };
  } finally {
    unlocker.forget();
  }
}
