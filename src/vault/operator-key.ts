// The operator's private key for the operator's own commands (a demonstration prints a ready sign-in signed with it). Not a door for other rooms.
import { readSecret } from '../db/secrets.ts';
import { Unlocker } from './keystore.ts';
import { openOperator } from './signer/key.ts';

/** The 32-byte secp256k1 key of `dir/operator.json`. */
export async function operatorKey({ dir, passphraseFile }: { dir: string; passphraseFile: string }): Promise<Uint8Array> {
  const unlocker = new Unlocker(readSecret(passphraseFile));
  try {
    return openOperator(dir, unlocker).secretKey;
  } finally {
    unlocker.forget();
  }
}
