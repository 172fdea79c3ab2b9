/**
 * From a bundle's files to its days: which files there are, and what could be read of them (protocol §7).
 *
 * Text that is no JSON, or is absent, is unreadable; text that is JSON and not what it should be is wrong. The trap: only the first day of a bundle may
 * come without proofs (it is there for the next day's links). If any other could, deleting proofs.json would turn a failure into a pass.
 */
import {
  BOOK_FORMAT,
  CHAIN_FORMAT,
  PROOFS_FORMAT,
  ROSTER_FORMAT,
  STATE_FORMAT,
  ProtocolError,
  bookHash,
  bookPath,
  dateToDay,
  dayPath,
  parseBook,
  parseChainFile,
  parseProofs,
  parseRosterFile,
  parseStateFile,
  placeOf,
  proofsPath,
  type Book,
  type ChainFile,
  type ProofsFile,
  type Roster,
  type StateFile,
} from '../../protocol/index.ts';
import { lines, type Check, type CheckId } from './verdict.ts';

export type Files = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

export interface BookVersion {
  version: number;
  book: Book;
  /** SHA-256 of the file's bytes, hex */
  hash: string;
}

/** One folder of days/. What could not be read is absent, and a check says so. */
export interface BundleDay {
  /** `YYYY-MM-DD` */
  date: string;
  day: number;
  /** whether its bills are to be audited; otherwise it is there for the links */
  audited: boolean;
  roster: (Roster & { digest: string }) | null;
  chain: ChainFile | null;
  /** state proofs; null in a draft */
  state: StateFile | null;
  /** by version */
  books: ReadonlyMap<number, BookVersion>;
  proofs: ReadonlyMap<number, ProofsFile>;
  /** versions whose files are in the folder, readable or not */
  versions: readonly number[];
}

export interface Bundle {
  days: readonly BundleDay[];
  checks: Check[];
  /** paths that no check looks at */
  ignored: readonly string[];
}

export const asMap = (files: Files): ReadonlyMap<string, string> => (files instanceof Map ? files : new Map(Object.entries(files)));

/** Field names of points and of S: their form belongs to check 9. */
const isPoint = (field: string): boolean => /^proofs\..*\.(proof|S)\b/.test(field);

/**
 * Parses JSON of one file, or says why not. `format`: the file's own word for what it is, if it has one.
 */
export function readJson(
  files: ReadonlyMap<string, string>,
  path: string,
  head: { id: CheckId; name: string; day?: string },
  format?: string,
): { value: unknown } | { checks: Check[] } {
  const text = files.get(path);
  const fault = (detail: string, status: 'failed' | 'unreadable') => ({
    checks: lines(head, [{ detail: `${path}: ${detail}`, status }], ''),
  });
  if (text === undefined) return fault('missing', 'unreadable');
  if (text.length === 0) return fault('empty', 'unreadable');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('no JSON (truncated?)', 'unreadable');
  }
  if (format !== undefined && (value as { format?: unknown } | null)?.format !== format)
    return fault(`expected a file of format "${format}"`, 'failed');
  return { value };
}

function read<T>(
  files: ReadonlyMap<string, string>,
  path: string,
  head: { id: CheckId; name: string; day: string },
  format: string,
  parse: (text: string) => T,
  checks: Check[],
): T | null {
  const json = readJson(files, path, head, format);
  if ('checks' in json) {
    checks.push(...json.checks);
    return null;
  }
  try {
    return parse(files.get(path)!);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    checks.push(
      ...lines(isPoint(error.field) ? { ...head, id: '9', name: 'points' } : head, [{ detail: `${path}: ${error.message}` }], ''),
    );
    return null;
  }
}

/** Versions of a day by the files in its folder. */
const versionsOf = (paths: readonly string[], date: string, kind: 'book' | 'proofs'): number[] =>
  paths
    .flatMap((path) => {
      const place = placeOf(path);
      return place?.kind === kind && place.date === date ? [place.version] : [];
    })
    .sort((a, b) => a - b);

function readDay(
  files: ReadonlyMap<string, string>,
  date: string,
  { isFirst, isOnly, draft }: { isFirst: boolean; isOnly: boolean; draft: boolean },
  checks: Check[],
): BundleDay | null {
  let day: number;
  try {
    day = dateToDay(date);
  } catch {
    checks.push(
      ...lines({ id: '3', name: 'bundle' }, [{ detail: `days/${date}: expected a folder named by a calendar date YYYY-MM-DD` }], ''),
    );
    return null;
  }
  const paths = [...files.keys()];
  const versions = [...new Set([1, ...versionsOf(paths, date, 'book'), ...versionsOf(paths, date, 'proofs')])];
  const audited = !isFirst || isOnly || versionsOf(paths, date, 'proofs').length > 0;
  const about = (name: string, id: CheckId = '3') => ({ id, name, day: date });
  const roster = read(files, dayPath(date, 'roster'), about('roster'), ROSTER_FORMAT, parseRosterFile, checks);
  const chain = read(files, dayPath(date, 'chain'), about('chain'), CHAIN_FORMAT, parseChainFile, checks);
  const state = draft ? null : read(files, dayPath(date, 'state'), about('state proofs', '2'), STATE_FORMAT, parseStateFile, checks);
  const books = new Map<number, BookVersion>();
  const proofs = new Map<number, ProofsFile>();
  for (const version of versions) {
    const book = read(files, bookPath(date, version), about('book'), BOOK_FORMAT, parseBook, checks);
    if (book) books.set(version, { version, book, hash: bookHash(files.get(bookPath(date, version))!) });
    if (!audited) continue;
    const file = read(files, proofsPath(date, version), about('inputs', '4'), PROOFS_FORMAT, parseProofs, checks);
    if (file) proofs.set(version, file);
  }
  return { date, day, audited, roster, chain, state, books, proofs, versions };
}

/** Sorts a bundle's files into days and reads them all. A draft has no state proofs: nothing of it is on the chain yet. */
export function readDays(files: ReadonlyMap<string, string>, draft = false): Bundle {
  const checks: Check[] = [];
  const dates = [
    ...new Set([...files.keys()].flatMap((path) => (path.startsWith('days/') && path.split('/').length > 2 ? [path.split('/')[1]] : []))),
  ].sort();
  if (dates.length === 0)
    checks.push(...lines({ id: '3', name: 'bundle' }, [{ detail: 'days/: missing, no day to audit', status: 'unreadable' }], ''));
  const days = dates.flatMap((date, i) => readDay(files, date, { isFirst: i === 0, isOnly: dates.length === 1, draft }, checks) ?? []);
  const ignored = [...files.keys()].filter((path) => placeOf(path) === null).sort();
  return { days, checks, ignored };
}
