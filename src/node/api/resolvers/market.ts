/** A chain of communities, as money sees it: what each shared and settled, for itself alone. */
import { PERIOD_DAYS } from '../../../protocol/day/main-witness.ts';
import { dayRange } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { readSettlements, readSharedDays, type SettlementRow, type SharedDayRow } from '../rows/market.ts';
import { isShared } from '../rows/shared.ts';

const MOST_DAYS = 31;
const MOST_PERIODS = 52;

/** Null on a community's own chain. */
export async function market(_: unknown, __: unknown, { tx }: Context): Promise<object | null> {
  return (await isShared(tx)) ? {} : null;
}

export const Market = {
  electra: () => null,
  own: (_: unknown, __: unknown, { tx: { viewer } }: Context) => (viewer?.roles.includes('MEMBER') ? { address: viewer.address } : null),
};

export const MarketMember = {
  sharedDays: (_: unknown, args: { from: number; to: number }, context: Context) =>
    readSharedDays(context.tx, viewerOf(context).address, dayRange(args, MOST_DAYS)),
  periods: (_: unknown, __: unknown, context: Context) => readSettlements(context.tx, viewerOf(context).address, MOST_PERIODS),
  transfers: () => null,
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
