/**
 * A month of `rural` in which nearly everything happens that an audit knows a name for (protocol §9), told meter by meter. Each of the
 * thirteen meters has one part; the days on which it plays it lie so that some of it crosses from one audit to the next.
 *
 * The whole month is four audits of a week and more, and in it the node makes itself a new sealing key, as it does each month; the short
 * one has the same parts on fewer days, for a test.
 */
import type { Behaviour } from '../fleet.ts';

/** The parts, in the order of the community's meters. */
export const PARTS = [
  'honest',
  'begins late',
  'silent in the middle',
  'silent across two audits',
  'late, and billed',
  'late, and not to be opened',
  'disputed on its first day',
  'ends silent, with a final reading',
  'ends silent, without one',
  'ends silent, with one that its member objects to',
  'late and silent in one run',
  'above its maximum',
  'says that it got no bill',
] as const;
export type Part = (typeof PARTS)[number];

export const meterOf = (part: Part): number => PARTS.indexOf(part);

export interface MonthPlan {
  /** profile date that plays on the first day */
  from: string;
  days: number;
  /** last day of each of the four audits, as days since the first */
  audits: readonly [number, number, number, number];
  /** chain seconds per second */
  rate: number;
  /** day on which a part is played */
  on: Record<Exclude<Part, 'honest'>, number>;
}

/** June: the sun is high, and `rural` exports at noon. */
export const WHOLE: MonthPlan = {
  from: '2016-06-01',
  days: 30,
  audits: [6, 14, 22, 29],
  rate: 14_400,
  on: {
    'begins late': 4,
    'silent in the middle': 10,
    'silent across two audits': 14,
    'late, and billed': 5,
    'late, and not to be opened': 12,
    'disputed on its first day': 3,
    'ends silent, with a final reading': 17,
    'ends silent, without one': 19,
    'ends silent, with one that its member objects to': 18,
    'late and silent in one run': 22,
    'above its maximum': 25,
    'says that it got no bill': 8,
  },
};

export const SHORT: MonthPlan = {
  from: '2016-06-11',
  days: 10,
  audits: [1, 4, 7, 9],
  rate: 21_600,
  on: {
    'begins late': 2,
    'silent in the middle': 3,
    'silent across two audits': 4,
    'late, and billed': 1,
    'late, and not to be opened': 5,
    'disputed on its first day': 1,
    'ends silent, with a final reading': 5,
    'ends silent, without one': 6,
    'ends silent, with one that its member objects to': 5,
    'late and silent in one run': 6,
    'above its maximum': 7,
    'says that it got no bill': 3,
  },
};

/** Last day of a meter's service, as days since the first: of those that end before the others. */
export function lastDayOf(part: Part, { days, on }: MonthPlan): number {
  return part.startsWith('ends silent') ? on[part as Exclude<Part, 'honest'>] + 1 : days - 1;
}

/** What a meter does on a day, as days since the first. */
export function behaviourOf(part: Part, day: number, { on }: MonthPlan): Behaviour {
  if (part === 'honest') return 'honest';
  const since = day - on[part];
  switch (part) {
    case 'begins late': // with the first statement; what it says of the day before, afterwards, is refused
      return since >= 0 ? 'honest' : since === -1 ? 'late' : 'silent';
    case 'silent in the middle':
      return since === 0 ? 'silent' : 'honest';
    case 'silent across two audits':
      return since === 0 || since === 1 ? 'silent' : 'honest';
    case 'late, and billed':
      return since === 0 ? 'late' : 'honest';
    case 'late, and not to be opened':
      return since === 0 ? 'late-undecryptable' : 'honest';
    case 'disputed on its first day':
      return since < 0 ? 'silent' : since === 0 ? 'undecryptable' : 'honest';
    case 'late and silent in one run':
      return since === 0 ? 'late' : since === 1 ? 'silent' : 'honest';
    case 'above its maximum':
      return since === 0 ? 'above-max' : 'honest';
    case 'says that it got no bill':
      return 'honest';
    default: // ends silent
      return since >= 0 ? 'silent' : 'honest';
  }
}
