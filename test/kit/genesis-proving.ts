/** What the continued genesis of sdk/vectors/geneses.json would keep of proven books, and changes of it, each with the field refused. */
import { toBase64 } from '@cosmjs/encoding';
import { compareAddresses } from '../../src/protocol/index.ts';
import { base64, FIRST_DAY, genesisAddress } from './genesis.ts';
import type { GenesisCase } from './genesis-cases.ts';

const [FIRST, SECOND] = [FIRST_DAY, FIRST_DAY + 1];
const END_UNIX_S = (FIRST_DAY + 4) * 86_400 + 100;
const X = toBase64(Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 5 : 0)));
const [one, two, three] = [1, 2, 3].map(genesisAddress);

const book = (day: number, version: number, over: object) => ({
  day,
  version,
  book_hash: base64(version + 3),
  totals: version === 1 ? X : null,
  entries: 3,
  copies: 0,
  height: '905',
  unix_s: String(END_UNIX_S - 5),
  prices_hash: base64(8),
  ...over,
});

/** Day one of three metered, day two with two copies, of which version 2 bills one. */
export const PROVING = {
  books: [
    book(FIRST, 1, { book_hash: base64(3) }),
    book(SECOND, 1, { book_hash: base64(4), copies: 2 }),
    book(SECOND, 2, { entries: 1, unix_s: String(END_UNIX_S) }),
  ],
  links: [one, two, three].sort(compareAddresses).map((meter) => ({ meter, day: SECOND, metered: meter === one, link: X })),
  late: [{ meter: two, day: SECOND }],
};

const PLACE = ['app_state', 'meter', 'proving'] as const;
type Under = readonly (string | number)[];

const nameOf = (at: Under): string => at.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
const whole = { at: PLACE, value: PROVING };
/** A value at a place below `proving`; the field refused is that place unless another is named. */
const wrong = (what: string, at: Under, value: unknown, field = nameOf(at)): GenesisCase => ({
  what,
  of: 'continued',
  set: [whole, { at: [...PLACE, ...at], value }],
  field: `proving${field}`,
});

const reordered = (list: 'books' | 'links'): unknown => [PROVING[list][1], PROVING[list][0], ...PROVING[list].slice(2)];
const at = (meter: string): number => PROVING.links.findIndex((link) => link.meter === meter);

const FIELDS = Object.entries({
  books: ['day', 'version', 'book_hash', 'totals', 'entries', 'copies', 'height', 'unix_s', 'prices_hash'],
  links: ['meter', 'day', 'metered', 'link'],
  late: ['meter', 'day'],
}).flatMap(([list, keys]) => keys.map((key) => [list, 0, key] as const));

export const PROVING_CASES: readonly GenesisCase[] = [
  { what: 'continued with proven books', of: 'continued', set: [whole], departures: [] },
  { what: 'proven books in a fresh genesis', of: 'fresh', set: [whole], field: 'next_freeze_day' },
  wrong('proven books that are none', [], { books: [], links: [], late: [] }, '.books'),
  wrong('proven books that are null', [], null),
  ...['books', 'links', 'late'].map((list) => wrong(`no ${list} of proven books`, [list], null)),
  wrong('a key besides of proven books', ['parts'], []),
  ...FIELDS.map(
    ([list, i, key]): GenesisCase => ({
      what: `no proving.${list}[${i}].${key}`,
      of: 'continued',
      set: [whole, { at: [...PLACE, list, i, key] }],
      field: `proving.${list}[${i}].${key}`,
    }),
  ),
  wrong('a proven book that is not the anchored one', ['books', 0, 'book_hash'], base64(9), '.books[0]'),
  wrong('a proven book with other totals', ['books', 0, 'totals'], base64(1), '.books[0]'),
  wrong('a proven correction with totals', ['books', 2, 'totals'], X, '.books[2]'),
  wrong('proven books out of order', ['books'], reordered('books'), '.books[0].day'),
  wrong('a proven book twice', ['books', 1], PROVING.books[0], '.books[1].day'),
  wrong('a proven book without entries', ['books', 0, 'entries'], 0, '.books[0].copies'),
  wrong('more copies than entries', ['books', 0, 'copies'], 4),
  wrong('a book proven before its anchor', ['books', 0, 'unix_s'], String(END_UNIX_S - 10)),
  wrong('a book proven after the export', ['books', 0, 'unix_s'], String(END_UNIX_S + 1)),
  wrong('a correction at other prices', ['books', 2, 'prices_hash'], base64(7)),
  wrong('a proven correction of no proven book', ['books'], [PROVING.books[0], PROVING.books[2]], '.books[1].prices_hash'),
  wrong('a proven book after a day that is neither proven nor void', ['books'], PROVING.books.slice(1), '.books[0].day'),
  wrong('the hash of prices of 31 bytes', ['books', 0, 'prices_hash'], base64(8, 31)),
  wrong('a link of another day', ['links', at(two), 'day'], FIRST, `.links[${at(two)}]`),
  wrong('a metered link without a commitment', ['links', at(two), 'metered'], true),
  wrong('a link of r or more', ['links', 0, 'link'], base64(255)),
  wrong('links out of order', ['links'], reordered('links'), '.links[1].meter'),
  wrong('a link left out', ['links'], PROVING.links.slice(1), '.links'),
  wrong('a link of a meter in no proven book', ['links', 2, 'meter'], genesisAddress(4), '.links[2]'),
  wrong('a late statement that came in time', ['late', 0, 'meter'], one, '.late[0]'),
  wrong('a late statement of a day without a correction', ['late', 0, 'day'], FIRST, '.late[0]'),
  wrong('a late statement twice', ['late'], [PROVING.late[0], PROVING.late[0]], '.late[1]'),
];
