/**
 * The index killed at random moments, again and again, over a whole chain, ends with the digest of one that nobody killed:
 * `npm run bench:kills` (200 kills over the 6,000 blocks of *sparse*), a short form in `npm test`.
 *
 * The chain is shown a little further before each life, so that every life has something to write, and killed a random time after its
 * process began, up to twice what a first life needed for its first block: while it starts, reads, verifies, writes or commits, however
 * slow the machine is.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chainHead } from '../../../src/node/db/index.ts';
import { type IndexDigest, indexDigest } from '../../../src/node/indexer/index.ts';
import { startIndexer, withIndex } from '../index-run.ts';
import { startTestPostgres } from '../postgres.ts';
import { differences, ourTable } from './compare.ts';
import { madeChain, truthOf } from './made-chain.ts';
import type { PlanName } from './plans.ts';
import { SeededRandom } from './random.ts';
import { serveMadeChain } from './serve.ts';

const INDEX_PROCESS = fileURLToPath(new URL('../index-process.ts', import.meta.url));

export interface KillRun {
  kills: number;
  /** kills after which the next life found blocks that the one before had written */
  progressed: number;
  blocks: number;
  killed: IndexDigest | undefined;
  clean: IndexDigest | undefined;
  /** what the killed index' tables hold that is not true */
  wrong: string[];
}

export interface KillPlan {
  chain: PlanName;
  kills: number;
  seed: string;
}

/** One life: until the first sign of it, and what is left of it from there. */
async function live(rpcUrl: string, databaseUrl: string, rest: () => Promise<unknown>): Promise<void> {
  const child = spawn(process.execPath, [INDEX_PROCESS, rpcUrl, databaseUrl], { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout!, 'data'), ended]);
  await rest();
  child.kill('SIGKILL');
  await ended;
}

export async function killAgainAndAgain({ chain: name, kills, seed }: KillPlan, say: (text: string) => void): Promise<KillRun> {
  const chain = await madeChain(name);
  const random = new SeededRandom(seed);
  const [node, database, other] = [await serveMadeChain(chain, 1), await startTestPostgres(), await startTestPostgres()];
  const heightOf = (url: string) => withIndex(url, async (sql) => (await chainHead(sql))?.newest ?? 0);
  try {
    let firstMs = 0;
    await live(node.url, database.urls.indexer, async () => {
      const sinceMs = performance.now();
      while ((await heightOf(database.urls.indexer)) < 1) await sleep(10);
      firstMs = performance.now() - sinceMs;
    });
    let progressed = 0;
    let before = await heightOf(database.urls.indexer);
    for (let kill = 1; kill <= kills; kill++) {
      node.show(Math.ceil((chain.height * kill) / kills));
      await live(node.url, database.urls.indexer, () => sleep(random.below(Math.ceil(2 * firstMs))));
      const now = await heightOf(database.urls.indexer);
      if (now > before) progressed++;
      before = now;
      if (kill % 20 === 0) say(`  ${kill} kills, block ${now} of ${node.height()}`);
    }
    const wrong: string[] = [];
    const finished = async (databaseUrl: string): Promise<IndexDigest | undefined> => {
      const run = startIndexer({ rpcUrls: [node.url], databaseUrl });
      // Where the last life came to the end there is no batch left to hear of.
      while ((await heightOf(databaseUrl)) < chain.height) await Promise.race([sleep(100), run.failed]);
      await run.stop();
      return withIndex(databaseUrl, async (sql) => {
        wrong.push(...(await differences(ourTable(sql), truthOf(chain))));
        return indexDigest(sql, chain.height);
      });
    };
    const killed = await finished(database.urls.indexer);
    const clean = await finished(other.urls.indexer);
    return { kills, progressed, blocks: chain.height, killed, clean, wrong };
  } finally {
    await Promise.all([node.stop(), database.stop(), other.stop()]);
  }
}
