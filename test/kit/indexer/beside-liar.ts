/** A real chain on which a day was closed and frozen, a node before it that may lie, and a database: to test what the index believes. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { resetIndex } from '../../../src/node/indexer/index.ts';
import type { TestChain } from '../chain.ts';
import { message, startTestChain } from '../chain.ts';
import { startIndexer, withIndex } from '../index-run.ts';
import type { LyingNode } from '../lying-node.ts';
import { startLyingNode } from '../lying-node.ts';
import type { TestPostgres } from '../postgres.ts';
import { startTestPostgres } from '../postgres.ts';
import { until } from '../until.ts';
import { commitment, frozenDays, justEnded, RATE, START_UNIX_S } from './lived-chain.ts';

export interface BesideLiar {
  chain: TestChain;
  liar: LyingNode;
  database: TestPostgres;
  /** the day that was closed */
  signedDay: number;
  /** height of the block with the transactions */
  spoken: number;
  /** height of the last block shown */
  last: number;
}

/** Filled before the tests; before each the node is honest and the index empty. */
export function besideLiar(): BesideLiar {
  const it = {} as BesideLiar;
  beforeAll(async () => {
    [it.chain, it.database] = await Promise.all([
      startTestChain({
        lightMeters: 1,
        clock: { startUnixS: START_UNIX_S, rate: RATE },
        params: { graceS: 50_000, graceBlocks: 3, lateS: 60_000 },
      }),
      startTestPostgres(),
    ]);
    const { chain } = it;
    const [meter] = chain.meters;
    const {
      day,
      slots: [slot],
    } = await justEnded(chain);
    it.signedDay = day;
    ({ height: it.spoken } = await chain.send(meter, [
      message('Report', { meter: meter.address, slot, keyEpoch: 1, sealed: randomBytes(112) }),
      message('CloseDay', { meter: meter.address, day, keyEpoch: 1, commitment: commitment(), sealed: randomBytes(715) }),
    ]));
    await until(async () => (await frozenDays(chain)).early > day, 30_000, 'the roster of that day');
    // The freeze is in a block up to this one; a header behind it speaks for its results.
    it.last = await chain.height();
    await chain.reach(it.last + 1);
    it.liar = await startLyingNode(chain.rpcUrl);
  });
  afterAll(async () => {
    await Promise.all([it.liar?.stop(), it.chain?.stop(), it.database?.stop()]);
  });
  beforeEach(async () => {
    Object.assign(it.liar, { alter: () => {}, refuse: () => undefined, maxHeight: it.last, down: false, drips: false });
    await withIndex(it.database.urls.indexer, resetIndex);
  });
  return it;
}

export type IndexOptions = Partial<Parameters<typeof startIndexer>[0]>;

/** What tests do with an index that asks the liar. */
export const indexOf = (it: BesideLiar) => {
  const start = (options: IndexOptions = {}) => startIndexer({ rpcUrls: [it.liar.url], databaseUrl: it.database.urls.indexer, ...options });
  return {
    start,
    rows: (query: string) => withIndex(it.database.urls.indexer, (sql) => sql.unsafe(query)),
    indexTo: async (height: number, options: IndexOptions = {}): Promise<void> => {
      it.liar.maxHeight = height;
      const run = start(options);
      await run.reached(height);
      await run.stop();
    },
  };
};
