/** What a pass of a main chain's bundle needs: every check × day × metered uplink (../due.ts says how it is concluded). */
import { MAIN_CIRCUIT_NAMES } from '../../../protocol/index.ts';
import type { Due } from '../due.ts';
import type { MainDay } from './bundle.ts';
import type { Void } from './day-checks.ts';

const DRAFT = 'a draft: nothing of it is on the chain yet';

function bookDue({ date, book, roster }: MainDay, chosen: Pick<Due, 'choice'>): Due[] {
  // Whether the book has everybody is for `3 meters` to say.
  const metered =
    book?.book.meters.filter(({ source }) => source === 'metered') ?? roster?.meters.filter(({ commitment }) => commitment !== null) ?? [];
  return [
    ...(['book', 'meters', 'tariff', 'prices'] as const).map((name): Due => ({ id: '3', name, day: date })),
    { id: '3', name: 'anchor', day: date, ...chosen },
    { id: '4', name: 'inputs', day: date },
    ...metered.map(({ meter }): Due => ({ id: '5', name: 'bills', day: date, meter })),
    { id: '6', name: 'clearing', day: date },
    { id: '8', name: 'keys', day: date },
    { id: '9', name: 'points', day: date },
    { id: '11', name: 'evidence', day: date, ...chosen },
    { id: '11', name: 'net', day: date, ...chosen },
  ];
}

/** Every check that is due. */
export function mainDueOf(
  days: readonly MainDay[],
  voids: ReadonlyMap<number, Void>,
  { draft, periods }: { draft: boolean; periods: readonly string[] },
): Due[] {
  const chosen = draft ? { choice: DRAFT } : {};
  return [
    { id: '1', name: 'headers', ...chosen },
    { id: '2', name: 'log', ...chosen },
    { id: '2', name: 'operators', ...chosen },
    { id: '2', name: 'modules', ...chosen },
    { id: '3', name: 'genesis' },
    { id: '10', name: 'communities', ...chosen },
    ...(['pools', 'conservation'] as const).map((name): Due => ({ id: '12', name, ...chosen })),
    ...periods.map((day): Due => ({ id: '12', name: 'sums', day })),
    ...(['supply', 'reserve', 'redemptions', 'roles', 'accounts'] as const).map((name): Due => ({ id: '13', name, ...chosen })),
    ...MAIN_CIRCUIT_NAMES.map((circuit): Due => ({ id: '8', name: `${circuit} key` })),
    ...days.flatMap((day, i): Due[] => [
      { id: '2', name: 'state proofs', day: day.date, ...chosen },
      { id: '2', name: 'log', day: day.date, ...chosen },
      { id: '3', name: 'roster', day: day.date },
      { id: '3', name: 'proven', day: day.date, ...chosen },
      ...(i === days.length - 1 ? [{ id: '3', name: 'range', day: day.date, ...chosen } as Due] : []),
      ...(voids.has(day.day) ? [{ id: '14', name: 'void', day: day.date } as Due] : bookDue(day, chosen)),
    ]),
  ];
}
