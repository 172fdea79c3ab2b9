/** A member's wallet key, as the commands of members take it. */
import { readSecret } from '../../node/db/index.ts';
import { CliError } from '../errors.ts';

/** @throws CliError naming the option and the file, never what is in it */
export function walletOf(file: string): Uint8Array {
  const text = readSecret(file);
  if (!/^[0-9a-f]{64}$/.test(text)) throw new CliError(`--wallet-file: ${file}: expected a private key of 32 bytes in lower-case hex`);
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
