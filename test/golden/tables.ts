/**
 * Tables as text: every row in Postgres' own form, so that a value of another type or scale shows. Times of writing and what Postgres
 * numbers by itself are left out.
 */
import type { Sql } from '../../src/node/db/index.ts';

interface Column {
  table: string;
  column: string;
}

/** `leftOut`: `table.column`, besides. Rows are in order of their text. Views are not asked. */
export async function tablesOf(
  sql: Sql,
  schema: string,
  { tables, leftOut = [] }: { tables?: readonly string[]; leftOut?: readonly string[] } = {},
): Promise<Record<string, string>> {
  const columns = await sql<Column[]>`
    select c.relname as table, a.attname as column from pg_attribute a
    join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attidentity = ''
      and a.atttypid not in ('timestamptz'::regtype, 'xid8'::regtype)
    order by c.relname, a.attnum`;
  const found: Record<string, string> = {};
  for (const [table, list] of Map.groupBy(columns, (column) => column.table)) {
    if (tables && !tables.includes(table)) continue;
    const names = list.map(({ column }) => column).filter((column) => !leftOut.includes(`${table}.${column}`));
    const row = `row(${names.map((name) => `"${name}"`).join(', ')})::text`;
    const rows = await sql.unsafe<{ line: string }[]>(`select ${row} as line from "${schema}"."${table}" order by ${row} collate "C"`);
    found[`${schema}.${table}.rows`] = [names.join(','), ...rows.map(({ line }) => line)].join('\n');
  }
  return found;
}
