/**
 * The days behind src/reader/audit/testdata, by name. Each is proven once by generate.ts and kept, since a day takes a quarter of a minute
 * to prove.
 */
import type { PerCircuit, Prices } from '../../../src/protocol/index.ts';
import { closing } from './booked-day.ts';
import { type DayPlan, nothing } from './days.ts';
import { FIRST_DAY, type MeterDay, realDays } from './readings.ts';

/** Moves some buy prices. */
const move =
  (changes: ReadonlyMap<number, number>) =>
  (prices: Prices): Prices => ({ ...prices, buyNelPerWh: prices.buyNelPerWh.map((p, i) => p + (changes.get(i) ?? 0)) });

/** Price changes in two slots that make a day dearer by exactly one nELECTRA: δi·importᵢ + δj·importⱼ = 1. */
export function oneMore(importWh: readonly number[]): ReadonlyMap<number, number> {
  for (let i = 0; i < importWh.length; i++) {
    for (let j = i + 1; j < importWh.length; j++) {
      for (let a = 1; a <= importWh[j]; a++) {
        const rest = 1 - a * importWh[i];
        if (importWh[j] > 0 && rest % importWh[j] === 0)
          return new Map([
            [i, a],
            [j, rest / importWh[j]],
          ]);
      }
    }
  }
  throw new Error('no two slots with coprime imports');
}

export const RAISED = 'rural-003';
export const MOVED_SLOT = 24; // 06:00 UTC: the community lacks some of its energy, so buy lies strictly inside the corridor
export const BROKEN_LINK = 'rural-008';
export const SUBSTITUTE = 'rural-013';
export const EXCEPTIONS = { substitute: 'rural-002', disputed: 'rural-005' } as const;

const of = (day: readonly MeterDay[], member: string): MeterDay => day.find((d) => d.member === member)!;

export function plans(
  keys: PerCircuit<string>,
): Record<'day1' | 'day2' | 'substituted' | 'raised' | 'moved' | 'brokenLink' | 'exceptions1' | 'exceptions2', DayPlan> {
  const [first, second] = realDays(2);
  const day = (name: string, signed: readonly MeterDay[], over: Partial<DayPlan> = {}): DayPlan => ({
    name,
    day: signed === first ? FIRST_DAY : FIRST_DAY + 1,
    signed,
    keys,
    ...over,
  });
  // Where the last member's second statement is missing: a copy of its first day, from the registers where that ended.
  const start = closing(of(first, SUBSTITUTE));
  const booked = new Map([
    [
      SUBSTITUTE,
      {
        source: 'substitute' as const,
        values: { ...of(first, SUBSTITUTE), importStartWh: start.importWh, exportStartWh: start.exportWh },
        copies: { day: FIRST_DAY, values: of(first, SUBSTITUTE) },
      },
    ],
  ]);
  const unknown = new Map<string, { source: 'substitute' | 'disputed'; values: MeterDay }>([
    [EXCEPTIONS.substitute, { source: 'substitute', values: nothing(of(first, EXCEPTIONS.substitute)) }],
    [EXCEPTIONS.disputed, { source: 'disputed', values: nothing(of(first, EXCEPTIONS.disputed)) }],
  ]);
  return {
    day1: day('day 1', first),
    day2: day('day 2, all signed', second),
    substituted: day('day 2', second, { booked }),
    raised: day('raised', second, { booked, billedAt: new Map([[RAISED, move(oneMore(of(second, RAISED).importWh))]]) }),
    moved: day('moved', second, { booked, prices: move(new Map([[MOVED_SLOT, 1000]])) }),
    brokenLink: day('broken link', second, { booked, freshLink: new Set([BROKEN_LINK]) }),
    exceptions1: day('exceptions 1', first, { booked: unknown }),
    exceptions2: day('exceptions 2', second),
  };
}
