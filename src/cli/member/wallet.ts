/** The keys that people hold themselves, as their commands take them: a member's wallet, a meter's own key. */
import { readSecret } from '../../node/db/index.ts';
import { CliError } from '../errors.ts';

/** @throws CliError naming the option and the file, never what is in it */
export function keyOf(file: string, option: string): Uint8Array {
  const text = readSecret(file);
  if (!/^[0-9a-f]{64}$/.test(text)) throw new CliError(`${option}: ${file}: expected a private key of 32 bytes in lower-case hex`);
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

export const walletOf = (file: string): Uint8Array => keyOf(file, '--wallet-file');
