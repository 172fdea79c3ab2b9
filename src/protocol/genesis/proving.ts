/**
 * What a genesis keeps of proven books (docs/prove-book.md): `proving`, left out where no book was ever proven. It is the chain's own
 * knowledge for the books after them, so each part follows from anchors and rosters, but for what only the books said.
 */
import { bool, object, type Shape, u32 } from '../values/shape.ts';
import { address, bytesOrNone, day, eachIn, fieldElement, type HeightReader, KEY_BYTES, key, STATE, unixS, wrong } from './fields.ts';
import type { MeterDay } from './state.ts';

/** A book that the chain has verified. `copies`: entries that are not metered; `totals` null in later versions. */
export interface GenesisProven {
  day: number;
  version: number;
  bookHash: Uint8Array;
  totals: Uint8Array | null;
  entries: number;
  copies: number;
  height: number;
  unixS: number;
  pricesHash: Uint8Array;
}

export interface GenesisProving {
  books: readonly GenesisProven[];
  /** how each meter's latest proven version 1 ends */
  links: readonly (MeterDay & { metered: boolean; link: Uint8Array })[];
  /** late statements that a proven later version bills */
  late: readonly MeterDay[];
}

export const PROVING = 'proving';
export const PROVING_FIELD = `${STATE}.${PROVING}`;
const BOOK_KEYS = ['day', 'version', 'book_hash', 'totals', 'entries', 'copies', 'height', 'unix_s', 'prices_hash'];

/** @throws ProtocolError naming the field */
export function readProving(state: Shape, at: HeightReader): GenesisProving {
  if (!Object.hasOwn(state, PROVING)) return { books: [], links: [], late: [] };
  const each = eachIn(object(state[PROVING], PROVING_FIELD, ['books', 'links', 'late']), PROVING_FIELD);
  const meterDay = (e: Shape, field: string): MeterDay => ({ meter: address(e.meter, `${field}.meter`), day: day(e.day, `${field}.day`) });
  const proving = {
    books: each('books', BOOK_KEYS, (b, field) => ({
      day: day(b.day, `${field}.day`),
      version: u32(b.version, `${field}.version`),
      bookHash: key(b.book_hash, `${field}.book_hash`),
      totals: bytesOrNone(b.totals, `${field}.totals`, KEY_BYTES),
      entries: u32(b.entries, `${field}.entries`),
      copies: u32(b.copies, `${field}.copies`),
      height: at(b.height, `${field}.height`),
      unixS: unixS(b.unix_s, `${field}.unix_s`),
      pricesHash: key(b.prices_hash, `${field}.prices_hash`),
    })),
    links: each('links', ['meter', 'day', 'metered', 'link'], (l, field) => ({
      ...meterDay(l, field),
      metered: bool(l.metered, `${field}.metered`),
      link: fieldElement(l.link, `${field}.link`),
    })),
    late: each('late', ['meter', 'day'], meterDay),
  };
  if (proving.books.length === 0) throw wrong(`${PROVING_FIELD}.books`, 'a proven book, or no such key');
  return proving;
}
