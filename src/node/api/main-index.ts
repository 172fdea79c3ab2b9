/** The main chain on which a community shares, as this node's own index of it has it: a database of its own, read as nobody. */
import { NO_SUCH_DATABASE } from '../db/connect.ts';
import { headFaults, readHead } from './chain-head.ts';
import type { MainMarket, Service } from './context.ts';
import type { Transaction } from './pool.ts';
import { readReplacement } from './rows/balance.ts';
import { readChainId } from './rows/market.ts';

/** Of whichever chain it is. Null where there is no such database. */
const onIndex = <T>({ pool }: MainMarket, work: (tx: Transaction) => Promise<T>): Promise<T | null> =>
  pool.run(null, {}, work).catch((error: { code?: string }) => {
    if (error.code === NO_SUCH_DATABASE) return null; // an older deployment's (docs/indexer.md)
    throw error;
  });

/** Null before that index has begun, and where it is of another chain than the one that was joined. */
export const onMain = <T>(main: MainMarket, work: (tx: Transaction) => Promise<T>): Promise<T | null> =>
  onIndex(main, async (tx) => ((await readChainId(tx)) === main.chainId ? work(tx) : null));

/** The community's account there, as far as that index has come: it may have been replaced since the community joined. */
export const treasuryShown = async (tx: Transaction, { uplink, treasury }: MainMarket): Promise<string> =>
  (await readReplacement(tx, uplink)) ?? treasury;

/**
 * The same where somebody is sent to it. Null where that index does not say just now: it is away, made anew, of another chain or behind.
 * The one that it joined with may be nobody's any more.
 */
export const treasuryNow = (main: MainMarket, { now, lagLimitS }: Pick<Service, 'now' | 'lagLimitS'>): Promise<string | null> =>
  onIndex(main, async (tx) => {
    const faults = headFaults(await readHead(tx, now()), { chainId: main.chainId, lagLimitS });
    return faults.length > 0 ? null : treasuryShown(tx, main);
  });
