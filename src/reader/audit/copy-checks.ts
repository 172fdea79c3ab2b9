/**
 * Check 3 of copies: a day that is not metered copies the day that the chain's own state names (protocol §9.2), by the rule of
 * src/protocol/day/copied-day.ts. Whoever chose the day would choose the profile that everybody's prices rest on.
 *
 * That the entry's values are those of the day named is proven in zero knowledge (check 5s). Which days had to be looked at is found here,
 * so a file that is not there cannot be passed over: it is unreadable.
 */
import { type Copied, copiedDay, dayToDate, type EarlierDays, isVoid } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import type { Seen } from './earlier-checks.ts';

const nameOf = ({ fromDay }: Copied): string => (fromDay === 0 ? 'the zero day' : dayToDate(fromDay));

/** By what copies are judged. */
interface CopyFrame {
  /** earlier days, of the bundle and before it */
  seen: ReadonlyMap<number, Seen>;
  /** whether there are headers to prove them by */
  believed: boolean;
  /** chain time by which a draft, which is not anchored, is judged */
  nowUnixS: number;
}

/** Check 3 of one day's copies. */
export function copyChecks(day: BundleDay, { seen, believed, nowUnixS }: CopyFrame): Check[] {
  if (!believed)
    return [notChecked('3', 'copies', 'the headers that earlier days are proven by are not believed (check 1)', day.date, '1')];
  const book = day.books.get(1)?.book;
  if (!book) return [notChecked('3', 'copies', 'the book could not be read', day.date, '3')];
  // What is shown as of a block before this book was anchored may have changed since.
  const { height: anchoredAt, unixS: anchoredUnixS } = day.chain?.anchors[0] ?? { height: 0, unixS: nowUnixS };
  // Nor is a day void, or not, as of an earlier block, where its time was over by the anchor.
  const mayBeVoid = ({ day: of }: Seen): boolean => of !== null && isVoid(of, anchoredUnixS);
  const isStale = (at: Seen | undefined): boolean =>
    at !== undefined && ((at.height ?? anchoredAt) < anchoredAt || (mayBeVoid(at) && (at.provenHeight ?? anchoredAt) < anchoredAt));
  const earlier: EarlierDays = (at) => (isStale(seen.get(at)) || seen.get(at)?.unread ? undefined : seen.get(at)?.day);
  const copies = book.meters
    .filter(({ source }) => source !== 'metered')
    .map((entry) => ({ entry, due: copiedDay(entry.meter, day.day, earlier, anchoredUnixS) }));
  const unread = copies.flatMap(({ due }) => ('unseen' in due && seen.get(due.unseen)?.unread ? [due.unseen] : []))[0];
  if (unread !== undefined) return [notChecked('3', 'copies', `${dayToDate(unread)} could not be read`, day.date, '3')];
  const faults = copies.flatMap(({ entry: { meter, copied }, due }): Fault[] => {
    if ('unseen' in due) {
      const why = seen.has(due.unseen) ? 'is proven as of a block before this book was anchored' : 'is not here';
      return [{ meter, detail: `${dayToDate(due.unseen)} has to be looked at, and ${why}`, status: 'unreadable' }];
    }
    if (copied?.fromDay === due.fromDay && copied.from === due.from) return [];
    const said = copied === null ? 'names no day' : `copies ${nameOf(copied)}`;
    return [{ meter, detail: `${said}; by rosters and disputes it is ${nameOf(due)}${sameDay(copied, due)}` }];
  });
  const days = new Set(copies.flatMap(({ entry: { copied } }) => (copied ? [nameOf(copied)] : [])));
  return lines(
    { id: '3', name: 'copies', day: day.date },
    faults,
    copies.length === 0 ? 'nobody’s day is copied' : `${copies.length}, of ${[...days].sort().join(', ')}, as rosters and disputes say`,
  );
}

const sameDay = (copied: Copied | null, due: Copied): string =>
  copied?.fromDay === due.fromDay ? ', with another commitment than its roster has' : '';
