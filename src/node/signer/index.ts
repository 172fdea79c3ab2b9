/**
 * The signer room's door: the process that holds the operator's chain key. Other rooms import client.ts only: no key can come through it.
 */
export { createCredential } from './credential.ts';
export { genesisHashOf } from './node-key.ts';
export { offlineInvoiceSigner, operatorKey } from './operator-key.ts';
export type { SignerOptions } from './run.ts';
export { runSigner } from './run.ts';
