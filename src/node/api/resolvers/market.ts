/** A chain of communities, as money sees it: what each shared and settled, for itself alone. */
import { PERIOD_DAYS } from '../../../protocol/day/main-witness.ts';
import { DAY_S } from '../../../protocol/values/time.ts';
import { dateOfUnixS } from '../chain-head.ts';
import { dayRange } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import {
  type ElectraRow,
  type HoldingsRow,
  readElectra,
  readHoldings,
  readSettlements,
  readSharedDays,
  readTransfers,
  type SettlementRow,
  type SharedDayRow,
  type TransferRow,
} from '../rows/market.ts';
import { isShared } from '../rows/shared.ts';

const MOST_DAYS = 31;
const MOST_PERIODS = 52;
const MOST_TRANSFERS = 50;
/** A redemption that waits for longer stands in every verdict (docs/electra.md). */
const OVERDUE_S = 5 * DAY_S;

/** Null on a community's own chain. */
export async function market(_: unknown, __: unknown, { tx }: Context): Promise<object | null> {
  return (await isShared(tx)) ? {} : null;
}

export const Market = {
  electra: (_: unknown, __: unknown, { tx }: Context) => readElectra(tx, OVERDUE_S),
  own: async (_: unknown, __: unknown, { tx }: Context) =>
    tx.viewer?.roles.includes('MEMBER') ? { address: tx.viewer.address, ...(await readHoldings(tx, tx.viewer.address)) } : null,
};

export const MarketMember = {
  balanceNel: (row: HoldingsRow) => row.balance_nel,
  escrowNel: (row: HoldingsRow) => row.escrow_nel,
  owedNel: (row: HoldingsRow) => row.owed_nel,
  sharedDays: (_: unknown, args: { from: number; to: number }, context: Context) =>
    readSharedDays(context.tx, viewerOf(context).address, dayRange(args, MOST_DAYS)),
  periods: (_: unknown, __: unknown, context: Context) => readSettlements(context.tx, viewerOf(context).address, MOST_PERIODS),
  transfers: (_: unknown, __: unknown, context: Context) => readTransfers(context.tx, viewerOf(context).address, MOST_TRANSFERS),
};

export const SharedDay = {
  takenWh: (row: SharedDayRow) => row.taken_wh,
  givenWh: (row: SharedDayRow) => row.given_wh,
  amountNel: (row: SharedDayRow) => row.amount_nel,
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
