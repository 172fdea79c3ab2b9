/** Members' money as a whole, for the operator: sums beside what the treasury has, suspense, payouts that are not over. */
import { type PageArgs, page } from '../connection.ts';
import type { Context, MainMarket } from '../context.ts';
import { onMain, treasuryNow } from '../main-index.ts';
import { readHoldings } from '../rows/market.ts';
import { type MoneyRow, type OpenPayoutRow, readMoney, readOpenPayouts, readSuspense, type SuspenseRow } from '../rows/money.ts';

interface Money extends MoneyRow {
  main: MainMarket;
  /** in force; null: the index of the main chain does not say just now */
  treasury: string | null;
}

/** Null where the community shares on no main chain. */
export const money = async (_: unknown, __: unknown, { tx, service }: Context): Promise<Money | null> =>
  service.main && { main: service.main, treasury: await treasuryNow(service.main, service), ...(await readMoney(tx)) };

export const CommunityMoney = {
  mainChainId: ({ main }: Money) => main.chainId,
  balancesNel: (row: Money) => row.balances_nel,
  transitNel: (row: Money) => row.transit_nel,
  treasuryNel: (row: Money) => row.treasury_nel,
  holdsNel: async ({ main, treasury }: Money) =>
    treasury === null ? null : ((await onMain(main, (tx) => readHoldings(tx, treasury)))?.balance_nel ?? null),
  suspenseNel: (row: Money) => row.suspense_nel,
  shortNel: (row: Money) => {
    const short = BigInt(row.balances_nel) + BigInt(row.transit_nel) - BigInt(row.treasury_nel);
    return short > 0n ? short : 0n;
  },
  suspense: (_: unknown, args: PageArgs, { tx }: Context) =>
    page<SuspenseRow>(args, {
      shape: ['int'],
      keyOf: ({ id }) => [String(id)],
      read: (after, limit) => readSuspense(tx, { after: after && String(after[0]), limit }),
    }),
  openPayouts: (_: unknown, args: PageArgs, { tx }: Context) =>
    page<OpenPayoutRow>(args, {
      shape: ['int'],
      keyOf: ({ id }) => [String(id)],
      read: (after, limit) => readOpenPayouts(tx, { after: after && String(after[0]), limit }),
    }),
};

export const SuspenseEntry = { amountNel: (row: SuspenseRow) => row.amount_nel };
