/**
 * The operator's private key, and what it signs while no signer runs, for the operator's own commands (a demonstration prints a ready
 * sign-in signed with it) and before a chain runs. Not a door for other rooms.
 */
import { signNodeKeys } from '../../protocol/genesis/index.ts';
import type { Shape } from '../../protocol/values/shape.ts';
import { readSecret } from '../db/secrets.ts';
import { Unlocker } from '../vault/keys/keystore.ts';
import { openOperator } from '../vault/keys/operator.ts';
import type { Signer } from './client.ts';
import { signInvoice } from './invoice.ts';

/** The 32-byte secp256k1 key of `dir/operator.json`. */
export async function operatorKey({ dir, passphraseFile }: { dir: string; passphraseFile: string }): Promise<Uint8Array> {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  try {
    return openOperator(dir, unlocker).secretKey;
  } finally {
    unlocker.forget();
  }
}

/** Signs invoices as the signer does, for the time when it does not run: nothing is sent, so no account has two writers. */
export async function offlineInvoiceSigner({
  dir,
  passphraseFile,
  chainId,
}: {
  dir: string;
  passphraseFile: string;
  chainId: string;
}): Promise<Pick<Signer, 'address' | 'signInvoice' | 'close'>> {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  const { signer, secretKey } = openOperator(dir, unlocker);
  unlocker.forget();
  return {
    address: async () => signer.address,
    signInvoice: (invoice) => signInvoice(invoice, { signer, chainId }),
    close: () => void secretKey.fill(0),
  };
}

/** Signs the sealing keys of a genesis, which no chain runs for yet. */
export async function signGenesis(document: Shape, { dir, passphraseFile }: { dir: string; passphraseFile: string }): Promise<Shape> {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  const { signer, secretKey } = openOperator(dir, unlocker);
  unlocker.forget();
  try {
    return await signNodeKeys(document, signer);
  } finally {
    secretKey.fill(0);
  }
}
