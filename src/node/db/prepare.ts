/** From an empty server to a usable database: passwords drawn once, roles, migrations, one URL file per role. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect, NO_SUCH_DATABASE } from './connect.ts';
import { migrate } from './migrate.ts';
import type { Role, RoleUrls } from './roles.ts';
import { ensureMainDatabase, ensureRoles, ROLES } from './roles.ts';
import { readSecret, writeSecret } from './secrets.ts';

const secretFile = (folder: string, role: Role) => join(folder, `db-${role}.url`);

/** The URL of a role, from its 0600 file `db-<role>.url` in the secrets folder. */
export const databaseUrl = (secretsDir: string, role: Role): string => readSecret(secretFile(secretsDir, role));

/** The database beside another one, of the main chain that the community shares on: same server, same roles, same schema. */
function besideMain(url: string): string {
  const main = new URL(url);
  main.pathname = `${main.pathname}_main`;
  return main.href;
}

/** The same of the index of the main chain. No secret of its own: the role's password is that of the server. */
export const mainDatabaseUrl = (secretsDir: string, role: Role): string => besideMain(databaseUrl(secretsDir, role));

/** Whether there is a database of the main chain's index. */
export async function hasMainDatabase(secretsDir: string, role: Role): Promise<boolean> {
  const sql = connect({ url: mainDatabaseUrl(secretsDir, role), max: 1, application: 'electra probe' });
  try {
    await sql`select 1`;
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === NO_SUCH_DATABASE) return false;
    throw error;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Makes it where there is none, with today's schema. Idempotent. Returns the migrations that were run. */
export async function prepareMainDatabase({ superUrl, ownerUrl }: { superUrl: string; ownerUrl: string }): Promise<string[]> {
  const url = besideMain(ownerUrl);
  await ensureMainDatabase(superUrl, new URL(url).pathname.slice(1));
  return migrate(url);
}

/**
 * Makes roles, database and schema, and writes `secretsDir/db-<role>.url` (passwords are kept, host and port follow `superUrl`).
 * Idempotent. `main`: with a second database, for the main chain's index.
 */
export async function prepareDatabase({
  superUrl,
  secretsDir,
  main = false,
}: {
  superUrl: string;
  secretsDir: string;
  main?: boolean;
}): Promise<RoleUrls> {
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
  if (main) await prepareMainDatabase({ superUrl, ownerUrl: urls.owner });
  return urls;
}
