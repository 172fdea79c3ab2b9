/** The two runtimes behind one face: begun in an empty database, asked how far they are, compared with what is true. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chainHead, connect, type Sql } from '../../src/node/db/index.ts';
import { differences, ourTable, type ReadTable, stockRows } from '../../test/kit/made-chain/compare.ts';
import { type MadeChain, truthOf } from '../../test/kit/made-chain/made-chain.ts';
import type { TestPostgres } from '../../test/kit/postgres.ts';
import { stockTable } from '../../test/kit/stock/genesis-sql.ts';
import { cpuOf, Measured } from '../../test/kit/stock/measured.ts';
import {
  buildProject,
  prepareStock,
  readGenesisFile,
  STOCK_SCHEMA,
  startStockNode,
  stockDatabase,
  stockHeight,
} from '../../test/kit/stock/stock-node.ts';

export interface Runtime {
  name: string;
  /** its process, from where it stands in its database */
  start(): Promise<Measured>;
  height(): Promise<number>;
  /** what its tables hold that is not true, up to a block, or in the end */
  wrong(upTo?: number): Promise<string[]>;
  bytesPerReading(): Promise<number>;
  /** of the server's processes that work for it now */
  postgresCpuS(): Promise<number>;
  stop(): Promise<void>;
}

/** A chain that is shown up to a block. */
export interface Shown {
  url: string;
  show(height: number): void;
}

const COMPILED = fileURLToPath(new URL('../../.cache/compiled-by-node', import.meta.url));
const INDEX_PROCESS = fileURLToPath(new URL('../../test/kit/index-process.ts', import.meta.url));
const SIZE = (table: string): string =>
  `select pg_total_relation_size('${table}')::float8 / greatest((select count(*) from ${table}), 1) as bytes`;

async function backendsCpuS(sql: Sql, application: string): Promise<number> {
  const backends = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and application_name <> ${application}`;
  return backends.reduce((sum, { pid }) => sum + (existsSync(`/proc/${pid}`) ? cpuOf(pid) : 0), 0);
}

/** `flags`: of Node; `electra index` has its own (bin/node-flags.mjs). */
export async function ours(chain: MadeChain, node: Shown, database: TestPostgres, flags: readonly string[]): Promise<Runtime> {
  const sql = connect({ url: database.urls.indexer, max: 2, application: 'bench' });
  const read: ReadTable = ourTable(sql);
  node.show(chain.height);
  return {
    name: 'electra index',
    start: async () =>
      new Measured(process.execPath, [...flags, INDEX_PROCESS, node.url, database.urls.indexer], {
        env: { NODE_COMPILE_CACHE: COMPILED }, // as bin/electra.mjs
      }),
    height: async () => (await chainHead(sql))?.newest ?? 0,
    wrong: (upTo) => differences(read, truthOf(chain), upTo),
    bytesPerReading: async () => Number((await sql.unsafe(SIZE('chain.sealed_report')))[0].bytes),
    postgresCpuS: () => backendsCpuS(sql, 'bench'),
    stop: () => sql.end({ timeout: 5 }),
  };
}

/** Its tables are made, and its genesis rows given, while the chain is shown up to its first block. */
export async function stock(chain: MadeChain, node: Shown, superUrl: string): Promise<Runtime> {
  const database = await stockDatabase(superUrl, 'stock_bench');
  const { sql } = database;
  buildProject(chain.chainId, node.url);
  node.show(1);
  await prepareStock(database, readGenesisFile(chain.dir));
  node.show(chain.height);
  const read = stockRows(sql, STOCK_SCHEMA, stockTable);
  return {
    name: 'subql-node-cosmos',
    start: () => startStockNode(database.url),
    height: () => stockHeight(sql),
    wrong: (upTo) => differences(read, truthOf(chain), upTo),
    bytesPerReading: async () => Number((await sql.unsafe(SIZE(`"${STOCK_SCHEMA}".sealed_reports`)))[0].bytes),
    postgresCpuS: () => backendsCpuS(sql, 'stock'),
    stop: () => database.stop(),
  };
}
