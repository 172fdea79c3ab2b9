/**
 * What this community owes for a period, from the openings of its own bills: whoever has them can settle without the exchange node. The
 * chain has the commitments of its days; a sum of other amounts fits no proof.
 */
import {
  type BillOpening,
  type BillSumWitness,
  billCommitment,
  DAY_S,
  gridId,
  meterDay,
  meterTag,
  PERIOD_DAYS,
  totalOf,
} from '../../protocol/index.ts';
import type { MainState } from '../../reader/light/index.ts';

export interface PeriodOf {
  mainChainId: string;
  uplink: string;
  fromDay: number;
}

/** null: no bill of the uplink's lies in the period */
export function ownSum({ mainChainId, uplink, fromDay }: PeriodOf, openings: readonly BillOpening[]): BillSumWitness | null {
  const own = openings.filter(({ meter, day }) => meter === uplink && day >= fromDay && day < fromDay + PERIOD_DAYS);
  if (own.length === 0) return null;
  const [grid, tag] = [gridId(mainChainId), meterTag(uplink)];
  const days = Array.from({ length: PERIOD_DAYS }, (_, i) => own.find(({ day }) => day === fromDay + i));
  return {
    ...{ gridId: grid, meterTag: tag, firstDay: fromDay, totalNel: totalOf(days.filter((one) => one !== undefined)) },
    B: days.map((one) => (one ? billCommitment(meterDay(grid, tag, one.day), one.amountNel, one.s) : 0n)),
    amountsNel: days.map((one) => one?.amountNel ?? 0n),
    s: days.map((one) => one?.s ?? 0n),
  };
}

/** After 28 days a period executes without who is missing: a claim that comes later is void. So a week before that one's own is sent. */
export const OWN_AFTER_S = 21 * DAY_S;

/** First days of periods that were over `afterS` ago, with bills of the uplink's by `openings`, and without its entry. Oldest first. */
export function duePeriods(
  { settlement: { periods, entries } }: Pick<MainState, 'settlement'>,
  uplink: string,
  openings: readonly BillOpening[],
  { chainUnixS, afterS }: { chainUnixS: number; afterS: number },
): number[] {
  const settled = new Set(entries.filter((entry) => entry.uplink === uplink).map(({ fromDay }) => fromDay));
  const billed = (from: number) => openings.some(({ meter, day }) => meter === uplink && day >= from && day < from + PERIOD_DAYS);
  return periods
    .filter(({ fromDay, readyUnixS }) => Number(readyUnixS) + afterS <= chainUnixS && !settled.has(fromDay) && billed(fromDay))
    .map(({ fromDay }) => fromDay)
    .sort((a, b) => a - b);
}
