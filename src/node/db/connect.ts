/**
 * The one way to Postgres. Every room gets its own role, hence its own URL (docs: src/node/db/roles.ts), and a pool of its own.
 *
 * Number types are decided here once: int8 arrives as bigint (registers, sums), numeric as a decimal string (field elements and money
 * exceed 64 bits, and a float would lose digits), int4 as number, bytea as Buffer. Trap: the driver announces a bigint parameter as int8,
 * so a value for a numeric column is passed as a string.
 *
 * Trap (driver issues 1189, 1210, 823): at its pipeline limit a transaction may start on a connection that was not reserved. Keep fewer
 * concurrent transactions than `max` in a pool.
 */
import type { Sql as AnySql, TransactionSql } from 'postgres';
import { ElectraError, laterFor } from '../../protocol/values/errors.ts';
import postgres from './driver.ts';

export type Sql = AnySql<{ bigint: bigint }>;
export type Tx = TransactionSql<{ bigint: bigint }>;

/**
 * What can go wrong with the database as a whole. `code` is stable: database-unreachable, schema-outdated, schema-newer, bad-database-name,
 * port-in-use, postgres-failed
 */
export class DatabaseError extends ElectraError {
  static override retryOf = laterFor('database-unreachable', 'port-in-use', 'postgres-failed');
}

/**
 * Opens a pool. `url` is postgres://role:password@host:port/database; `application` shows in pg_stat_activity. Nothing connects before the
 * first query.
 */
export function connect({
  url,
  max = 4,
  application,
  onClose,
}: {
  url: string;
  max?: number;
  application: string;
  onClose?: () => void;
}): Sql {
  return postgres(url, {
    // Whoever watches its connection (the API: one per slot) must not have it replaced by age in the middle of a transaction.
    ...(onClose ? { onclose: onClose, max_lifetime: null } : {}),
    max,
    types: { bigint: postgres.BigInt },
    connection: { application_name: application, TimeZone: 'UTC' },
    connect_timeout: 10,
    idle_timeout: 0,
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 2),
    onnotice: () => {},
  });
}

/** Whether a database answers there. */
export async function databaseAnswers(url: string): Promise<boolean> {
  const sql = connect({ url, max: 1, application: 'electra probe' });
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

// SQLSTATE classes after which the same work may simply be tried again: connection trouble (08, 57P), too many connections (53),
// serialization and deadlock (40), time-outs (25P03, 25P04), and a server that takes no writes for now (25006), as a standby.
const RETRYABLE_STATE = /^(08|53|57P0[0-5]|40001|40P01|25006|25P0[34])/;
const RETRYABLE_CODE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'database-unreachable',
]);

/** SQLSTATE of a server that answers and has no such database. */
export const NO_SUCH_DATABASE = '3D000';
/** SQLSTATE of a role that may not read or write what it asks for. */
export const NO_RIGHT = '42501';

/** Whether an error of a query means "the database was away or busy" rather than "the query is wrong". */
export function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return false;
  return RETRYABLE_CODE.has(code) || RETRYABLE_STATE.test(code);
}
