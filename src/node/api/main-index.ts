/** The main chain on which a community shares, as this node's own index of it has it: a database of its own, read as nobody. */
import { NO_SUCH_DATABASE } from '../db/connect.ts';
import type { MainMarket } from './context.ts';
import type { Transaction } from './pool.ts';
import { readReplacement } from './rows/balance.ts';
import { readChainId } from './rows/market.ts';

/** Null before that index has begun, and where it is of another chain than the one that was joined. */
export const onMain = <T>({ pool, chainId }: MainMarket, work: (tx: Transaction) => Promise<T>): Promise<T | null> =>
  pool
    .run(null, {}, async (tx) => ((await readChainId(tx)) === chainId ? work(tx) : null))
    .catch((error: { code?: string }) => {
      if (error.code === NO_SUCH_DATABASE) return null; // an older deployment's (docs/indexer.md)
      throw error;
    });

/** The community's account there that is in force, as far as that index knows: it may have been replaced since the community joined. */
export const treasuryNow = async (main: MainMarket): Promise<string> =>
  (await onMain(main, (tx) => readReplacement(tx, main.uplink))) ?? main.treasury;
