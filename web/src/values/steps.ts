/**
 * How much of a quarter-hour's energy was local, in five steps: a function of the quarter-hour's published prices alone, hence it tells
 * nobody more than they do. Where outside prices are equal, or feed-in stands above retail, they say nothing, and neither does this.
 */
export const STEPS = ['none', 'little', 'partly', 'balanced', 'surplus'] as const;
export type Step = (typeof STEPS)[number];

/** 96 prices each, nELECTRA per Wh. */
export interface PricedDay {
  day: string;
  retailNelPerWh: readonly number[];
  feedInNelPerWh: readonly number[];
  buyNelPerWh: readonly number[];
  sellNelPerWh: readonly number[];
}

/** Percent of what was taken, or of what was given, from which on it counts as so much. */
const LITTLE = 1;
const PARTLY = 33;
const BALANCED = 85;

export function stepOf(slot: { buy: number; sell: number; retail: number; feedIn: number }): Step | null {
  const distance = slot.retail - slot.feedIn;
  if (distance <= 0) return null;
  const taken = (200 * (slot.retail - slot.buy)) / distance;
  const given = (200 * (slot.sell - slot.feedIn)) / distance;
  if (taken < LITTLE) return 'none';
  if (taken < PARTLY) return 'little';
  if (taken < BALANCED) return 'partly';
  return given < BALANCED ? 'surplus' : 'balanced';
}

export const stepsOf = (day: PricedDay): (Step | null)[] =>
  day.buyNelPerWh.map((buy, i) => stepOf({ buy, sell: day.sellNelPerWh[i], retail: day.retailNelPerWh[i], feedIn: day.feedInNelPerWh[i] }));

/** Of each quarter-hour the step in the middle of those of several days; of two in the middle the lower one, which promises less. */
export function typicalDay(days: readonly PricedDay[]): (Step | null)[] {
  const known = days.map(stepsOf);
  return Array.from({ length: known[0]?.length ?? 0 }, (_, slot) => {
    const ranks = known.flatMap((steps) => steps[slot] ?? []).map((step) => STEPS.indexOf(step));
    ranks.sort((a, b) => a - b);
    return ranks.length === 0 ? null : STEPS[ranks[Math.floor((ranks.length - 1) / 2)]];
  });
}

export interface Stretch {
  step: Step | null;
  /** first quarter-hour, and the one after the last */
  from: number;
  to: number;
}

/** Neighbouring quarter-hours of one step as one. */
export function stretchesOf(steps: readonly (Step | null)[]): Stretch[] {
  const found: Stretch[] = [];
  steps.forEach((step, slot) => {
    const last = found.at(-1);
    if (last?.step === step) last.to = slot + 1;
    else found.push({ step, from: slot, to: slot + 1 });
  });
  return found;
}

/** The longest stretch with the most of local energy: when to wash. Null where there is none at all. */
export function bestStretch(steps: readonly (Step | null)[]): Stretch | null {
  const rank = ({ step }: Stretch): number => (step ? STEPS.indexOf(step) : 0);
  const least = STEPS.indexOf('partly');
  const merged = stretchesOf(steps.map((step) => (step && STEPS.indexOf(step) >= least ? 'partly' : 'none')));
  const some = merged.filter((stretch) => rank(stretch) === least);
  return some.sort((a, b) => b.to - b.from - (a.to - a.from))[0] ?? null;
}
