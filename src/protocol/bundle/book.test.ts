import { toBech32 } from '@cosmjs/encoding';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { perCircuit } from '../circuits.ts';
import { decodeRoster, encodeRoster, rosterDigest } from '../day/roster.ts';
import { FIELD_ORDER } from '../values/field.ts';
import { type Book, bookHash, encodeBook, parseBook, rhoOf } from './book.ts';

const meter = (n: number) =>
  toBech32(
    'electra',
    Uint8Array.from({ length: 20 }, (_, i) => (i === 19 ? n : 7)),
  );
const flat = (value: number) => Array.from({ length: 96 }, () => value);
const book = (over: Partial<Book> = {}): Book => ({
  chainId: 'electra-test-00000001',
  day: 20635,
  version: 1,
  tariff: { rule: 'mid-market/1', retailNelPerWh: flat(300_000), feedInNelPerWh: flat(-80_000), feePerDayNel: 5n },
  rosterDigest: 'ab'.repeat(32),
  keys: perCircuit(() => '01'.repeat(32)),
  X: 9n,
  prices: { buyNelPerWh: flat(190_000), sellNelPerWh: flat(-1000) },
  meters: [1, 2, 3].map((n) => ({ meter: meter(n), source: 'metered' as const, C: 1n, K: 2n, B: 3n, L0: 4n, L1: 5n, copied: null })),
  ...over,
});
const unmetered = (copied: Book['meters'][number]['copied'], over: Partial<Book> = {}): Book =>
  book({ meters: book().meters.map((m, i) => (i === 1 ? { ...m, source: 'substitute' as const, copied } : m)), ...over });
const change = (edit: (text: string) => string) => () => parseBook(edit(encodeBook(book())));

describe('a day book', () => {
  test('is read back as it was written', () => expect(parseBook(encodeBook(book()))).toEqual(book()));
  test('gives other hashes and rho for any change', () => {
    const [a, b] = [bookHash(encodeBook(book())), bookHash(encodeBook(book({ X: 10n })))];
    expect(a).not.toBe(b);
    expect(rhoOf(a)).not.toBe(rhoOf(b));
    expect(rhoOf(a) < 1n << 248n).toBe(true);
  });
  test('of a correction has no X', () => expect(parseBook(encodeBook(book({ version: 2, X: null }))).X).toBeNull());

  test('names the day that a substitute copies, or none', () => {
    for (const copied of [
      { fromDay: 20_628, from: 7n },
      { fromDay: 0, from: 0n },
    ])
      expect(parseBook(encodeBook(unmetered(copied)))).toEqual(unmetered(copied));
  });
  test.each<[string, () => string, RegExp]>([
    ['without the day that a substitute copies', () => encodeBook(unmetered(null)), /meters\[1\]\.fromDay/],
    ['with a copy of itself', () => encodeBook(unmetered({ fromDay: 20_635, from: 7n })), /meters\[1\]\.fromDay.*before/],
    ['with a copy of a day without a commitment', () => encodeBook(unmetered({ fromDay: 20_628, from: 0n })), /meters\[1\]\.from/],
    ['with a commitment of no day', () => encodeBook(unmetered({ fromDay: 0, from: 7n })), /meters\[1\]\.from/],
    [
      'with a copy in a correction',
      () => encodeBook(unmetered({ fromDay: 20_628, from: 7n }, { version: 2, X: null })),
      /meters\[1\]\.fromDay/,
    ],
    [
      'with a copy of a metered day',
      () => encodeBook(unmetered({ fromDay: 20_628, from: 7n })).replace('"source":"substitute"', '"source":"metered"'),
      /meters\[1\]\.fromDay/,
    ],
  ])('is refused %s', (_, text, message) => expect(() => parseBook(text())).toThrow(message));
  test('of a correction has substitutes that copy nothing', () => {
    const later = unmetered(null, { version: 2, X: null });
    expect(parseBook(encodeBook(later))).toEqual(later);
  });

  const refused: [string, (text: string) => string, RegExp][] = [
    ['when it is cut short', (t) => t.slice(0, -5), /truncated/],
    ['with a space', (t) => t.replace('":', '": '), /canonical/],
    ['with keys in another order', (t) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(t)).reverse())), /canonical/],
    ['with a key twice', (t) => t.replace('{', '{"X":"9",'), /canonical/],
    ['with a number where a decimal string belongs', (t) => t.replace('"day":"20635"', '"day":20635'), /book\.day/],
    ['with a leading zero', (t) => t.replace('"day":"20635"', '"day":"020635"'), /book\.day/],
    ['with a commitment of r', (t) => t.replace('"C":"1"', `"C":"${FIELD_ORDER}"`), /meters\[0\]\.C/],
    ['with a meter twice', (t) => t.replaceAll(meter(2), meter(1)), /meters\[1\]\.meter.*doubled/],
    ['with meters out of order', (t) => t.replace(meter(1), 'x').replace(meter(2), meter(1)).replace('x', meter(2)), /meters\[1\]\.meter/],
    ['with a foreign address', (t) => t.replace(meter(1), toBech32('cosmos', new Uint8Array(20))), /meters\[0\]\.meter/],
    ['with an unknown source', (t) => t.replace('"metered"', '"guessed"'), /source/],
    ['with an unknown key', (t) => t.replace('"B":"3"', '"A":"1","B":"3"'), /meters\[0\]\.A/],
    ['with 95 prices', (t) => t.replace('"190000",', ''), /buyNelPerWh.*96/],
    ['with half a surrogate pair, which has no canonical text', (t) => t.replace('"electra-test', '"\\ud800electra-test'), /RFC 8785/],
    ['without X', (t) => t.replace('"X":"9",', ''), /book\.X/],
  ];
  test.each(refused)('is refused %s', (_name, edit, message) => expect(change(edit)).toThrow(message));
});

describe('a roster', () => {
  const roster = { day: 20635, meters: [1, 2, 9].map((n) => ({ meter: meter(n), commitment: n === 2 ? null : BigInt(n) })) };
  test('is read back as it was written, with a digest that any change moves', () => {
    const encoded = encodeRoster(roster);
    expect(decodeRoster(encoded)).toEqual(roster);
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const other = encoded.slice();
        other[at] ^= flip;
        expect(rosterDigest(other)).not.toBe(rosterDigest(encoded));
      }),
    );
  });
  test('may be empty', () => expect(decodeRoster(encodeRoster({ day: 1, meters: [] })).meters).toEqual([]));

  const encoded = encodeRoster(roster);
  const edit = (at: number, value: number) => {
    const bytes = encoded.slice();
    bytes[at] = value;
    return bytes;
  };
  const refused: [string, Uint8Array, RegExp][] = [
    ['cut short', encoded.slice(0, -1), /bytes for 3 meters/],
    ['of another version', edit(0, 2), /version/],
    ['with a present flag of 2', edit(9 + 20, 2), /present/],
    ['with a commitment hidden behind an absent flag', edit(9 + 20, 0), /zeros where none/],
    ['with addresses out of order', edit(9 + 19, 200), /rising order/],
  ];
  test.each(refused)('is refused %s', (_name, bytes, message) => expect(() => decodeRoster(bytes)).toThrow(message));
});
