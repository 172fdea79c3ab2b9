/** The database room's door: connection, roles, migrations, embedded server. */
export { chainHead } from './chain-head.ts';
export type { ChainHead } from './chain-head.ts';
export { connect, databaseAnswers, DatabaseError, isRetryable } from './connect.ts';
export type { Sql, Tx } from './connect.ts';
export { startEmbeddedPostgres } from './embedded/postgres.ts';
export type { EmbeddedPostgres } from './embedded/postgres.ts';
export { assertSchemaVersion, knownMigrations, migrate } from './migrate.ts';
export { databaseUrl, prepareDatabase } from './prepare.ts';
export { ensureRoles, ROLES, roleUrl } from './roles.ts';
export type { Role, RoleUrls } from './roles.ts';
export { readSecret, SecretError, writeSecret } from './secrets.ts';
