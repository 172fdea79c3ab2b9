/** The database room's door: connection, roles, migrations, embedded server. */

export { awaitSchema } from './await-schema.ts';
export type { ChainHead } from './chain-head.ts';
export { chainHead } from './chain-head.ts';
export type { Sql, Tx } from './connect.ts';
export { connect, DatabaseError, databaseAnswers, isRetryable } from './connect.ts';
export type { EmbeddedPostgres } from './embedded/postgres.ts';
export { startEmbeddedPostgres } from './embedded/postgres.ts';
export type { IndexFindings } from './index-findings.ts';
export { indexFindings, missingDays, oddities, voidInWords } from './index-findings.ts';
export { assertSchemaVersion, knownMigrations, migrate } from './migrate.ts';
export { databaseUrl, hasMainDatabase, mainDatabaseUrl, prepareDatabase, prepareMainDatabase } from './prepare.ts';
export type { Role, RoleUrls } from './roles.ts';
export { ensureRoles, ROLES, roleUrl } from './roles.ts';
export { readSecret, SecretError, writeSecret } from './secrets.ts';
export type { MainTime } from './sharing-findings.ts';
export { MAIN_GRACE_S, mainTime, sharingFaults, sharingOddities } from './sharing-findings.ts';
