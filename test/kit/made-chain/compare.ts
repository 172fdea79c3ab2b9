/** Holds the tables of an index against what is true: row by row, every value as text. */
import type { Sql } from '../../../src/node/db/index.ts';
import { type Column, indexTables, type Table } from '../../../src/node/indexer/write/schema.ts';
import type { TrueRow, Truth } from './said.ts';

/** Reads a table as text: where it lies, and how a list is written there, is the runtime's own affair. */
export type ReadTable = (table: Table) => Promise<TrueRow[]>;

const asText = ({ name, field }: Column): string => `${name}::text as "${field}"`;

export const ourTable =
  (sql: Sql): ReadTable =>
  async ({ name, columns }) => [...(await sql.unsafe<TrueRow[]>(`select ${columns.map(asText).join(', ')} from ${name}`))];

/** `nameOf`: the table's name there. */
export const stockRows =
  (sql: Sql, schema: string, nameOf: (table: Table) => string): ReadTable =>
  async (table) => {
    const rows = await sql.unsafe<TrueRow[]>(`select ${table.columns.map(asText).join(', ')} from "${schema}".${nameOf(table)}`);
    const lists = table.columns.filter(({ scalar }) => scalar === '[Int]').map(({ field }) => field);
    return rows.map((row) => ({
      ...row,
      ...Object.fromEntries(lists.map((field) => [field, row[field] && `{${(JSON.parse(row[field]) as number[]).join(',')}}`])),
    }));
  };

/**
 * One sentence for each table that differs, naming its first row that does. `upTo`: rows that later blocks write are left out, and so are
 * tables whose rows change.
 */
export async function differences(read: ReadTable, truth: Truth, upTo?: number): Promise<string[]> {
  const found: string[] = [];
  for (const table of indexTables()) {
    const heights = table.columns.some(({ field }) => field === 'height');
    if (upTo !== undefined && !heights) continue;
    const counts = ({ height }: TrueRow): boolean => upTo === undefined || Number(height) <= upTo;
    const wanted = new Map([...(truth.get(table.entity) ?? [])].filter(([, row]) => counts(row)));
    const rows = new Map((await read(table)).filter(counts).map((row) => [row.id!, row]));
    const sentence = difference(table, rows, wanted);
    if (sentence) found.push(sentence);
  }
  return found;
}

function difference({ entity, columns }: Table, rows: Map<string, TrueRow>, wanted: Map<string, TrueRow>): string | undefined {
  for (const [id, row] of wanted) {
    const other = rows.get(id);
    if (!other) return `${entity} ${id}: missing (${rows.size} rows, expected ${wanted.size})`;
    const column = columns.find(({ field }) => (other[field] ?? null) !== (row[field] ?? null));
    if (column) return `${entity} ${id}: ${column.field}: ${other[column.field]}, expected ${row[column.field]}`;
  }
  const surplus = [...rows.keys()].find((id) => !wanted.has(id));
  return surplus === undefined ? undefined : `${entity} ${surplus}: not expected (${rows.size} rows, expected ${wanted.size})`;
}
