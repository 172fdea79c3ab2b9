/**
 * `electra index` as a real process, on a database of its own and behind a node that may be made odd; and one chain for all of them, on
 * which everything was said once. However an index came about, it must hold what a calm one holds.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainHead, type RoleUrls } from '../src/node/db/index.ts';
import { electra, scratch } from '../test/kit/electra.ts';
import { contentOf, hashOf, withIndex } from '../test/kit/index-run.ts';
import { type LivedChain, startLivedChain } from '../test/kit/indexer/lived-chain.ts';
import { type LyingNode, startLyingNode } from '../test/kit/lying-node.ts';
import { copyTemplate, startTestServer, type TestServer } from '../test/kit/postgres-server.ts';
import { until } from '../test/kit/until.ts';
import { atEnd, expectThat } from './fault.ts';
import { type SaidOddly, sayOddly } from './odd-payloads.ts';
import { BIN, type Run, watch } from './running.ts';

const REACHES_MS = 120_000;
const GROWS_MS = 25;
/** Blocks that an index has before anything happens to it. */
export const BEFORE = 10;

export interface Indexed {
  lived: LivedChain;
  /** what it asks, until told otherwise; shows `BEFORE` blocks at first */
  node: LyingNode;
  /** another one, that shows the chain to its end and is not made odd */
  honest: string;
  /** what was said on the chain that is odd */
  oddly: SaidOddly;
  server: TestServer;
  urls: RoleUrls;
  /** starts a process; `rpcUrls` and `databaseUrl` are those of here unless said otherwise */
  start: (with_?: { rpcUrls?: string[]; databaseUrl?: string }) => Run;
  /** waits until the index stands at a height (default: the chain's end) */
  reaches: (height?: number) => Promise<void>;
  /** from now on the node shows one block after the other, to the chain's end */
  grow: () => void;
  height: () => Promise<number>;
  /** a hash of each of its tables */
  content: () => Promise<Record<string, string>>;
  /** what `electra index digest` prints of the last height whose results are certain */
  digest: () => Promise<string>;
  /** the process goes on to the chain's end, ends when asked, and its tables and its digest are those of a calm index */
  isWhole: (run: Run) => Promise<void>;
}

/** What an index came to: a hash of each of its tables, and the digest that `electra index digest` prints. */
interface CameTo {
  tables: Record<string, string>;
  digest: string;
}

interface Common {
  lived: LivedChain;
  oddly: SaidOddly;
  honest: LyingNode;
  server: TestServer;
  /** of a calm index, at the chain's end */
  calm: CameTo;
}

let made: Promise<Common> | undefined;
let databases = 0;

async function make(): Promise<Common> {
  const [lived, server] = await Promise.all([startLivedChain(), startTestServer()]);
  const honest = await startLyingNode(lived.chain.rpcUrl);
  atEnd(async () => {
    made = undefined;
    await honest.stop();
    await Promise.all([lived.chain.stop(), server.stop()]);
  });
  const oddly = await sayOddly(lived.chain);
  lived.height = await lived.chain.height();
  await lived.chain.reach(lived.height + 1); // a header behind it speaks for its results
  honest.maxHeight = lived.height;
  const common = { lived, oddly, honest, server, calm: { tables: {}, digest: '' } };
  const calm = await indexed(common, async ({ start, reaches, content, digest, node }) => {
    node.maxHeight = lived.height;
    const run = start();
    await reaches();
    await end(run);
    return { tables: await content(), digest: await digest() };
  });
  return { ...common, calm };
}

async function end(run: Run): Promise<void> {
  run.child.kill('SIGTERM');
  const code = await run.ended;
  expectThat(code === 0, `asked to end, the indexer ended with ${code}: ${run.text().slice(-600)}`);
}

/** kill -9 of the command with the program behind it. */
export async function killed(run: Run): Promise<void> {
  try {
    process.kill(-run.child.pid!, 'SIGKILL');
  } catch {
    // ended by itself
  }
  await run.ended;
}

/** Gives `work` an index; on a server of its own where something is to happen to that one. */
export async function withIndexer<T>(work: (it: Indexed) => Promise<T>, { ownServer = false } = {}): Promise<T> {
  made ??= make();
  const common = await made;
  if (!ownServer) return indexed(common, work);
  const server = await startTestServer();
  try {
    return await indexed({ ...common, server }, work);
  } finally {
    await server.stop();
  }
}

async function indexed<T>({ lived, oddly, honest, server, calm }: Common, work: (it: Indexed) => Promise<T>): Promise<T> {
  const urls = await copyTemplate(server.superUrl, `fault_${process.pid}_${databases++}`);
  const node = await startLyingNode(lived.chain.rpcUrl);
  node.maxHeight = BEFORE;
  const folder = scratch('index');
  const runs: Run[] = [];
  let growing: NodeJS.Timeout | undefined;
  const height = async () => (await withIndex(urls.indexer, chainHead))?.newest ?? 0;
  const content = async () => {
    const tables = await withIndex(urls.indexer, contentOf);
    return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, hashOf(rows)]));
  };
  const reaches = (wanted = lived.height) => until(async () => (await height()) >= wanted, REACHES_MS, `block ${wanted} in the index`);
  const digest = async () => {
    const at = { chainId: lived.chain.chainId, rpcUrls: [node.url], databaseUrl: urls.indexer };
    const { code, out, err } = await electra('index', 'digest', '--data', folderOf(join(folder.dir, 'digest'), at));
    expectThat(code === 0, `index digest: ${err}`);
    return out.trim();
  };
  const start: Indexed['start'] = ({ rpcUrls = [node.url], databaseUrl = urls.indexer } = {}) => {
    const data = folderOf(join(folder.dir, `data-${runs.length}`), { chainId: lived.chain.chainId, rpcUrls, databaseUrl });
    const run = watch(spawn(process.execPath, [BIN, 'index', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
    runs.push(run);
    return run;
  };
  const grow = () => {
    growing = setInterval(() => {
      node.maxHeight = Math.min(node.maxHeight + 1, lived.height);
    }, GROWS_MS);
  };
  const isWhole = async (run: Run) => {
    await reaches();
    await end(run);
    const otherwise = differing(await content(), calm.tables);
    expectThat(otherwise.length === 0, `tables that are not those of a calm index: ${otherwise.join(', ')}`);
    const printed = await digest();
    expectThat(printed === calm.digest, `its digest is ${printed}, a calm index has ${calm.digest}`);
  };
  try {
    return await work({ lived, oddly, honest: honest.url, node, server, urls, start, reaches, grow, height, content, digest, isWhole });
  } finally {
    clearInterval(growing);
    for (const run of runs) await killed(run);
    await node.stop();
    folder.remove();
  }
}

/** Tables of which one index holds something else than the other. */
export const differing = (one: Record<string, string>, other: Record<string, string>): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);

/** The data folder of an indexer alone, as `electra init --development` makes it. */
function folderOf(data: string, at: { chainId: string; rpcUrls: string[]; databaseUrl: string }): string {
  mkdirSync(join(data, 'secrets'), { recursive: true, mode: 0o700 });
  const { chainId, rpcUrls, databaseUrl } = at;
  writeFileSync(join(data, 'electra.json'), JSON.stringify({ version: 1, development: true, chainId, rpcUrls }));
  writeFileSync(join(data, 'secrets/db-indexer.url'), `${databaseUrl}\n`, { mode: 0o600 });
  return data;
}
