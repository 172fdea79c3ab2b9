/**
 * A day on which communities share (rule `shared/1`): its prices and what each of them pays or gets, of what each stated.
 *
 * Who stated nothing that opens is *absent*: no part of the prices, no bill, no fee. With fewer than two there is nobody to share with, and
 * the day is void: it has no book.
 */
import { billAmount, type Prices, type Tariff } from './prices.ts';
import { sharedMarket } from './shared-prices.ts';

/** So many must be metered, or the day is void. */
export const LEAST_METERED = 2;

/** What a community states of a day: in each slot one of both is 0 (net.ts). */
export interface Net {
  importWh: readonly number[];
  exportWh: readonly number[];
}

export interface SharedDay {
  /** of the metered alone */
  totals: Net;
  prices: Prices;
  /** what each owes, in the order of the nets; negative: it is owed; null: it was absent */
  amountsNel: readonly (bigint | null)[];
  feesNel: bigint;
  /** what rounding leaves to the fund */
  roundingNel: bigint;
}

/** @returns null where the day is void. `nets`: null for who is absent */
export function sharedDay({ nets, tariff, tick }: { nets: readonly (Net | null)[]; tariff: Tariff; tick: number }): SharedDay | null {
  const metered = nets.filter((net) => net !== null);
  if (metered.length < LEAST_METERED) return null;
  const sum = (of: keyof Net): number[] => metered[0][of].map((_, i) => metered.reduce((all, net) => all + net[of][i], 0));
  const totals = { importWh: sum('importWh'), exportWh: sum('exportWh') };
  const prices = sharedMarket({ ...totals, tariff, tick });
  return {
    totals,
    prices,
    amountsNel: nets.map((net) => net && billAmount({ ...net, prices, feePerDayNel: tariff.feePerDayNel })),
    feesNel: BigInt(metered.length) * tariff.feePerDayNel,
    roundingNel: billAmount({ ...totals, prices, feePerDayNel: 0n }),
  };
}
