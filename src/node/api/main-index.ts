/** The main chain on which a community shares, as this node's own index of it has it: a database of its own, read as nobody. */
import { NO_SUCH_DATABASE } from '../db/connect.ts';
import { headFaults, readHead } from './chain-head.ts';
import type { MainMarket, Service } from './context.ts';
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

/**
 * The community's account there that is in force: it may have been replaced since the community joined. Null where that index does not say
 * just now: it is away, made anew, of another chain or behind. The one that it joined with may be nobody's any more.
 */
export async function treasuryNow(main: MainMarket, { now, lagLimitS }: Pick<Service, 'now' | 'lagLimitS'>): Promise<string | null> {
  return onMain(main, async (tx) => {
    if (headFaults(await readHead(tx, now()), { chainId: main.chainId, lagLimitS }).length > 0) return null;
    return (await readReplacement(tx, main.uplink)) ?? main.treasury;
  });
}
