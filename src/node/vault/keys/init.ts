/** The vault of a new community: the operator's key and the first epoch's, before genesis. */
import { readSecret } from '../../db/secrets.ts';
import { createEpoch, ensureFolder, listEpochs, markPublished } from './epochs.ts';
import type { Cost } from './keystore.ts';
import { Unlocker } from './keystore.ts';
import { createOperator } from './operator.ts';

/**
 * Where the operator's key is: in a folder and under a passphrase of its own, so that the vault's process cannot open it, nor the other
 * way round.
 */
export interface OperatorPlace {
  dir: string;
  passphraseFile: string;
}

/**
 * Creates what is missing and returns the public parts: the operator's bech32 address, epoch 1's X25519 key as hex. Idempotent.
 * `inGenesis`: the genesis publishes the key of epoch 1; otherwise the vault does, once it runs.
 */
export function initVault({
  dir,
  passphraseFile,
  operator = { dir, passphraseFile },
  inGenesis = true,
  nowUnixS = Date.now() / 1000,
  cost,
}: {
  dir: string;
  passphraseFile: string;
  operator?: OperatorPlace;
  inGenesis?: boolean;
  nowUnixS?: number;
  cost?: Cost;
}): { operatorAddress: string; epoch1PublicKey: string } {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  const operators = new Unlocker(readSecret(operator.passphraseFile));
  try {
    ensureFolder(dir);
    const operatorAddress = createOperator(operator.dir, operators, nowUnixS, cost);
    const first = listEpochs(dir).find(({ epoch }) => epoch === 1) ?? createEpoch(dir, 1, unlocker, nowUnixS, cost);
    if (inGenesis) markPublished(dir, 1, nowUnixS);
    return { operatorAddress, epoch1PublicKey: first.publicKey };
  } finally {
    unlocker.forget();
    operators.forget();
  }
}

/** Draws an operator's key into a folder of its own, unless there is one; returns its bech32 address. */
export function createOperatorKey({ dir, passphraseFile, nowUnixS = Date.now() / 1000 }: OperatorPlace & { nowUnixS?: number }): string {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  try {
    return createOperator(dir, unlocker, nowUnixS);
  } finally {
    unlocker.forget();
  }
}
