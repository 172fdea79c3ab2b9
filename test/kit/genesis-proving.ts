/** What the continued genesis of sdk/vectors/geneses.json may have of proven books, and changes of it that no chain could have come to. */
import { compareAddresses, DAY_S } from '../../src/protocol/index.ts';
import { base64, FIRST_DAY, genesisAddress } from './genesis.ts';
import type { GenesisCase } from './genesis-changes.ts';
import type { Untyped } from './untyped.ts';

const AT = ['app_state', 'meter', 'proving'];
const SECOND = FIRST_DAY + 1;
const END_UNIX_S = (FIRST_DAY + 4) * DAY_S + 100;
const FIELD = Buffer.alloc(32, 0).fill(5, 31).toString('base64');
const [ONE, TWO, THREE] = [1, 2, 3].map(genesisAddress);

/** Both days that have books are proven, and the correction of the second, which bills the second meter. */
function sound(): Untyped {
  const book = (day: number, version: number, more: object) => ({
    ...{
      day,
      version,
      totals: version === 1 ? FIELD : null,
      copies: 0,
      height: '905',
      unix_s: String(END_UNIX_S - 5),
      prices_hash: base64(8),
    },
    ...more,
  });
  const link = (meter: string, metered: boolean) => ({ meter, day: SECOND, metered, link: FIELD });
  return {
    books: [
      book(FIRST_DAY, 1, { book_hash: base64(3), entries: 3 }),
      book(SECOND, 1, { book_hash: base64(4), entries: 3, copies: 2 }),
      book(SECOND, 2, { book_hash: base64(5), entries: 1 }),
    ],
    links: [link(ONE, true), link(TWO, false), link(THREE, false)].sort((a, b) => compareAddresses(a.meter, b.meter)),
    late: [{ meter: TWO, day: SECOND }],
  };
}

const proving = (what: string, change: (of: Untyped) => void, field?: string): GenesisCase => {
  const value = sound();
  change(value);
  const refused = field === undefined ? {} : { field };
  return { what, of: 'continued', set: [{ at: AT, value }], ...refused, ...(field === undefined ? { departures: [] } : {}) };
};

/** Days further back than the void ones of a chain that went on for long enough. */
const VOID_S = 14 * DAY_S;

export const PROVEN: readonly GenesisCase[] = [
  proving('proven books', () => {}),
  proving('a first book alone', (of) => {
    of.books.splice(1);
    for (const link of of.links) Object.assign(link, { day: FIRST_DAY, metered: true });
    of.late = [];
  }),
  { what: 'proven books of null', of: 'continued', set: [{ at: AT, value: null }], field: 'proving' },
  { what: 'proven books of a fresh chain', of: 'fresh', set: [{ at: AT, value: sound() }], field: 'next_freeze_day' },
  proving('no proven book', (of) => of.books.splice(0), 'proving'),
  proving('a proven book without its entries', (of) => delete of.books[0].entries, 'proving.books[0].entries'),
  proving('a proven book that nobody anchored', (of) => (of.books[2].version = 3), 'proving.books[2]'),
  proving('a proven book with another hash', (of) => (of.books[0].book_hash = base64(9)), 'proving.books[0]'),
  proving('a proven book with other totals', (of) => (of.books[0].totals = base64(0)), 'proving.books[0]'),
  proving('a book that was proven before its anchor', (of) => (of.books[0].unix_s = String(END_UNIX_S - 10)), 'proving.books[0]'),
  proving('a book that was proven after the export', (of) => (of.books[0].unix_s = String(END_UNIX_S + 1)), 'proving.books[0]'),
  proving('a proven first book of two of three meters', (of) => (of.books[0].entries = 2), 'proving.books[0].entries'),
  proving('a proven book with more copies than entries', (of) => (of.books[2].copies = 2), 'proving.books[2].entries'),
  proving('a hash of prices of 31 bytes', (of) => (of.books[1].prices_hash = base64(1, 31)), 'proving.books[1].prices_hash'),
  proving('proven books out of order', (of) => of.books.reverse(), 'proving.books[1]'),
  proving('a proven correction with other prices', (of) => (of.books[2].prices_hash = base64(9)), 'proving.books[2].version'),
  proving('a proven day whose day before is neither proven nor void', (of) => of.books.splice(0, 1), 'proving.books[0].day'),
  proving('a link too few', (of) => of.links.splice(1, 1), 'proving.links'),
  proving('a link of another day than the last proven', (of) => (of.links[0].day = FIRST_DAY), 'proving.links[0]'),
  proving('a link of a metered day that is not', (of) => (of.links[0].metered = !of.links[0].metered), 'proving.links[0]'),
  proving('a link above the field order', (of) => (of.links[0].link = Buffer.alloc(32, 255).toString('base64')), 'proving.links[0]'),
  proving('links out of order', (of) => of.links.reverse(), 'proving.links[1]'),
  proving('a late statement that is none', (of) => (of.late[0].meter = THREE), 'proving.late[0]'),
  proving('a late statement of a day without a correction', (of) => (of.late[0].day = FIRST_DAY), 'proving.late[0]'),
  proving('a late statement twice', (of) => of.late.push(of.late[0]), 'proving.late[1]'),
  {
    what: 'a book that was proven of a day that was void',
    of: 'continued',
    set: [
      ...['genesis_time'].map((name) => ({
        at: [name],
        value: `${new Date((END_UNIX_S + VOID_S + 3600) * 1000).toISOString().slice(0, 19)}Z`,
      })),
      { at: ['app_state', 'meter', 'last_unix_s'], value: String(END_UNIX_S + VOID_S) },
      { at: AT, value: { ...sound(), books: sound().books.map((book: object) => ({ ...book, unix_s: String(END_UNIX_S + VOID_S) })) } },
    ],
    field: 'proving.books[0].unix_s',
  },
];
