/** The market of a chain of communities: days, prices, ELECTRA for anybody; what each shared and settled, for itself alone. */
import { PERIOD_DAYS } from '../../../protocol/day/main-witness.ts';
import { DAY_S } from '../../../protocol/values/time.ts';
import { dateOfUnixS } from '../chain-head.ts';
import { dayRange } from '../connection.ts';
import type { Context, MainMarket } from '../context.ts';
import { onMain, treasuryShown } from '../main-index.ts';
import type { Transaction } from '../pool.ts';
import { readPriceDays } from '../rows/books.ts';
import {
  type ElectraRow,
  type HoldingsRow,
  type MarketPricesRow,
  readChainId,
  readElectra,
  readHoldings,
  readMarketPrices,
  readOwnShare,
  readSettledWeeks,
  readSettlements,
  readSharedDays,
  readTransfers,
  readUplinkPeriods,
  type SettledWeekRow,
  type SettlementRow,
  type SharedDayRow,
  type TransferRow,
} from '../rows/market.ts';
import { isShared } from '../rows/shared.ts';
import { newestDays } from './book-days.ts';

const MOST_SHOWN = 14;
const MOST_DAYS = 31;
const MOST_PERIODS = 52;
/** A quarter of a year. */
const MOST_WEEKS = 13;
const MOST_TRANSFERS = 50;
/** A redemption that waits for longer stands in every verdict (docs/electra.md). */
const OVERDUE_S = 5 * DAY_S;

/** Where what is of the market's chain is read: this node's own chain, or, on a community's node, its index of the main chain. */
interface Source {
  chainId: string;
  read: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** on a community's node: its own account there */
  abroad: MainMarket | null;
}

/** Null where nothing is shared, and before the index has begun. */
export async function market(_: unknown, __: unknown, { tx, service: { main } }: Context): Promise<Source | null> {
  if (await isShared(tx)) return { chainId: (await readChainId(tx)) ?? '', read: (work) => work(tx), abroad: null };
  if (!main) return null;
  const chainId = await onMain(main, readChainId);
  return chainId === null ? null : { chainId, read: (work) => main.pool.run(null, {}, work), abroad: main };
}

/** Whose money it is, for who asks; null: nobody's. Of a community it is the treasury that is in force. */
const accountOf = async ({ read, abroad }: Source, { tx: { viewer } }: Context): Promise<string | null> => {
  if (abroad) return viewer?.roles.includes('OPERATOR') ? read((there) => treasuryShown(there, abroad)) : null;
  return viewer?.roles.includes('MEMBER') ? viewer.address : null;
};

export const Market = {
  days: ({ read, abroad }: Source) => read((tx) => newestDays(tx, MOST_SHOWN, { isProvenFinal: abroad !== null })),
  prices: ({ chainId, abroad }: Source, _: unknown, { tx }: Context) =>
    abroad ? readMarketPrices(tx, chainId, MOST_SHOWN) : ownPrices(tx),
  electra: ({ read }: Source) => read((tx) => readElectra(tx, OVERDUE_S)),
  own: async (source: Source, _: unknown, context: Context): Promise<Account | null> => {
    const address = await accountOf(source, context);
    return address === null ? null : { source, address, ...(await source.read((tx) => readHoldings(tx, address))) };
  },
  settledWeeks: ({ abroad }: Source, _: unknown, { tx }: Context): Promise<SettledWeekRow[]> | null =>
    abroad && tx.viewer?.roles.some((role) => role === 'MEMBER' || role === 'OPERATOR') ? readSettledWeeks(tx, MOST_WEEKS) : null,
};

const ownPrices = async (tx: Transaction): Promise<MarketPricesRow[]> =>
  (await readPriceDays(tx, { ...dayRange({}), after: null, limit: MOST_SHOWN })).map(({ retail_nel_per_wh, ...row }) => ({
    ...row,
    shared_nel_per_wh: retail_nel_per_wh,
  }));

export const MarketPrices = {
  sharedNelPerWh: (row: MarketPricesRow) => row.shared_nel_per_wh,
  buyNelPerWh: (row: MarketPricesRow) => row.buy_nel_per_wh,
  sellNelPerWh: (row: MarketPricesRow) => row.sell_nel_per_wh,
};

interface Account extends HoldingsRow {
  source: Source;
  address: string;
}

export const MarketMember = {
  balanceNel: (row: Account) => row.balance_nel,
  escrowNel: (row: Account) => row.escrow_nel,
  owedNel: (row: Account) => row.owed_nel,
  sharedDays: ({ source: { abroad }, address }: Account, args: { from: number; to: number }, { tx }: Context) => {
    const range = dayRange(args, MOST_DAYS);
    return abroad ? readOwnShare(tx, abroad, range) : readSharedDays(tx, address, range);
  },
  periods: ({ source: { abroad, read }, address }: Account, _: unknown, { tx }: Context) =>
    abroad ? read((there) => readUplinkPeriods(there, abroad.uplink, MOST_PERIODS)) : readSettlements(tx, address, MOST_PERIODS),
  transfers: ({ source: { read }, address }: Account) => read((tx) => readTransfers(tx, address, MOST_TRANSFERS)),
};

export const SharedDay = {
  takenWh: (row: SharedDayRow) => row.taken_wh,
  givenWh: (row: SharedDayRow) => row.given_wh,
  amountNel: (row: SharedDayRow) => row.amount_nel,
};

export const SettledWeek = {
  fromDay: (row: SettledWeekRow) => row.from_day,
  toDay: (row: SettledWeekRow) => row.from_day + PERIOD_DAYS - 1,
  gainNel: (row: SettledWeekRow) => row.gain_nel,
};

export const SettledPeriod = {
  fromDay: (row: SettlementRow) => row.from_day,
  toDay: (row: SettlementRow) => row.from_day + PERIOD_DAYS - 1,
  amountNel: (row: SettlementRow) => row.amount_nel,
};

export const Electra = {
  supplyNel: (row: ElectraRow) => row.supply_nel,
  attestedNel: (row: ElectraRow) => row.attested_nel,
  attestedAt: (row: ElectraRow) => row.as_of_unix_s && dateOfUnixS(BigInt(row.as_of_unix_s)),
  redeemingNel: (row: ElectraRow) => row.redeeming_nel,
};

export const ElectraTransfer = {
  at: (row: TransferRow) => dateOfUnixS(BigInt(row.unix_s)),
  amountNel: (row: TransferRow) => row.amount_nel,
};
