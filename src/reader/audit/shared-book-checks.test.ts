/** Check 3 of a book of communities: the book of sdk/vectors/shared-books.json, and one thing at a time that is wrong with it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeRoster, parseSharedBook, type Roster, rosterDigest, type SharedBook } from '../../protocol/index.ts';
import { type SharedDayFacts, sharedBookFaults, sharedInputs } from './shared-book-checks.ts';

const { book: text } = JSON.parse(readFileSync(new URL('../../../sdk/vectors/shared-books.json', import.meta.url), 'utf8')) as {
  book: string;
};
const written = parseSharedBook(text);
const [one, silent, two, three] = written.meters.map(({ meter }) => meter);
const roster: Roster = {
  day: written.day,
  meters: written.meters.map(({ meter, source }) => ({ meter, commitment: source === 'metered' ? 5n : null })),
};
const digestOf = (of: Roster) => rosterDigest(encodeRoster(of));
const book: SharedBook = { ...written, rosterDigest: digestOf(roster) };
const facts: SharedDayFacts = {
  ...{ chainId: book.chainId, tick: 1000, keyIds: book.keys, roster, disputed: new Set(), tariff: book.tariff, totals: book.X },
};

/** Lines that are wrong. */
const wrong = (change: Partial<SharedBook>, of: Partial<SharedDayFacts> = {}): string[] =>
  Object.entries(sharedBookFaults({ ...book, ...change }, { ...facts, ...of }))
    .filter(([, faults]) => faults.length > 0)
    .map(([name]) => name);
const meters = (change: (entry: SharedBook['meters'][number]) => SharedBook['meters'][number] | null) => ({
  meters: book.meters.map(change).filter((entry) => entry !== null),
});
const at = (list: readonly number[], price: number): number[] => list.map((value, i) => (i === 3 ? price : value));

describe('a book of communities', () => {
  test('is what roster, disputes, tariff, keys and anchor say', () => {
    expect(wrong({})).toEqual([]);
  });

  test.each<[string, string, Partial<SharedBook>, Partial<SharedDayFacts>?]>([
    ['of another chain', 'book', { chainId: 'electra-main-5eed0002' }],
    ['of another day', 'book', { day: 20_636 }],
    ['of another roster', 'meters', { rosterDigest: '00'.repeat(32) }],
    ['with a disputed one as metered', 'meters', {}, { disputed: new Set([one]) }],
    ['with one absent who is there', 'meters', meters((m) => (m.meter === one ? { source: 'absent', meter: one } : m))],
    [
      'with one metered who is silent',
      'meters',
      meters((m) => (m.meter === silent ? ({ ...book.meters[0], meter: silent } as typeof m) : m)),
    ],
    ['without one of the roster', 'meters', meters((m) => (m.meter === silent ? null : m))],
    ['with another C', 'meters', meters((m) => (m.meter === two ? ({ ...m, C: 6n } as typeof m) : m))],
    ['with another rule', 'tariff', { tariff: { ...book.tariff, rule: 'mid-market/1' } }],
    ['with another fee', 'tariff', { tariff: { ...book.tariff, feePerDayNel: 1n } }],
    [
      'at another price',
      'tariff',
      {
        tariff: { ...book.tariff, retailNelPerWh: at(book.tariff.retailNelPerWh, 192_000) },
        prices: { ...book.prices, buyNelPerWh: at(book.prices.buyNelPerWh, 192_000) },
      },
    ],
    ['bought above it', 'prices', { prices: { ...book.prices, buyNelPerWh: at(book.prices.buyNelPerWh, 192_000) } }],
    ['sold below 0', 'prices', { prices: { ...book.prices, sellNelPerWh: at(book.prices.sellNelPerWh, -1000) } }],
    [
      'with neither price that of what is shared',
      'prices',
      { prices: { ...book.prices, buyNelPerWh: at(book.prices.buyNelPerWh, 190_000) } },
    ],
    ['with half a tick', 'prices', { prices: { ...book.prices, sellNelPerWh: at(book.prices.sellNelPerWh, 70_500) } }],
    ['under another key', 'keys', { keys: { ...book.keys, net: '11'.repeat(32) } }],
    ['with other totals', 'anchor', { X: 78n }],
  ])('is refused %s', (_, line, change, of) => {
    expect(wrong(change, of)).toEqual([line]);
  });

  test('of one alone is none, and of a void day neither', () => {
    const alone = meters((m) => (m.meter === one || m.source === 'absent' ? m : { source: 'absent', meter: m.meter }));
    expect(wrong(alone, { disputed: new Set([two, three]) })).toEqual(['meters']);
    const empty = { ...roster, meters: roster.meters.map((m) => (m.meter === one ? m : { ...m, commitment: null })) };
    expect(wrong({ ...alone, rosterDigest: digestOf(empty) }, { roster: empty })).toEqual(['book', 'meters']);
  });
});

test('its proofs are asked for the metered alone, and for the sum of their S', () => {
  const bills = [one, two, three].map((meter, i) => ({ meter, S: BigInt(i + 1), proof: null as never }));
  const inputs = sharedInputs(book, { hash: '22'.repeat(32), tick: 1000, bills });
  expect(inputs.bills.map((of) => of.length)).toEqual([203, 203, 203]);
  expect(inputs.bills.map((of) => [of[2], of[5]])).toEqual([1, 3, 4].map((n, i) => [7n + BigInt(n), BigInt(i + 1)]));
  expect(inputs.clearing).toHaveLength(293);
  expect(inputs.clearing.slice(0, 3)).toEqual([book.X, inputs.bills[0][6], 6n]);
  expect(inputs.clearing.slice(5, 101)).toEqual(Array(96).fill(191n));
});
