/** How a case of a proven book is made: from a proven day of the audit's test community, and one change of it. */
import { createHash } from 'node:crypto';
import { encodeWhole, FIELD_ORDER, parseChainFile, parseProofs } from '../../../src/protocol/index.ts';
import { type BundleName, DAY1, DAY2, type Editable, filesOf } from '../audit/bundles.ts';
import { bigEndian32, withBook, withProofs, withText } from './altered.ts';

export interface Anchored {
  book_hash: string;
  /** X, hex; null in a correction */
  totals: string | null;
}

export interface ProveCase {
  name: string;
  /** which whole it is or was made of */
  of: string;
  whole: Uint8Array;
  /** null: nothing is anchored */
  anchor: Anchored | null;
  /** wholes that are proven before, in this order */
  after: readonly string[];
  /** chain time at which it comes */
  unix_s: number;
  /** the chain's error; null: it is taken */
  refused: string | null;
  /** a check of the audit that fails; null: no bundle can be made of it, or nothing is wrong with that bundle */
  audit: string | null;
}

export interface Source {
  bundle: BundleName;
  date: string;
  version: number;
  after: readonly string[];
}

/** Wholes by name: of which bundle and day, and what is proven before them. */
export const SOURCES: Readonly<Record<string, Source>> = {
  'honest 1': { bundle: 'honest', date: DAY1, version: 1, after: [] },
  'honest 2': { bundle: 'honest', date: DAY2, version: 1, after: ['honest 1'] },
  'substituted 2': { bundle: 'substituted', date: DAY2, version: 1, after: ['honest 1'] },
  'raised 2': { bundle: 'raised', date: DAY2, version: 1, after: ['honest 1'] },
  'moved 2': { bundle: 'moved', date: DAY2, version: 1, after: ['honest 1'] },
  'broken link 2': { bundle: 'broken-link', date: DAY2, version: 1, after: ['honest 1'] },
  'exceptions 1': { bundle: 'corrected', date: DAY1, version: 1, after: [] },
  'exceptions 2': { bundle: 'corrected', date: DAY2, version: 1, after: ['exceptions 1'] },
  'correction of 1': { bundle: 'corrected', date: DAY1, version: 2, after: ['exceptions 1', 'exceptions 2'] },
};

export const chainOf = ({ bundle, date }: Source) => parseChainFile(filesOf(bundle).get(`days/${date}/chain.json`)!);

export function wholeOf({ bundle, date, version }: Source): Uint8Array {
  const files = filesOf(bundle);
  const suffix = version === 1 ? '' : `.v${version}`;
  const text = (name: string): string => files.get(`days/${date}/${name}${suffix}.json`)!;
  return encodeWhole(text('book'), parseProofs(text('proofs')));
}

export const wholes = Object.fromEntries(Object.entries(SOURCES).map(([name, source]) => [name, wholeOf(source)]));

/** What an operator anchors who has this whole proven. */
export function anchorOf(whole: Uint8Array): Anchored {
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(1, true);
  const text = Buffer.from(whole.subarray(5, 5 + length));
  const X = /"X":"(\d+)"/.exec(text.toString('utf8'))?.[1];
  return {
    book_hash: createHash('sha256').update(text).digest('hex'),
    totals: X === undefined ? null : Buffer.from(bigEndian32(BigInt(X))).toString('hex'),
  };
}

type Over = Partial<Pick<ProveCase, 'anchor' | 'after' | 'unix_s'>>;

function make(
  name: string,
  of: string,
  change: (whole: Uint8Array) => Uint8Array,
  judged: Pick<ProveCase, 'refused' | 'audit'>,
  over: Over = {},
) {
  const whole = change(wholes[of]);
  const source = SOURCES[of];
  const { unixS } = chainOf(source).anchors.find(({ version }) => version === source.version)!;
  return {
    name,
    of,
    whole,
    anchor: over.anchor === undefined ? anchorOf(whole) : over.anchor,
    after: source.after,
    unix_s: unixS + 600,
    ...judged,
    ...over,
  };
}

export const same = (whole: Uint8Array): Uint8Array => whole;
export const taken = (name: string, of: string, change = same) => make(name, of, change, { refused: null, audit: null });
export const refusing =
  (refused: string) =>
  (
    name: string,
    change: (whole: Uint8Array) => Uint8Array,
    audit: string | null,
    { of = 'honest 2', ...over }: Over & { of?: string } = {},
  ) =>
    make(name, of, change, { refused, audit }, over);

/** The anchor of the whole as it was. */
export const unanchored = (of: string): Over => ({ anchor: anchorOf(wholes[of]) });
export const plusOne = (decimal: string): string => String((BigInt(decimal) + 1n) % FIELD_ORDER);
export const edited = (change: (book: Editable) => void) => (whole: Uint8Array) => withBook(whole, change);
export const proven = (change: (proofs: Editable) => void) => (whole: Uint8Array) => withProofs(whole, change);
export const replaced = (from: string | RegExp, to: string) => (whole: Uint8Array) => withText(whole, (text) => text.replace(from, to));
