/** From an empty server to a usable database: passwords drawn once, roles, migrations, one URL file per role. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from './migrate.ts';
import type { Role, RoleUrls } from './roles.ts';
import { ensureRoles, ROLES } from './roles.ts';
import { readSecret, writeSecret } from './secrets.ts';

const secretFile = (folder: string, role: Role) => join(folder, `db-${role}.url`);

/** The URL of a role, from its 0600 file `db-<role>.url` in the secrets folder. */
export const databaseUrl = (secretsDir: string, role: Role): string => readSecret(secretFile(secretsDir, role));

/**
 * Makes roles, database and schema, and writes `secretsDir/db-<role>.url` (passwords are kept, host and port follow `superUrl`).
 * Idempotent.
 */
export async function prepareDatabase({ superUrl, secretsDir }: { superUrl: string; secretsDir: string }): Promise<RoleUrls> {
  const passwords = Object.fromEntries(
    ROLES.map((role) => {
      const file = secretFile(secretsDir, role);
      const kept = existsSync(file) ? decodeURIComponent(new URL(readSecret(file)).password) : '';
      return [role, kept || randomBytes(24).toString('base64url')];
    }),
  ) as Record<Role, string>;
  const urls = await ensureRoles(superUrl, passwords);
  for (const role of ROLES) {
    const file = secretFile(secretsDir, role);
    if (!existsSync(file) || readSecret(file) !== urls[role]) writeSecret(file, urls[role]);
  }
  await migrate(urls.owner);
  return urls;
}
