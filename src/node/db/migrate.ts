/**
 * Migrations: src/node/db/migrations/NNNN_name.sql in order, by node-pg-migrate, under its advisory lock and in one transaction.
 * Every process that opens the database checks first that the schema is the one it was written for: an older or a newer one is refused
 * with a sentence, instead of failing later at some column.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Sql } from './connect.ts';
import { connect, DatabaseError } from './connect.ts';

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
const TABLE = 'schema_migration';

/** The migrations this program knows, in order. */
export function knownMigrations(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .map((name) => name.slice(0, -'.sql'.length))
    .sort();
}

/**
 * Brings the database of `ownerUrl` (role electra_owner) up to date, or by `count` steps; nothing happens when it is. Returns the names of
 * what was run.
 * @throws DatabaseError schema-newer, before anything is changed
 */
export async function migrate(ownerUrl: string, { count = Infinity }: { count?: number } = {}): Promise<string[]> {
  await asOwner(ownerUrl, async (sql) => refuseNewer(await appliedMigrations(sql)));
  const silent = () => {};
  const done = await runner({
    databaseUrl: ownerUrl,
    dir: FOLDER,
    direction: 'up',
    count,
    migrationsTable: TABLE,
    migrationsSchema: 'public',
    checkOrder: true,
    advisoryLockMode: 'wait',
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
  await asOwner(ownerUrl, async (sql) => {
    await sql`grant usage on schema public to electra_indexer, electra_books, electra_prover, electra_api`;
    await sql`grant select on public.schema_migration to electra_indexer, electra_books, electra_prover, electra_api`;
  });
  return done.map((migration) => migration.name);
}

async function asOwner<T>(ownerUrl: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect({ url: ownerUrl, max: 1, application: 'electra migrate' });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The migrations that a database has, in order; none where it was never migrated. */
async function appliedMigrations(sql: Sql): Promise<string[]> {
  try {
    return (await sql<{ name: string }[]>`select name from public.schema_migration order by id`).map((row) => row.name);
  } catch (error) {
    if ((error as { code?: string }).code !== '42P01') throw error; // undefined table
    return [];
  }
}

function refuseNewer(applied: readonly string[]): void {
  const known = knownMigrations();
  const unknown = applied.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new DatabaseError(
      'schema-newer',
      `the database has migration ${unknown}, which this version of Electra does not know: ` +
        'run the newer version, or restore an older database',
    );
}

/** Throws DatabaseError schema-outdated or schema-newer unless the database is exactly at this program's version. */
export async function assertSchemaVersion(sql: Sql): Promise<void> {
  const applied = await appliedMigrations(sql);
  refuseNewer(applied);
  const missing = knownMigrations().find((name) => !applied.includes(name));
  if (missing !== undefined)
    throw new DatabaseError('schema-outdated', `the database lacks migration ${missing}: \`electra up\` runs it, or \`electra migrate\``);
}
