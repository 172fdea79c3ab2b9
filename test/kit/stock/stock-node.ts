/**
 * The stock SubQuery node and query service, as interop/subquery installs them when asked to, over the project that
 * `npm run build:subquery` writes: in a database of their own, their genesis rows given once the tables are there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { connect, type Sql } from '../../../src/node/db/index.ts';
import { until } from '../until.ts';
import { genesisSql } from './genesis-sql.ts';
import { Measured } from './measured.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = join(root, 'interop/subquery');
export const STOCK_SCHEMA = 'app';

/** Installs the stock packages into their own folder, some 700 MB, unless they are there. */
export function installStock(say: (text: string) => void): void {
  const stamp = join(FOLDER, 'node_modules/.package-lock.json');
  if (existsSync(stamp) && existsSync(join(FOLDER, 'node_modules/@subql/node-cosmos/dist/main.js'))) return;
  say('installing the stock SubQuery packages into interop/subquery/node_modules (some minutes, 700 MB) …');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('interop/subquery: npm ci failed');
}

export function buildProject(chainId: string, rpcUrl: string): void {
  const env = { ...process.env, ELECTRA_CHAIN_ID: chainId, ELECTRA_RPC: rpcUrl };
  const made = spawnSync(process.execPath, [join(root, 'scripts/subquery.ts')], { cwd: root, env, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`build:subquery: ${made.stderr}`);
}

export interface StockDatabase {
  url: string;
  sql: Sql;
  stop(): Promise<void>;
}

/** An empty database beside the others of a server. */
export async function stockDatabase(superUrl: string, name: string): Promise<StockDatabase> {
  const admin = connect({ url: superUrl, max: 1, application: 'stock' });
  await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.unsafe(`create database ${name}`);
  const url = new URL(superUrl);
  url.pathname = `/${name}`;
  const sql = connect({ url: url.href, max: 2, application: 'stock' });
  await sql.unsafe('create extension if not exists btree_gist');
  return {
    url: url.href,
    sql,
    stop: async () => {
      await sql.end({ timeout: 5 });
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end({ timeout: 5 });
    },
  };
}

const environment = (databaseUrl: string): NodeJS.ProcessEnv => {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  return { TZ: 'UTC', DB_HOST: hostname, DB_PORT: port, DB_USER: username, DB_PASS: password, DB_DATABASE: pathname.slice(1) };
};

export async function startStockNode(databaseUrl: string): Promise<Measured> {
  const args = ['-f', join(root, 'build/subquery'), '--db-schema', STOCK_SCHEMA, '--kyve-endpoint=false', '--historical=false'];
  const port = ['--port', String(await getPort({ host: '127.0.0.1' }))];
  const bin = join(FOLDER, 'node_modules/@subql/node-cosmos/bin/run');
  return new Measured(process.execPath, [bin, ...args, ...port], { env: environment(databaseUrl), cwd: FOLDER });
}

/** Last block that the stock node says it has indexed. */
export async function stockHeight(sql: Sql): Promise<number> {
  const [{ made }] = await sql<{ made: boolean }[]>`select to_regclass('app._metadata') is not null as made`;
  if (!made) return 0;
  const [row] = await sql<
    { height: string | null }[]
  >`select value #>> '{}' as height from app._metadata where key = 'lastProcessedHeight'`;
  return Number(row?.height ?? 0);
}

/** Lets a first start make the tables while the chain is shown up to a block that says nothing, and gives them the rows of genesis. */
export async function prepareStock({ url, sql }: StockDatabase, genesis: unknown): Promise<void> {
  const node = await startStockNode(url);
  try {
    await until(async () => node.ended || (await stockHeight(sql)) > 0, 120_000, 'the tables of the stock node');
    if (node.ended) throw new Error(`the stock node ended:\n${node.said}`);
  } finally {
    await node.stop();
  }
  await sql.unsafe(await genesisSql(genesis, STOCK_SCHEMA));
}

/** The stock query service. It shows every entity to everybody: on loopback, for the time of a comparison. */
export async function startStockQuery(databaseUrl: string): Promise<{ url: string; process: Measured }> {
  const port = await getPort({ host: '127.0.0.1' });
  const bin = join(FOLDER, 'node_modules/@subql/query/bin/run');
  // It requires a package that it does not depend on; npm installs that below another one.
  const NODE_PATH = join(FOLDER, 'node_modules/@subql/query/node_modules/apollo-server-express/node_modules');
  const env = { ...environment(databaseUrl), NODE_PATH };
  const query = new Measured(process.execPath, [bin, '--name', STOCK_SCHEMA, '--port', String(port), '--unsafe'], { env, cwd: FOLDER });
  return { url: `http://127.0.0.1:${port}`, process: query };
}

export const readGenesisFile = (dir: string): unknown => JSON.parse(readFileSync(join(dir, 'genesis.json'), 'utf8'));
