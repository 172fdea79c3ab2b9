/**
 * Many rows in one statement, for the index and the books: each column travels as one array, written as text, of the type that the table
 * names, so that a statement is the same for any number of rows and may be prepared. (Handed over as JSON, 200,000 sealed reports
 * cost Postgres a quarter more.)
 *
 * Text is what Postgres itself reads a type from: decimal digits for every number, '\x…' for bytes, '{1,2}' for a list.
 */
import type { Sql, Tx } from './connect.ts';

/** What a bulk write has to know of a table: its name with its schema, and the columns to be written with their types in Postgres. */
export interface BulkTable<Column extends string = string> {
  name: string;
  types: Readonly<Record<Column, string>>;
}

export type Cell = string | number | bigint | boolean | null | Uint8Array | readonly number[];
export type RowOf<Table extends BulkTable> = Readonly<Record<keyof Table['types'], Cell>>;
/** A value as Postgres reads it from text. */
function textOf(cell: Cell): string | null {
  if (cell === null || typeof cell === 'string') return cell;
  if (cell instanceof Uint8Array) return `\\x${Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('hex')}`;
  return Array.isArray(cell) ? `{${cell.join(',')}}` : String(cell);
}

function quoted(text: string): string {
  const from = text.startsWith('\\x') ? 1 : 0; // bytes have no other backslash, and are most of what is written
  if (text.indexOf('\\', from) < 0 && !text.includes('"')) return from === 0 ? `"${text}"` : `"\\${text}"`;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The list of texts as Postgres reads it, made in one go: the driver looks at each value four times. */
export const listText = (texts: readonly (string | null)[]): string =>
  `{${texts.map((text) => (text === null ? 'NULL' : quoted(text))).join(',')}}`;

/** By column, in the table's order: the texts of all rows, as one list. */
export const columnTexts = <Table extends BulkTable>({ types }: Table, rows: readonly RowOf<Table>[]): string[] =>
  Object.keys(types).map((column) => listText(rows.map((row) => textOf(row[column as keyof Table['types']]))));

/** Each value is read as what it is at once; a list of lists could not be told apart into its lists, so those are texts at first. */
const listType = (type: string): string => (type.endsWith('[]') ? 'text[]' : `${type}[]`);

/** A query of the rows, to stand behind `from` or `insert into`; its parameters are the texts, from $1 on. */
export function selectRows({ types }: BulkTable): string {
  const names = Object.keys(types);
  const casts = names.map((name) => `v.${name}::${types[name]} as ${name}`).join(', ');
  const lists = names.map((name, i) => `$${i + 1}::${listType(types[name])}`).join(', ');
  return `select ${casts} from unnest(${lists}) as v(${names.join(', ')})`;
}

/** `onConflict`: what becomes of a row whose key is there already. */
export const insertStatement = (table: BulkTable, onConflict: string): string =>
  `insert into ${table.name} (${Object.keys(table.types).join(', ')}) ${selectRows(table)} on conflict ${onConflict}`;

/** A row with a known key replaces the old one. */
export function replacing({ types }: BulkTable, key: string): string {
  const others = Object.keys(types).filter((name) => name !== key);
  return `(${key}) do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}

/** Inserts rows; existing keys are left as they are. Returns how many were new. */
export async function insertRows<Table extends BulkTable>(sql: Sql | Tx, table: Table, rows: readonly RowOf<Table>[]): Promise<number> {
  if (rows.length === 0) return 0;
  const result = await sql.unsafe(insertStatement(table, 'do nothing'), columnTexts(table, rows), { prepare: true });
  return result.count;
}
