/**
 * The same four days (forged-run.ts) of a household whose service begins on day 2, with a statement that nobody could open: disputed, a
 * zero day. On day 3 it is silent: zero again, since there is no day to copy. On day 4 it states, and its registers are seen for the first
 * time.
 */

import { compareAddresses } from '../../../src/protocol/index.ts';
import type { BookedDay } from '../audit/booked-day.ts';
import { signedCommitment } from '../audit/days.ts';
import { FIRST_DAY, type MeterDay, realDays } from '../audit/readings.ts';
import { once } from '../made-once.ts';
import { bookDay, type Entry, type Plan } from './forged-day.ts';
import { silentMeter, used } from './forged-run.ts';

const FIRST_METERED = FIRST_DAY + 3;
const nothing = Array<number>(96).fill(0);

/** Day `n` without energy, at registers. */
const zeroDay = (n: number, { importStartWh, exportStartWh }: Pick<MeterDay, 'importStartWh' | 'exportStartWh'>): MeterDay => ({
  ...used(n),
  ...{ importStartWh, exportStartWh, importWh: nothing, exportWh: nothing },
});

const unknown = { importStartWh: 0n, exportStartWh: 0n };

function householdOf(n: number): Entry[] {
  if (n === 1) return [];
  if (n === 4) return [{ source: 'metered', values: used(4) }];
  const values = zeroDay(n, unknown);
  return [n === 2 ? { source: 'disputed', values, rostered: signedCommitment(used(2), FIRST_DAY + 1) } : { source: 'substitute', values }];
}

const first = once(() =>
  realDays(4).map((day, i) => {
    const others = day.filter(({ member }) => member === 'rural-010').map((values): Entry => ({ source: 'metered', values }));
    return bookDay({
      name: `beginning, day ${i + 1}`,
      day: FIRST_DAY + i,
      entries: [...others, ...householdOf(i + 1)].sort((a, b) => compareAddresses(a.values.meter, b.values.meter)),
      disputes: i === 1 ? [silentMeter()] : [],
    });
  }),
);

/** Version 1 of day 1 … 4. */
export const firstBookOf = (n: number): BookedDay => first()[n - 1];

/** A correction of day 2 or 3 that leaves it a zero day, and shows it; unless it says otherwise. */
export const zeroCorrection = (n: 2 | 3, over: Partial<Entry> = {}, plan: Partial<Plan> = {}): BookedDay =>
  bookDay(
    {
      name: `beginning, day ${n} corrected ${plan.name ?? ''}`,
      day: FIRST_DAY + n - 1,
      version: 2,
      entries: [{ source: n === 2 ? 'disputed' : 'substitute', values: zeroDay(n, used(4)), midnight: FIRST_METERED, ...over }],
      roster: firstBookOf(n).roster.meters,
      ...plan,
    },
    firstBookOf(n).book,
  );

/** What the household used on day 3, so that day 4 goes on from it: nobody knows whether it did so in its service. */
export const claimed = (): MeterDay => used(3);
