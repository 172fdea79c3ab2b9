/**
 * `npm run interop:subquery`: the stock SubQuery node and this repository's index over the same manifest, schema and handlers, the same
 * chain, two databases of one Postgres: every entity table must have the same rows, and some, and ten questions the same answers. The chain
 * is one that a seed makes, on which every kind of message is said. Stock packages are installed into this folder when they are not there
 * (700 MB). `-- --genesis URL [SCHEMA]` prints the rows of genesis for a stock node of one's own.
 */
import { isDeepStrictEqual } from 'node:util';
import { fail } from '../../src/cli/errors.ts';
import { connect, type Sql } from '../../src/node/db/index.ts';
import { indexTables } from '../../src/node/indexer/write/schema.ts';
import { startIndexer } from '../../test/kit/index-run.ts';
import { differences, ourTable, stockRows } from '../../test/kit/made-chain/compare.ts';
import { madeChain } from '../../test/kit/made-chain/made-chain.ts';
import type { TrueRow, Truth } from '../../test/kit/made-chain/said.ts';
import { serveMadeChain } from '../../test/kit/made-chain/serve.ts';
import { startTestPostgres } from '../../test/kit/postgres.ts';
import { genesisSql, stockTable } from '../../test/kit/stock/genesis-sql.ts';
import {
  buildProject,
  installStock,
  prepareStock,
  readGenesisFile,
  STOCK_SCHEMA,
  startStockNode,
  startStockQuery,
  stockDatabase,
  stockHeight,
} from '../../test/kit/stock/stock-node.ts';
import { until } from '../../test/kit/until.ts';
import { ourAnswer, questions, stockAnswer } from './questions.ts';

const CHAIN_MS = 400_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** A chain behind an RPC address. */
interface Served {
  name: string;
  chainId: string;
  height: number;
  url: string;
  genesis: unknown;
  show(height: number): void;
  stop(): Promise<void>;
}

async function made(): Promise<Served> {
  const chain = await madeChain('varied');
  const node = await serveMadeChain(chain);
  const { chainId, height } = chain;
  return { name: 'made by a seed', chainId, height, url: node.url, genesis: readGenesisFile(chain.dir), show: node.show, stop: node.stop };
}

/** Our tables as the truth that the stock ones must equal. */
async function tablesOf(sql: Sql): Promise<Truth> {
  const truth: Truth = new Map();
  for (const table of indexTables()) {
    const rows: TrueRow[] = await ourTable(sql)(table);
    truth.set(table.entity, new Map(rows.map((row) => [row.id!, row])));
  }
  return truth;
}

/** Sentences on what is not equal. */
async function compare(chain: Served): Promise<string[]> {
  const database = await startTestPostgres();
  const stock = await stockDatabase(database.superUrl, 'stock_interop');
  const sql = connect({ url: database.urls.indexer, max: 2, application: 'interop' });
  try {
    const run = startIndexer({ rpcUrls: [chain.url], databaseUrl: database.urls.indexer });
    await run.reached(chain.height);
    await run.stop();
    buildProject(chain.chainId, chain.url);
    chain.show(1);
    await prepareStock(stock, chain.genesis);
    chain.show(chain.height);
    const node = await startStockNode(stock.url);
    await until(async () => node.ended || (await stockHeight(stock.sql)) >= chain.height, CHAIN_MS, 'the stock node at the last block');
    if (node.ended) throw new Error(`the stock node ended:\n${node.said}`);
    await node.stop();
    const truth = await tablesOf(sql);
    const rows = [...truth.values()].reduce((sum, { size }) => sum + size, 0);
    say(`  ${truth.size} tables, ${rows} rows`);
    const tables = await differences(stockRows(stock.sql, STOCK_SCHEMA, stockTable), truth);
    return [...nothingIn(truth), ...tables, ...(await ask(stock.url, sql, truth))];
  } finally {
    await sql.end({ timeout: 5 });
    await stock.stop();
    await database.stop();
  }
}

/** Two empty tables are equal whatever the runtimes are worth. */
const nothingIn = (truth: Truth): string[] =>
  [...truth].filter(([, rows]) => rows.size === 0).map(([entity]) => `${entity}: no row in either index, so nothing was compared`);

async function ask(stockUrl: string, sql: Sql, truth: Truth): Promise<string[]> {
  const query = await startStockQuery(stockUrl);
  try {
    const ready = () =>
      fetch(query.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' }).then(
        ({ ok }) => ok || query.process.ended,
        () => query.process.ended,
      );
    await until(ready, 60_000, 'the stock query service').catch((error: Error) => {
      throw new Error(`${error.message}:\n${query.process.said}`);
    });
    if (query.process.ended) throw new Error(`the stock query service ended:\n${query.process.said}`);
    const [report] = truth.get('SealedReport')!.values();
    const [statement] = truth.get('SealedStatement')!.values();
    const found: string[] = [];
    for (const question of questions(report.meter!, Number(statement.day))) {
      const [theirs, own] = [await stockAnswer(query.url, question), await ourAnswer(sql, question)];
      if (!isDeepStrictEqual(theirs, own))
        found.push(`asked for ${question.about}: ${JSON.stringify(theirs).slice(0, 300)}, expected ${JSON.stringify(own).slice(0, 300)}`);
    }
    say('  ten questions asked of both');
    return found;
  } finally {
    await query.process.stop();
  }
}

async function printGenesis(url: string, schema: string): Promise<number> {
  const response = await fetch(url, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"genesis"}' });
  const { result } = (await response.json()) as { result?: { genesis: unknown } };
  if (!result) throw new Error(`${url}: gives no genesis`);
  process.stdout.write(`begin;\n${await genesisSql(result.genesis, schema)}\ncommit;\n`);
  return 0;
}

async function main(args: string[]): Promise<number> {
  const at = args.indexOf('--genesis');
  if (at >= 0) return printGenesis(args[at + 1], args[at + 2] ?? STOCK_SCHEMA);
  installStock(say);
  const wrong: string[] = [];
  const chain = await made();
  try {
    say(`a chain ${chain.name}: ${chain.height} blocks`);
    wrong.push(...(await compare(chain)));
  } finally {
    await chain.stop();
  }
  for (const sentence of wrong) say(`✗ ${sentence}`);
  if (wrong.length === 0) say('✓ equal rows in every table, equal answers');
  return wrong.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => process.exit(code), fail);
