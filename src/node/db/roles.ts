/**
 * Who may do what in Postgres. Six roles, one per room that touches the database, so that a flaw in one room does not open the others:
 *
 *   electra_owner    owns the database, runs migrations, nothing else runs as it
 *   electra_indexer  writes schema chain (sealed bytes only)
 *   electra_books    reads chain, writes books (plaintext), queues proofs
 *   electra_prover   reads one witness at a time, writes its proof; may run on another machine
 *   electra_api      reads; row-level security shows it a member's own rows only
 *   electra_inviter  makes invitations for the operator, and nothing else
 *
 * Roles belong to the whole server, tables to one database: `ensureRoles` may run any number of times and on any number of databases.
 * A community that shares with others has a second one, of the main chain (prepare.ts).
 */
import { connect, DatabaseError, type Sql } from './connect.ts';

export const ROLES = ['owner', 'indexer', 'books', 'prover', 'api', 'inviter'] as const;
export type Role = (typeof ROLES)[number];
export type RoleUrls = Record<Role, string>;

const DATABASE_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** The URL of a role in a database of the server that `superUrl` reaches. */
export function roleUrl(superUrl: string, role: Role, password: string, database: string): string {
  const url = new URL(superUrl);
  url.username = `electra_${role}`;
  url.password = encodeURIComponent(password);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Creates the roles (or sets their passwords anew) and the database, owned by electra_owner and closed to everybody else.
 * `superUrl` must be a superuser's. Idempotent; returns each role's URL.
 */
export async function ensureRoles(superUrl: string, passwords: Record<Role, string>, database = 'electra'): Promise<RoleUrls> {
  if (!DATABASE_NAME.test(database))
    throw new DatabaseError('bad-database-name', `database name ${JSON.stringify(database)}: expected ${DATABASE_NAME}`);
  const sql = connect({ url: superUrl, max: 1, application: 'electra roles' });
  try {
    for (const role of ROLES) {
      const name = `electra_${role}`;
      const [{ statement }] = await sql<{ statement: string }[]>`
        select format(case when exists (select from pg_roles where rolname = ${name})
            then 'alter role %I login password %L' else 'create role %I login password %L' end,
          ${name}::text, ${passwords[role]}::text) as statement`;
      await sql.unsafe(statement);
    }
    await sql`grant electra_indexer, electra_books to electra_owner`; // the migrations make their schemas
    await makeDatabase(sql, database, ROLES);
  } finally {
    await sql.end({ timeout: 5 });
  }
  return Object.fromEntries(ROLES.map((role) => [role, roleUrl(superUrl, role, passwords[role], database)])) as RoleUrls;
}

/** Nothing is proven in the main chain's database, and nobody is invited to it. */
const ROLES_OF_MAIN: readonly Role[] = ['owner', 'indexer', 'books', 'api'];

async function makeDatabase(sql: Sql, database: string, roles: readonly Role[]): Promise<void> {
  const [{ exists }] = await sql<{ exists: boolean }[]>`select exists (select from pg_database where datname = ${database}) as exists`;
  if (!exists) await sql`create database ${sql(database)} owner electra_owner template template0 encoding 'UTF8' locale 'C'`;
  await sql`revoke all on database ${sql(database)} from public`;
  for (const role of ROLES) {
    if (roles.includes(role)) await sql`grant connect on database ${sql(database)} to ${sql(`electra_${role}`)}`;
    else await sql`revoke connect on database ${sql(database)} from ${sql(`electra_${role}`)}`;
  }
}

/** A database for the main chain's index, for those of the roles that have to do with it. Idempotent. @param superUrl a superuser's */
export async function ensureMainDatabase(superUrl: string, database: string): Promise<void> {
  const sql = connect({ url: superUrl, max: 1, application: 'electra roles' });
  try {
    await makeDatabase(sql, database, ROLES_OF_MAIN);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
