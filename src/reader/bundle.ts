/**
 * A bundle, parsed once: from path → text to days, headers and genesis (protocol §7). Whoever checks one, the auditor or the member,
 * starts from here.
 *
 * What cannot be parsed is no exception but a fault that is kept: the checks say what it means. Text that is no JSON, or is absent, is
 * unreadable; text that is JSON and not what it should be is wrong. The first day of a stretch of several is there for the links of the
 * next, unless all its meters begin with it: its own links lead out of the bundle. The trap: only such a day may come without proofs, for a
 * reader who audited it before. If any other could, deleting proofs.json would turn a failure into a pass.
 */
import { firstFrozenDay, type Genesis, readGenesis } from '../protocol/genesis/index.ts';
import {
  BOOK_FORMAT,
  type Book,
  bookHash,
  bookPath,
  CHAIN_FORMAT,
  type ChainFile,
  canonicalJson,
  dateToDay,
  dayFolderOf,
  dayPath,
  EARLIER_FORMAT,
  type EarlierFile,
  earlierPath,
  GENESIS_PATH,
  LIGHT_FORMAT,
  LIGHT_PATH,
  type LightFile,
  LOG_FORMAT,
  LOG_PATH,
  type LogFile,
  OPERATORS_FORMAT,
  OPERATORS_PATH,
  type OperatorsFile,
  PROOFS_FORMAT,
  type ProofsFile,
  ProtocolError,
  parseBook,
  parseChainFile,
  parseEarlierFile,
  parseLogFile,
  parseOperatorsFile,
  parseProofs,
  parseRosterFile,
  parseStateFile,
  placeOf,
  proofsPath,
  ROSTER_FORMAT,
  type Roster,
  readLightFile,
  STATE_FORMAT,
  type StateFile,
} from '../protocol/index.ts';

/** path → text, paths relative to the bundle, with `/` */
export type Files = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

export const textsOf = (files: Files): ReadonlyMap<string, string> => (files instanceof Map ? files : new Map(Object.entries(files)));

/** Why a file, or a folder, is not what it should be. */
export interface FileFault {
  path: string;
  /** `unreadable`: missing, empty, no JSON. `wrong`: anything else */
  kind: 'unreadable' | 'wrong';
  /** where in the file; null where it is the file as such */
  field: string | null;
  message: string;
}

/** What a file says, or why it says nothing. */
export type Parsed<T> = { value: T; fault: null } | { value: null; fault: FileFault };

export interface BookVersion {
  version: number;
  book: Book;
  /** SHA-256 of the file's bytes, hex */
  hash: string;
}

/** One folder of days/. What could not be read is absent, and among the faults. */
export interface BundleDay {
  /** `YYYY-MM-DD` */
  date: string;
  day: number;
  /** whether it is to be audited as a whole; otherwise it is the day before a stretch of days, there for its links */
  audited: boolean;
  /** whether its proofs are given; only the day before the first may lack them */
  proven: boolean;
  roster: (Roster & { digest: string }) | null;
  chain: ChainFile | null;
  /** state proofs; a draft has none */
  state: StateFile | null;
  /** by version */
  books: ReadonlyMap<number, BookVersion>;
  proofs: ReadonlyMap<number, ProofsFile>;
  /** versions whose files are in the folder, readable or not */
  versions: readonly number[];
  faults: readonly FileFault[];
}

/** One file of earlier/. */
export interface EarlierDayFile {
  date: string;
  day: number;
  file: Parsed<EarlierFile>;
}

export interface Bundle {
  texts: ReadonlyMap<string, string>;
  genesis: Parsed<Genesis>;
  light: Parsed<LightFile>;
  log: Parsed<LogFile>;
  /** null where there is none: the operator is the one of genesis */
  operators: Parsed<OperatorsFile> | null;
  days: readonly BundleDay[];
  /** days that are not here and that copies were chosen from, rising */
  earlier: readonly EarlierDayFile[];
  /** of days/ and earlier/ themselves */
  faults: readonly FileFault[];
  /** paths that no check looks at */
  ignored: readonly string[];
}

export const wrong = (path: string, message: string, field: string | null = null): { value: null; fault: FileFault } => ({
  value: null,
  fault: { path, kind: 'wrong', field, message },
});

const unreadable = (path: string, message: string): { value: null; fault: FileFault } => ({
  value: null,
  fault: { path, kind: 'unreadable', field: null, message },
});

/** JSON of one file. `format`: the file's own word for what it is, if it has one. */
function parseJson(texts: ReadonlyMap<string, string>, path: string, format?: string): Parsed<unknown> {
  const text = texts.get(path);
  if (text === undefined) return unreadable(path, 'missing');
  if (text.length === 0) return unreadable(path, 'empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable(path, 'no JSON (truncated?)');
  }
  if (format !== undefined && (value as { format?: unknown } | null)?.format !== format)
    return wrong(path, `expected a file of format "${format}"`);
  return { value, fault: null };
}

/** A file by its codec. `parse` gets the JSON and the exact text. */
export function parseFile<T>(
  texts: ReadonlyMap<string, string>,
  path: string,
  format: string | undefined,
  parse: (json: unknown, text: string) => T,
): Parsed<T> {
  const json = parseJson(texts, path, format);
  if (json.fault) return json;
  try {
    return { value: parse(json.value, texts.get(path)!), fault: null };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return wrong(path, error.message, error.field);
  }
}

/** Reads files by their codecs, and keeps what is wrong with them. */
export function reading(texts: ReadonlyMap<string, string>) {
  const faults: FileFault[] = [];
  const read = <T>(path: string, format: string, parse: (text: string) => T): T | null => {
    const { value, fault } = parseFile(texts, path, format, (_json, text) => parse(text));
    if (fault) faults.push(fault);
    return value;
  };
  return { faults, read };
}

/** Versions of a day by the files in its folder. */
const versionsOf = (paths: readonly string[], date: string, kind: 'book' | 'proofs'): number[] =>
  paths
    .flatMap((path) => {
      const place = placeOf(path);
      return place?.kind === kind && place.date === date ? [place.version] : [];
    })
    .sort((a, b) => a - b);

/** Whether no link leads to a day before: nothing was frozen then, or nothing is known of this one. */
const isFirstOfAll = (day: number, roster: Roster | null, genesis: Genesis | null): boolean =>
  roster === null || (genesis !== null && day === firstFrozenDay(genesis));

/** `isFirst`: of a stretch, and the bundle has more days. */
function parseDay(
  texts: ReadonlyMap<string, string>,
  { date, day, isFirst, genesis }: { date: string; day: number; isFirst: boolean; genesis: Genesis | null },
): BundleDay {
  const { faults, read } = reading(texts);
  const paths = [...texts.keys()].filter((path) => dayFolderOf(path) === date);
  const proven = versionsOf(paths, date, 'proofs');
  const versions = [...new Set([1, ...versionsOf(paths, date, 'book'), ...proven])];
  const hasProofs = !isFirst || proven.length > 0;
  const roster = read(dayPath(date, 'roster'), ROSTER_FORMAT, parseRosterFile);
  const chain = read(dayPath(date, 'chain'), CHAIN_FORMAT, parseChainFile);
  const state = read(dayPath(date, 'state'), STATE_FORMAT, parseStateFile);
  const books = new Map<number, BookVersion>();
  const proofs = new Map<number, ProofsFile>();
  for (const version of versions) {
    const path = bookPath(date, version);
    const book = read(path, BOOK_FORMAT, parseBook);
    if (book) books.set(version, { version, book, hash: bookHash(texts.get(path)!) });
    const file = hasProofs ? read(proofsPath(date, version), PROOFS_FORMAT, parseProofs) : null;
    if (file) proofs.set(version, file);
  }
  const audited = !isFirst || (hasProofs && isFirstOfAll(day, roster, genesis));
  return { date, day, audited, proven: hasProofs, roster, chain, state, books, proofs, versions, faults };
}

/** The folders of days/, by their dates; one that is named by none is a fault. */
export function dayFolders(texts: ReadonlyMap<string, string>): { folders: { date: string; day: number }[]; faults: FileFault[] } {
  const faults: FileFault[] = [];
  const dates = [...new Set([...texts.keys()].flatMap((path) => dayFolderOf(path) ?? []))].sort();
  if (dates.length === 0) faults.push(unreadable('days/', 'missing, no day to audit').fault);
  const folders = dates.flatMap((date) => {
    const day = dayOfDate(date);
    if (day === null) faults.push(wrong(`days/${date}`, 'expected a folder named by a calendar date YYYY-MM-DD').fault);
    return day === null ? [] : [{ date, day }];
  });
  return { folders, faults };
}

function parseDays(texts: ReadonlyMap<string, string>, genesis: Genesis | null): Pick<Bundle, 'days' | 'faults'> {
  const { folders, faults } = dayFolders(texts);
  const known = new Set(folders.map(({ day }) => day));
  const hasMore = folders.length + faults.length > 1; // a folder that no date names is one more
  return { days: folders.map((of) => parseDay(texts, { ...of, isFirst: !known.has(of.day - 1) && hasMore, genesis })), faults };
}

function parseEarlier(texts: ReadonlyMap<string, string>): { earlier: EarlierDayFile[]; faults: FileFault[] } {
  const faults: FileFault[] = [];
  const dates = [...texts.keys()].flatMap((path) => {
    const place = placeOf(path);
    return place?.kind === 'earlier' ? [place.date] : [];
  });
  const earlier = dates.sort().flatMap((date): EarlierDayFile[] => {
    const day = dayOfDate(date);
    if (day === null) faults.push(wrong(earlierPath(date), 'expected a file named by a calendar date YYYY-MM-DD').fault);
    const file = parseFile(texts, earlierPath(date), EARLIER_FORMAT, (_json, text) => parseEarlierFile(text));
    return day === null ? [] : [{ date, day, file }];
  });
  return { earlier, faults };
}

/** The day of a date, or null where the calendar has none. */
function dayOfDate(date: string): number | null {
  try {
    return dateToDay(date);
  } catch {
    return null;
  }
}

/** A bundle's genesis.json: what is read of a genesis, in its one text, so that nothing stands in it that nobody checks. */
export const parseGenesis = <G extends Pick<Genesis, 'document'>>(
  texts: ReadonlyMap<string, string>,
  read: (json: unknown) => G,
): Parsed<G> =>
  parseFile(texts, GENESIS_PATH, undefined, (json, text) => {
    const genesis = read(json);
    if (canonicalJson(genesis.document) !== text)
      throw new ProtocolError('not-canonical', 'genesis', 'the canonical text of what is read of a genesis, as `electra export` writes it');
    return genesis;
  });

/** What either kind of bundle has of its chain beside genesis and days. */
export const parseChainWide = (texts: ReadonlyMap<string, string>): Pick<Bundle, 'light' | 'log' | 'operators'> => ({
  light: parseFile(texts, LIGHT_PATH, LIGHT_FORMAT, (_json, text) => readLightFile(text)),
  log: parseFile(texts, LOG_PATH, LOG_FORMAT, (_json, text) => parseLogFile(text)),
  operators: texts.has(OPERATORS_PATH)
    ? parseFile(texts, OPERATORS_PATH, OPERATORS_FORMAT, (_json, text) => parseOperatorsFile(text))
    : null,
});

/** A community's bundle has none of a main chain's files. */
const isKnown = (path: string): boolean => ![undefined, 'main', 'settlements', 'community'].includes(placeOf(path)?.kind);

/** Parses all files of a bundle. A bad one is never an exception. */
export function parseBundle(files: Files): Bundle {
  const texts = textsOf(files);
  const genesis = parseGenesis(texts, readGenesis);
  const { days, faults } = parseDays(texts, genesis.value);
  const { earlier, faults: more } = parseEarlier(texts);
  return {
    texts,
    genesis,
    ...parseChainWide(texts),
    days,
    earlier,
    faults: [...faults, ...more],
    ignored: [...texts.keys()].filter((path) => !isKnown(path)).sort(),
  };
}
