/**
 * One-time codes for whoever installs a meter, as the operator makes them: with the role of the database that makes invitations and can do
 * nothing else. A code is 16 random bytes, for a link; here is its hash. A new one of a meter withdraws those before.
 */
import { createHash, randomBytes } from 'node:crypto';
import { addressBytes } from '../../protocol/values/address.ts';
import type { Sql } from '../db/connect.ts';
import { LIMITS } from './limits.ts';

export interface MadeInstallCode {
  /** for whoever installs the meter alone */
  code: string;
  expiresAt: Date;
}

/** @throws ProtocolError when it is no address */
export async function makeInstallCode(inviter: Sql, meter: string): Promise<MadeInstallCode> {
  addressBytes(meter, 'meter');
  const code = randomBytes(16);
  const codeHash = createHash('sha256').update(code).digest();
  return inviter.begin(async (tx) => {
    await tx`update access.install_code set withdrawn_at = now() where meter = ${meter} and withdrawn_at is null`;
    const [{ expires_at: expiresAt }] = await tx<{ expires_at: Date }[]>`
      insert into access.install_code (code_hash, meter, expires_at)
      values (${codeHash}, ${meter}, now() + ${LIMITS.installLifeMs} * interval '1 millisecond') returning expires_at`;
    return { code: code.toString('base64url'), expiresAt };
  });
}
