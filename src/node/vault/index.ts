/**
 * The vault room's door for the operator's commands and processes. Other rooms import client.ts only: no key can come
 * through those.
 */
export { VaultError } from './errors.ts';
export { backupVault, type Held, restoreVault } from './keys/backup.ts';
export type { EpochStanding } from './keys/destroy-rule.ts';
export { stillNeeded } from './keys/destroy-rule.ts';
export type { Epoch, EpochState } from './keys/epochs.ts';
export { destroyEpoch, listEpochs } from './keys/epochs.ts';
export { createOperatorKey, initVault } from './keys/init.ts';
export { nextOperatorDir, operatorAddress } from './keys/operator.ts';
export { rotateKey } from './keys/rotate.ts';
export type { VaultOptions } from './run.ts';
export { runVault } from './run.ts';
