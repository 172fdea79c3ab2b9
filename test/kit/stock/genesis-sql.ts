/**
 * The rows of height 0 as SQL for the tables of a stock SubQuery node, which has no genesis: what `electra index` writes before the first
 * block, from the same handler. Run once its tables are there and before a roster freezes.
 */
import type { EntityName } from '../../../mappings/entities.ts';
import { handleGenesis } from '../../../mappings/genesis.ts';
import { indexTables, type Table } from '../../../src/node/indexer/write/schema.ts';
import { readAnyGenesis } from '../../../src/protocol/genesis/index.ts';
import { MemoryStore } from '../memory-store.ts';

/** SealedReport → sealed_reports, SlotPrices → slot_prices, Community → communities: as SubQuery names its tables. */
export const stockTable = ({ name }: Pick<Table, 'name'>): string => {
  const own = name.replace(/^chain\./, '');
  return own.endsWith('s') ? own : `${own.replace(/(?<=[^aeiou])y$/, 'ie')}s`;
};

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  const text = Array.isArray(value) ? JSON.stringify(value) : String(value).replace(/^0x(?=([0-9a-f]{2})*$)/, '\\x');
  return `'${text.replaceAll("'", "''")}'`;
}

/** @param schema the Postgres schema of the stock node (`--db-schema`) */
export async function genesisSql(genesis: unknown, schema: string): Promise<string> {
  const store = new MemoryStore();
  await handleGenesis(readAnyGenesis(genesis), store);
  const statements = indexTables().flatMap((table) =>
    store.all(table.entity as EntityName).map((row) => {
      const values = table.columns.map(({ field }) => literal((row as unknown as Record<string, unknown>)[field]));
      const names = table.columns.map(({ name }) => name);
      return `insert into "${schema}".${stockTable(table)} (${names.join(', ')}) values (${values.join(', ')});`;
    }),
  );
  return statements.join('\n');
}
