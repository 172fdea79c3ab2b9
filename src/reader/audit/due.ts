/**
 * What an audit has to have checked, made from the bundle, not from what ran (protocol §7).
 *
 * A check that did not run says nothing, and silence is no pass: whoever could keep one from running could otherwise forge what it guards.
 * So a verdict asks for a passed line of every check that is due. What the reader left out by choice is named and makes a verdict partial;
 * anything else that is missing is a failure.
 *
 *     1 · 8 · runs  the bundle            2 · 3 · 7        a day
 *     3 · 4 · 9     a day's version       5                a version's entry
 *     (a void day has no versions: its book counts for nothing)
 *     6             a day                 5s               an entry of version 1 that is not metered
 */
import { CIRCUIT_NAMES } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import type { Check, CheckId } from './checks.ts';
import { idOf } from './claims.ts';

/** One check that is due. */
export interface Due {
  id: CheckId;
  name: string;
  day?: string;
  version?: number;
  meter?: string;
  /** why the reader left it out, where it did */
  choice?: string;
}

/** What of a bundle the reader does not ask for, or has seen before. */
export interface Asked {
  draft: boolean;
  /** from an earlier audit */
  goesOn: boolean;
  only: ReadonlySet<string> | undefined;
  /** hashes of books whose proofs an earlier audit verified */
  known: ReadonlySet<string>;
}

const DRAFT = 'a draft: nothing of it is on the chain yet';
const ONLY = 'not asked for';

/** Versions that the files or the chain name. */
const versionsDue = ({ chain, versions }: BundleDay): number[] =>
  [...new Set([1, ...versions, ...(chain?.anchors ?? []).map(({ version }) => version)])].sort((a, b) => a - b);

/** Whether an earlier audit verified a version's proofs, so that this one need not. */
const isKnown = ({ books, audited }: BundleDay, version: number, known: ReadonlySet<string>): boolean =>
  !audited && known.has(books.get(version)?.hash ?? '');

/** Versions of a day that may serve as evidence for the next day's links: those that are proven here, or were before. */
export const evidenceVersions = (day: BundleDay, { draft, known }: Asked): ReadonlySet<number> =>
  new Set([...day.books.keys()].filter((version) => draft || day.proofs.has(version) || isKnown(day, version, known)));

function versionDue(day: BundleDay, version: number, asked: Asked): Due[] {
  const { draft, only, known } = asked;
  const at = { day: day.date, version };
  const anchored = day.chain?.anchors.some((a) => a.version === version) ?? false;
  const book = (['book', 'meters', 'tariff', 'prices'] as const).map((name): Due => ({ id: '3', name, ...at }));
  const corrections: Due[] = version === 1 ? [] : [{ id: '3', name: 'corrections', ...at, ...(draft ? { choice: DRAFT } : {}) }];
  const anchor: Due = { id: '3', name: 'anchor', ...at, ...(draft && !anchored ? { choice: DRAFT } : {}) };
  if (isKnown(day, version, known) && !day.proofs.has(version)) return [...book, anchor, ...corrections];
  const before = draft && !day.audited ? { choice: 'the day before a draft: the node has audited it before' } : {};
  // Whether the book has everybody is for `3 meters` to say.
  const meters = (day.books.get(version)?.book ?? day.roster)?.meters ?? [];
  return [
    ...book,
    anchor,
    ...corrections,
    { id: '4', name: 'inputs', ...at, ...before },
    ...meters.map(
      ({ meter }): Due => ({ id: '5', name: 'bills', ...at, meter, ...before, ...(only && !only.has(meter) ? { choice: ONLY } : {}) }),
    ),
    ...(version === 1 ? copiesDue(day, only).map((one): Due => ({ ...one, ...at, ...before })) : []),
    ...(version === 1
      ? [
          {
            id: '6',
            name: 'clearing',
            ...at,
            ...before,
            ...(only ? { choice: 'says nothing while not every bill is verified' } : {}),
          } as Due,
          { id: '3', name: 'copies', ...at, ...before } as Due,
        ]
      : []),
    { id: '9', name: 'points', ...at, ...before },
  ];
}

/** That what version 1 has as not metered copies the day which it names, or is zero. */
const copiesDue = (day: BundleDay, only: ReadonlySet<string> | undefined): Due[] =>
  (day.books.get(1)?.book.meters ?? [])
    .filter(({ copied }) => copied !== null)
    .map(({ meter }) => ({ id: '5s', name: 'substitutes', meter, ...(only && !only.has(meter) ? { choice: ONLY } : {}) }));

/** Every check that is due. */
export function dueOf(days: readonly BundleDay[], voids: ReadonlySet<number>, asked: Asked): Due[] {
  const chosen = asked.draft ? { choice: DRAFT } : {};
  return [
    { id: '1', name: 'headers', ...chosen },
    { id: '2', name: 'log', ...chosen },
    { id: '2', name: 'operators', ...chosen },
    { id: '3', name: 'genesis' },
    { id: '7', name: 'runs', ...chosen },
    ...(asked.goesOn ? [{ id: '3', name: 'resumed' } as Due, { id: '3', name: 'earlier days' } as Due] : []),
    ...CIRCUIT_NAMES.map((circuit): Due => ({ id: '8', name: `${circuit} key` })),
    ...days.flatMap((day, i): Due[] => [
      { id: '2', name: 'state proofs', day: day.date, ...chosen },
      { id: '2', name: 'log', day: day.date, ...chosen },
      { id: '3', name: 'roster', day: day.date },
      { id: '3', name: 'proven', day: day.date, ...chosen },
      ...(i === days.length - 1 ? [{ id: '3', name: 'range', day: day.date, ...chosen } as Due] : []),
      ...(voids.has(day.day) ? [] : versionsDue(day)).flatMap((version) => versionDue(day, version, asked)),
      ...(day.audited ? [{ id: '7', name: 'links', day: day.date } as Due] : []),
      { id: '8', name: 'keys', day: day.date },
    ]),
  ];
}

const nameOf = ({ id, name }: Pick<Due, 'id' | 'name'>): string => `${id} ${name}`;
const place = ({ id, name, day, version }: Pick<Check, 'id' | 'name' | 'day' | 'version'>): string =>
  `${id} ${name}/${day ?? ''}/${version ?? 1}`;

/** What the lines show. */
export interface Shown {
  checks: readonly Check[];
  /** ids of every entry whose bill's proof holds, and of every one whose copy's does (proof-checks.ts) */
  entries: ReadonlySet<string>;
  /** checks that are taken to have passed, as `5 bills`: for those who try what an audit without them lets through. Default none */
  takenOut?: ReadonlySet<string>;
}

/** What is due and has no passed line. */
export function missing(due: readonly Due[], { checks, entries, takenOut = new Set() }: Shown): Due[] {
  const passed = new Set(checks.filter(({ status }) => status === 'passed').map(place));
  const out = new Set([...takenOut].map((name) => name.split(' ')[0]));
  // What hangs on a check that is out is out as well.
  const hanging = new Set(
    checks.filter(({ because }) => because !== undefined && out.has(because)).map((c) => `${nameOf(c)}/${c.day ?? ''}`),
  );
  return due.filter((one) => {
    if (takenOut.has(nameOf(one)) || hanging.has(`${nameOf(one)}/${one.day ?? ''}`)) return false;
    const { id, day: date = '', version = 1, meter = null } = one;
    const isEntry = id === '5' || id === '5s';
    return !(passed.has(place(one)) && (!isEntry || entries.has(idOf({ date, version, meter, copy: id === '5s' }))));
  });
}

function grouped(due: readonly Due[], by: (one: Due) => string): Map<string, Due[]> {
  const groups = new Map<string, Due[]>();
  for (const one of due) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}

/** Lines that say what was due and is missing, one for each check of a version. */
export function missingLines(due: readonly Due[]): Check[] {
  const groups = grouped(
    due.filter(({ choice }) => choice === undefined),
    place,
  );
  return [...groups.values()].map(([{ id, name, day, version, meter }, ...more]): Check => {
    const whose = meter === undefined ? '' : ` for ${meter}${more.length > 0 ? ` and ${more.length} more` : ''}`;
    return {
      id,
      name,
      status: 'failed',
      detail: `due${whose}, but not checked: a check that did not run is not passed`,
      ...(day === undefined ? {} : { day }),
      ...((version ?? 1) === 1 ? {} : { version }),
    };
  });
}

/** What the reader left out, in words. */
export function choices(due: readonly Due[]): string[] {
  const groups = grouped(
    due.filter(({ choice }) => choice !== undefined),
    (one) => `${nameOf(one)}: ${one.choice}`,
  );
  return [...groups].map(([what, { length }]) => (length === 1 ? what : `${what} (${length} times)`));
}
