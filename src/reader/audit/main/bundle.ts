/**
 * A bundle of a main chain, parsed once: the layout of a community's (../../bundle.ts), with books of communities (docs/main-chain.md).
 *
 * A day without commitments of two has no book; whether one is due, the chain's state says, never the files. Links are compared with
 * nothing there, so no day is here for the next one's alone: all of them are audited. Nothing comes late and nothing is corrected, so
 * a file of a later version is wrong by its name.
 */
import { readSharedGenesis, type SharedGenesis, saysShared } from '../../../protocol/genesis/index.ts';
import {
  BOOK_FORMAT,
  bookHash,
  bookPath,
  CHAIN_FORMAT,
  type ChainFile,
  COMMUNITY_FORMAT,
  type CommunityFile,
  communityOf,
  dayPath,
  GENESIS_PATH,
  MAIN_FORMAT,
  MAIN_PATH,
  type MainFile,
  PROOFS_FORMAT,
  type ProofsFile,
  ProtocolError,
  parseChainFile,
  parseCommunityFile,
  parseMainFile,
  parseProofs,
  parseRosterFile,
  parseSettlementsFile,
  parseSharedBook,
  parseStateFile,
  placeOf,
  proofsPath,
  ROSTER_FORMAT,
  type Roster,
  SETTLEMENTS_FORMAT,
  SETTLEMENTS_PATH,
  type SettlementsFile,
  type SharedBook,
  STATE_FORMAT,
  type StateFile,
} from '../../../protocol/index.ts';
import {
  type Bundle,
  dayFolders,
  type FileFault,
  type Files,
  type Parsed,
  parseChainWide,
  parseFile,
  parseGenesis,
  reading,
  textsOf,
  wrong,
} from '../../bundle.ts';

/** One folder of days/. What could not be read is absent, and among the faults. */
export interface MainDay {
  /** `YYYY-MM-DD` */
  date: string;
  day: number;
  roster: (Roster & { digest: string }) | null;
  chain: ChainFile | null;
  /** a draft has none */
  state: StateFile | null;
  book: { book: SharedBook; hash: string } | null;
  proofs: ProofsFile | null;
  /** whether book.json or proofs.json is in the folder, readable or not */
  hasBook: boolean;
  faults: readonly FileFault[];
}

export interface MainBundle extends Pick<Bundle, 'texts' | 'light' | 'log' | 'operators' | 'faults' | 'ignored'> {
  genesis: Parsed<SharedGenesis>;
  /** what the modules hold, as of the newest header */
  main: Parsed<MainFile>;
  settlements: Parsed<SettlementsFile>;
  /** what communities' chains said of their days, by chain id */
  communities: ReadonlyMap<string, Parsed<CommunityFile>>;
  days: readonly MainDay[];
}

function parseDay(texts: ReadonlyMap<string, string>, date: string, day: number): MainDay {
  const { faults, read } = reading(texts);
  const [bookAt, proofsAt] = [bookPath(date, 1), proofsPath(date, 1)];
  const hasBook = texts.has(bookAt) || texts.has(proofsAt);
  for (const path of texts.keys()) {
    const place = placeOf(path);
    if ((place?.kind === 'book' || place?.kind === 'proofs') && place.date === date && place.version > 1)
      faults.push(wrong(path, 'a later version: where communities share nothing is corrected').fault);
  }
  const book = hasBook ? read(bookAt, BOOK_FORMAT, parseSharedBook) : null;
  return {
    date,
    day,
    roster: read(dayPath(date, 'roster'), ROSTER_FORMAT, parseRosterFile),
    chain: read(dayPath(date, 'chain'), CHAIN_FORMAT, parseChainFile),
    state: read(dayPath(date, 'state'), STATE_FORMAT, parseStateFile),
    book: book && { book, hash: bookHash(texts.get(bookAt)!) },
    proofs: hasBook ? read(proofsAt, PROOFS_FORMAT, parseProofs) : null,
    hasBook,
    faults,
  };
}

function parseDays(texts: ReadonlyMap<string, string>): Pick<MainBundle, 'days' | 'faults'> {
  const { folders, faults } = dayFolders(texts);
  return { days: folders.map(({ date, day }) => parseDay(texts, date, day)), faults };
}

/** Whether the genesis of a bundle is that of a main chain: which audit it is for. */
export function isMainBundle(files: Files): boolean {
  try {
    return saysShared(JSON.parse(textsOf(files).get(GENESIS_PATH) ?? ''));
  } catch {
    return false; // the audit of a community says what is wrong with it
  }
}

/** The file of a chain is named by it. */
const parseCommunity = (texts: ReadonlyMap<string, string>, path: string, chainId: string): Parsed<CommunityFile> =>
  parseFile(texts, path, COMMUNITY_FORMAT, (_json, text) => {
    const file = parseCommunityFile(text);
    if (file.chainId !== chainId) throw new ProtocolError('wrong-chain', 'community.chainId', `${chainId}, as the file is named`);
    return file;
  });

/** Nothing is copied between communities, so no earlier day is looked at. */
const isKnown = (path: string): boolean => ![undefined, 'earlier'].includes(placeOf(path)?.kind);

/** Parses all files of a main chain's bundle. A bad one is never an exception. */
export function parseMainBundle(files: Files): MainBundle {
  const texts = textsOf(files);
  return {
    texts,
    genesis: parseGenesis(texts, readSharedGenesis),
    ...parseChainWide(texts),
    main: parseFile(texts, MAIN_PATH, MAIN_FORMAT, (_json, text) => parseMainFile(text)),
    settlements: parseFile(texts, SETTLEMENTS_PATH, SETTLEMENTS_FORMAT, (_json, text) => parseSettlementsFile(text)),
    communities: new Map(
      [...texts.keys()].flatMap((path): [string, Parsed<CommunityFile>][] => {
        const chainId = communityOf(path);
        return chainId === undefined ? [] : [[chainId, parseCommunity(texts, path, chainId)]];
      }),
    ),
    ...parseDays(texts),
    ignored: [...texts.keys()].filter((path) => !isKnown(path)).sort(),
  };
}
