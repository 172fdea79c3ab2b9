/** Hidden bills in a genesis of a chain of communities, kept until they are settled (docs/shared-rule.md). */
import { compareAddresses } from '../day/roster.ts';
import { STATE, wrong } from './fields.ts';
import type { BillsCheck } from './proving.ts';

const PROVING = `${STATE}.proving`;

const refuse = (is: boolean, field: string, expected: string): void => {
  if (is) throw wrong(field, expected);
};

/** Bills of communities: of each day that is not settled, of all that were metered, and of nobody else. */
export const checkBills: BillsCheck = ({ books, bills }, { rosters, disputed }) => {
  const kept = new Map<number, number>();
  bills.forEach(({ meter, day }, i) => {
    const field = `${PROVING}.bills[${i}]`;
    const isProven = books.some((book) => book.day === day && book.version === 1);
    const signed = rosters.get(day)?.find((entry) => entry.meter === meter)?.commitment ?? null;
    refuse(!isProven || signed === null || disputed.has(`${day} ${meter}`), field, 'a meter that was metered on a proven day');
    const before = bills[i - 1];
    const isRising = !before || before.day < day || (before.day === day && compareAddresses(before.meter, meter) < 0);
    refuse(!isRising, field, 'the order of days and addresses');
    kept.set(day, (kept.get(day) ?? 0) + 1);
  });
  for (const { day, entries, copies } of books)
    refuse(
      kept.has(day) && kept.get(day) !== entries - copies,
      `${PROVING}.bills`,
      `those of all ${entries - copies} of day ${day}, or none`,
    );
};
