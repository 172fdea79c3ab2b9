/**
 * What the operator's commands show the signer: a secret of their own, of which the signer's folder holds the hash alone. So whoever reads
 * the signer's files gets no command through, and the signer's passphrase stays with the signer.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSecret, writeSecret } from '../db/secrets.ts';
import { VaultError } from '../vault/errors.ts';

const hashFile = (dir: string): string => join(dir, 'operator-credential.sha256');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Draws the credential into `file` unless it is there, and leaves its hash in the signer's folder. */
export function createCredential({ file, dir }: { file: string; dir: string }): void {
  if (!existsSync(file)) writeSecret(file, randomBytes(32).toString('base64url'));
  writeSecret(hashFile(dir), digest(readSecret(file)).toString('hex'));
}

/** The check of a signer's folder. @throws VaultError not-allowed where what is given is not the operator's credential */
export function credentialCheck(dir: string): (given: unknown) => void {
  const expected = Buffer.from(readSecret(hashFile(dir)), 'hex');
  return (given) => {
    if (typeof given !== 'string' || expected.length !== 32 || !timingSafeEqual(digest(given), expected))
      throw new VaultError('not-allowed', 'credential: expected the one in secrets/operator-credential');
  };
}
