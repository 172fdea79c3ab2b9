/**
 * What a genesis has of books that the chain has verified (docs/prove-book.md): `proving` {books, links, late}, of a chain that goes on.
 * The key is left out where no book was ever proven, so the genesis of a chain that proves none is what it was before there was anything
 * to prove. The rules are those of chain/x/meter/types/genesis_proving.go, by the same table: sdk/vectors/geneses.json.
 */
import { compareAddresses, decodeRoster, type Roster } from '../day/roster.ts';
import { isVoidAtFreeze, VOID_AFTER_S } from '../day/void.ts';
import { equalBytes } from '../values/bytes.ts';
import { array, base64, bool, object, type Shape, u32 } from '../values/shape.ts';
import { address, day, fieldElement, type HeightReader, key, STATE, unixS, wrong } from './fields.ts';
import type { GenesisHistory, MeterDay } from './history.ts';
import type { GenesisParams } from './params.ts';

export const PROVING_KEY = 'proving';
const PROVING = `${STATE}.${PROVING_KEY}`;
const HASH_BYTES = 32;

export interface ProvenBook {
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

/**
 * links: how each meter's latest proven first book ends. late: statements that a proven later version bills. bills: of communities, what is
 * owed for a day that is not settled, hidden.
 */
export interface GenesisProving {
  books: readonly ProvenBook[];
  links: readonly (MeterDay & { metered: boolean; link: Uint8Array })[];
  late: readonly MeterDay[];
  bills: readonly (MeterDay & { bill: Uint8Array })[];
}

const BOOK_KEYS = ['day', 'version', 'book_hash', 'totals', 'entries', 'copies', 'height', 'unix_s', 'prices_hash'];

const refuse = (is: boolean, field: string, expected: string): void => {
  if (is) throw wrong(field, expected);
};

/** Null where the key is left out. @throws ProtocolError naming the field */
export function readProving(state: Shape, at: HeightReader, rule: GenesisParams['rule']): GenesisProving | null {
  if (!Object.hasOwn(state, PROVING_KEY)) return null;
  const proving = object(state.proving, PROVING, ['books', 'links', 'late', ...(rule === null ? [] : ['bills'])]);
  const each = <T>(name: string, keys: readonly string[], read: (entry: Shape, field: string) => T): T[] =>
    array(proving[name], `${PROVING}.${name}`).map((entry, i) =>
      read(object(entry, `${PROVING}.${name}[${i}]`, keys), `${PROVING}.${name}[${i}]`),
    );
  const meterDay = (e: Shape, field: string): MeterDay => ({ meter: address(e.meter, `${field}.meter`), day: day(e.day, `${field}.day`) });
  return {
    books: each('books', BOOK_KEYS, (b, field) => ({
      day: u32(b.day, `${field}.day`),
      version: u32(b.version, `${field}.version`),
      bookHash: key(b.book_hash, `${field}.book_hash`),
      totals: b.totals === null ? null : fieldElement(b.totals, `${field}.totals`),
      entries: u32(b.entries, `${field}.entries`),
      copies: u32(b.copies, `${field}.copies`),
      height: at(b.height, `${field}.height`),
      unixS: unixS(b.unix_s, `${field}.unix_s`),
      pricesHash: base64(b.prices_hash, `${field}.prices_hash`, HASH_BYTES),
    })),
    links: each('links', ['meter', 'day', 'metered', 'link'], (l, field) => ({
      ...meterDay(l, field),
      metered: bool(l.metered, `${field}.metered`),
      link: fieldElement(l.link, `${field}.link`),
    })),
    late: each('late', ['meter', 'day'], meterDay),
    bills:
      rule === null
        ? []
        : each('bills', ['meter', 'day', 'bill'], (b, field) => ({ ...meterDay(b, field), bill: fieldElement(b.bill, `${field}.bill`) })),
  };
}

type Past = Pick<GenesisHistory, 'rosters' | 'anchors' | 'disputes' | 'lastUnixS'> & { params: Pick<GenesisParams, 'rule'> };

/** What the rest of a state says of days that may be proven. Whatever is in it was checked before. */
class Provable {
  readonly frozenUnixS = new Map<number, number>();
  readonly rosters = new Map<number, Roster['meters']>();
  readonly late = new Map<number, Roster['meters']>();
  readonly disputed: ReadonlySet<string>;
  readonly #past: Past;

  constructor(past: Past) {
    this.#past = past;
    for (const { day, late, encoded, unixS } of past.rosters) {
      (late ? this.late : this.rosters).set(day, decodeRoster(encoded).meters);
      if (!late) this.frozenUnixS.set(day, unixS);
    }
    this.disputed = new Set(past.disputes.map(({ day, meter }) => `${day} ${meter}`));
  }

  /** A book alone: anchored, and of the roster's size. */
  check(book: ProvenBook, field: string): void {
    const anchor = this.#past.anchors.find(({ day, version }) => day === book.day && version === book.version);
    const isAnchored =
      anchor !== undefined &&
      equalBytes(anchor.bookHash, book.bookHash) &&
      equalBytes(anchor.totals ?? new Uint8Array(), book.totals ?? new Uint8Array());
    refuse(!isAnchored, field, "an anchored book's day, version, hash and totals");
    refuse(book.unixS < anchor!.unixS || book.unixS > this.#past.lastUnixS, field, 'a time of this chain, not before the anchor');
    const listed = this.rosters.get(book.day)!.length;
    refuse(
      book.entries > listed || (book.version === 1 && book.entries !== listed) || book.copies > book.entries,
      `${field}.entries`,
      `the roster's ${listed}, or some of them in a later version, and no more copies`,
    );
  }

  /** First books come after those of the days before, or when these are void; later ones after those before them. */
  checkOrder(books: readonly ProvenBook[]): void {
    const proven = new Map(books.map((book) => [`${book.day} ${book.version}`, book]));
    books.forEach((book, i) => {
      const field = `${PROVING}.books[${i}]`;
      if (book.version > 1) {
        const before = proven.get(`${book.day} ${book.version - 1}`);
        const isNext = before !== undefined && before.unixS <= book.unixS && equalBytes(before.pricesHash, book.pricesHash);
        refuse(!isNext, `${field}.version`, 'the version before it, with the same prices, to be proven before');
        return;
      }
      refuse(
        book.unixS >= this.frozenUnixS.get(book.day)! + VOID_AFTER_S,
        `${field}.unix_s`,
        `less than ${VOID_AFTER_S} s after the freeze`,
      );
      const frozen = this.frozenUnixS.get(this.#lastBefore(book.day));
      const before = proven.get(`${this.#lastBefore(book.day)} 1`);
      const isEarly = frozen !== undefined && (before ? before.unixS > book.unixS : book.unixS < frozen + VOID_AFTER_S);
      refuse(isEarly, `${field}.day`, `day ${this.#lastBefore(book.day)} to be proven before it, or void`);
    });
  }

  /** The last day before one that was not void as soon as it was frozen. */
  #lastBefore(day: number): number {
    const roster = this.rosters.get(day - 1);
    const isEmpty = this.#past.params.rule !== null && roster !== undefined && isVoidAtFreeze(roster);
    return isEmpty ? this.#lastBefore(day - 1) : day - 1;
  }

  /** One link for each meter of any proven roster, of the last of its proven days. */
  checkLinks(books: readonly ProvenBook[], links: GenesisProving['links']): void {
    const due = new Map<string, { day: number; metered: boolean }>();
    for (const { day, version } of books)
      for (const { meter, commitment } of version === 1 && this.#past.params.rule === null ? this.rosters.get(day)! : [])
        due.set(meter, { day, metered: commitment !== null && !this.disputed.has(`${day} ${meter}`) });
    links.forEach(({ meter, day, metered }, i) => {
      const field = `${PROVING}.links[${i}]`;
      const wanted = due.get(meter);
      refuse(wanted?.day !== day || wanted.metered !== metered, field, "a meter's latest proven day, once, and whether it is metered");
      due.delete(meter);
      refuse(i > 0 && compareAddresses(links[i - 1].meter, meter) >= 0, field, 'the order of addresses');
    });
    refuse(due.size > 0, `${PROVING}.links`, 'one of each meter of a proven day');
  }

  /** Late statements of days with a proven later version, each once. */
  checkLate(books: readonly ProvenBook[], late: GenesisProving['late']): void {
    late.forEach(({ meter, day }, i) => {
      const field = `${PROVING}.late[${i}]`;
      const isCorrected = books.some((book) => book.day === day && book.version === 2);
      const signed = this.late.get(day)?.find((entry) => entry.meter === meter)?.commitment ?? null;
      refuse(
        !isCorrected || signed === null || this.disputed.has(`${day} ${meter}`),
        field,
        'an undisputed late statement of a corrected day',
      );
      const before = late[i - 1];
      const isRising = !before || before.day < day || (before.day === day && compareAddresses(before.meter, meter) < 0);
      refuse(!isRising, field, 'the order of days and addresses');
    });
  }
}

/** What is asked of bills of communities besides: shared-bills.ts. */
export type BillsCheck = (proving: GenesisProving, of: Pick<Provable, 'rosters' | 'disputed'>) => void;

/** @throws ProtocolError naming the field */
export function checkProving(proving: GenesisProving | null, past: Past, fresh: boolean, checkBills: BillsCheck | null): void {
  if (proving === null) return;
  refuse(fresh, `${STATE}.next_freeze_day`, 'a day, where there is a past');
  const { books, links, late } = proving;
  refuse(books.length === 0, PROVING, 'to be left out where no book is proven');
  const provable = new Provable(past);
  books.forEach((book, i) => {
    provable.check(book, `${PROVING}.books[${i}]`);
    const before = books[i - 1];
    const isRising = !before || before.day < book.day || (before.day === book.day && before.version < book.version);
    refuse(!isRising, `${PROVING}.books[${i}]`, 'the order of days and versions');
  });
  provable.checkOrder(books);
  provable.checkLinks(books, links);
  provable.checkLate(books, late);
  checkBills?.(proving, provable);
}
