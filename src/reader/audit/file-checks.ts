/**
 * What the bundle's own files lack, as lines of the checks that would have worked on them: book, roster and chain belong to check 3, state
 * proofs to 2, the form of points and of S to 9, the rest of the proofs to 4.
 */
import { placeOf } from '../../protocol/index.ts';
import type { BundleDay, FileFault } from '../bundle.ts';
import { type Check, type CheckId, lines } from './checks.ts';

/** Lines of one file that is not what it should be. */
export const faultLines = (head: { id: CheckId; name: string; day?: string }, { path, kind, message }: FileFault): Check[] =>
  lines(head, [{ detail: `${path}: ${message}`, status: kind === 'wrong' ? 'failed' : 'unreadable' }], '');

/** Field names of points and of S. */
const isPoint = (field: string | null): boolean => field !== null && /^proofs\..*\.(proof|S)\b/.test(field);

/** The check that a file's fault belongs to. */
export function checkOf({ path, field }: FileFault): { id: CheckId; name: string } {
  const kind = placeOf(path)?.kind;
  if (kind === 'log') return { id: '2', name: 'log' };
  if (kind === 'state') return { id: '2', name: 'state proofs' };
  if (kind === 'earlier') return { id: '2', name: 'earlier' };
  if (kind === 'proofs') return isPoint(field) ? { id: '9', name: 'points' } : { id: '4', name: 'inputs' };
  return { id: '3', name: kind ?? 'bundle' };
}

/** A draft has no state proofs: nothing of it is on the chain yet. */
const isDue = ({ path }: FileFault, draft: boolean): boolean => !draft || placeOf(path)?.kind !== 'state';

const dayChecks = (day: Pick<BundleDay, 'date' | 'faults'>, draft: boolean): Check[] =>
  day.faults.filter((fault) => isDue(fault, draft)).flatMap((fault) => faultLines({ ...checkOf(fault), day: day.date }, fault));

/** What could not be read of days/. */
export const fileChecks = (
  bundle: { faults: readonly FileFault[]; days: readonly Pick<BundleDay, 'date' | 'faults'>[] },
  draft: boolean,
): Check[] => [
  ...bundle.faults.flatMap((fault) => faultLines(checkOf(fault), fault)),
  ...bundle.days.flatMap((day) => dayChecks(day, draft)),
];

/**
 * A bundle covers a range: a day missing in the middle was withheld, since days freeze in order. Whoever goes on from an earlier audit is
 * shown single days of it again: between these, days that it covered may be missing.
 */
export const gapChecks = (days: readonly Pick<BundleDay, 'date' | 'day'>[], since?: { firstDay: number; lastDay: number }): Check[] =>
  days.flatMap((day, i) => {
    if (i === 0 || day.day === days[i - 1].day + 1) return [];
    if (since && days[i - 1].day + 1 >= since.firstDay && day.day - 1 <= since.lastDay) return [];
    const detail = `the day before is missing: the bundle goes from ${days[i - 1].date} to ${day.date}`;
    return lines({ id: '3', name: 'range', day: day.date }, [{ detail }], '');
  });

/** Everything hangs on the genesis: it names the chain and pins the keys. A reader who knows which one it should be says so. */
export function genesisChecks({ hash }: { hash: string }, trusted: string | undefined): Check[] {
  const faults =
    trusted === undefined || trusted === hash ? [] : [{ detail: `genesis.json has hash ${hash}, the trusted one is ${trusted}` }];
  const how = trusted === undefined ? 'taken on trust: compare it with one from a source of your own' : 'the trusted one';
  return lines({ id: '3', name: 'genesis' }, faults, `${hash}, ${how}`);
}

/** What a verdict says of paths that no check looks at. */
export const ignoredNotes = (ignored: readonly string[]): string[] =>
  ignored.length === 0
    ? []
    : [`Not looked at: ${ignored.slice(0, 5).join(', ')}${ignored.length > 5 ? ` and ${ignored.length - 5} more` : ''}.`];
