/**
 * Many rows in one statement: as JSON, which Postgres turns into rows of the table's own types. Trap: the driver would encode a parameter of
 * type json a second time, so the text goes over as text. Bytes are written '\x…', numerics and int8 as decimal strings.
 */
import type { Sql, Tx } from './connect.ts';

type Cell = string | number | boolean | null | readonly number[] | bigint | Uint8Array;
export type Row = Record<string, Cell>;

const cell = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

export const bytea = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;

/** The text to hand to json_populate_recordset. */
export function rowsJson(rows: readonly Row[]): string {
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value instanceof Uint8Array ? bytea(value) : value])),
    ),
    cell,
  );
}

/** Inserts rows that all have the same columns; existing keys are left as they are. Returns how many were new. */
export async function insertRows(sql: Sql | Tx, table: string, rows: readonly Row[]): Promise<number> {
  if (rows.length === 0) return 0;
  const columns = Object.keys(rows[0]);
  const result = await sql`
    insert into ${sql(table)} (${sql(columns)})
    select ${sql(columns)} from json_populate_recordset(null::${sql(table)}, ${rowsJson(rows)}::text::json)
    on conflict do nothing`;
  return result.count;
}
