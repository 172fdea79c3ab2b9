/**
 * The day book of a chain whose members are communities (docs/shared-rule.md). It has an entry for everybody on the roster: metered, as a
 * community's own book has it, or absent, with who it is and nothing else. There are no later versions.
 */
import { MAIN_CIRCUIT_NAMES, type MainCircuitName } from '../circuits.ts';
import type { Prices, Tariff } from '../day/prices.ts';
import { compareAddresses } from '../day/roster.ts';
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { fieldFromDecimal } from '../values/field.ts';
import { array, hex, object, oneOf, record, small, text } from '../values/shape.ts';
import { BOOK_FORMAT, type BookMeter } from './book.ts';
import { decimals, meterOf, parsePrices, parseTariff, tariffJson, U32 } from './parts.ts';

export type SharedBookMeter = { source: 'absent'; meter: string } | ({ source: 'metered' } & Omit<BookMeter, 'source' | 'copied'>);

export interface SharedBook {
  chainId: string;
  day: number;
  tariff: Tariff;
  /** hex */
  rosterDigest: string;
  /** ids of the verification keys, by circuit */
  keys: Readonly<Record<MainCircuitName, string>>;
  /** totals of the metered, hidden */
  X: bigint;
  prices: Prices;
  meters: readonly SharedBookMeter[];
}

const ELEMENTS = ['C', 'K', 'B', 'L0', 'L1'] as const;

const perMainCircuit = (of: (name: MainCircuitName) => string) =>
  Object.fromEntries(MAIN_CIRCUIT_NAMES.map((name) => [name, of(name)])) as Record<MainCircuitName, string>;

const meterJson = (m: SharedBookMeter): Json => ({
  meter: m.meter,
  source: m.source,
  ...(m.source === 'absent' ? {} : Object.fromEntries(ELEMENTS.map((name) => [name, String(m[name])]))),
});

/** The canonical text of a book. */
export const encodeSharedBook = (book: SharedBook): string =>
  canonicalJson({
    format: BOOK_FORMAT,
    chainId: book.chainId,
    day: String(book.day),
    version: '1',
    tariff: tariffJson(book.tariff),
    rosterDigest: book.rosterDigest,
    keys: perMainCircuit((name) => book.keys[name]),
    X: String(book.X),
    prices: { buyNelPerWh: decimals(book.prices.buyNelPerWh), sellNelPerWh: decimals(book.prices.sellNelPerWh) },
    meters: book.meters.map(meterJson),
  });

function parseMeter(value: Json, field: string): SharedBookMeter {
  const source = oneOf(record(value, field).source, `${field}.source`, ['metered', 'absent'] as const);
  const m = object(value, field, source === 'absent' ? ['meter', 'source'] : ['meter', 'source', ...ELEMENTS]);
  const meter = meterOf(m.meter, `${field}.meter`);
  if (source === 'absent') return { source, meter };
  const element = (key: (typeof ELEMENTS)[number]) => fieldFromDecimal(m[key], `${field}.${key}`);
  return { source, meter, C: element('C'), K: element('K'), B: element('B'), L0: element('L0'), L1: element('L1') };
}

const KEYS = ['format', 'chainId', 'day', 'version', 'tariff', 'rosterDigest', 'keys', 'X', 'prices', 'meters'];

/** Reads a book from its exact bytes. @throws ProtocolError naming the field */
export function parseSharedBook(bytes: string): SharedBook {
  const b = object(parseCanonical(bytes, 'book'), 'book', KEYS);
  oneOf(b.format, 'book.format', [BOOK_FORMAT]);
  small(b.version, 'book.version', 1, 1);
  const keys = object(b.keys, 'book.keys', MAIN_CIRCUIT_NAMES);
  const prices = object(b.prices, 'book.prices', ['buyNelPerWh', 'sellNelPerWh']);
  const meters = array(b.meters, 'book.meters').map((m, i) => parseMeter(m, `book.meters[${i}]`));
  meters.forEach((m, i) => {
    if (i > 0 && compareAddresses(meters[i - 1].meter, m.meter) >= 0)
      throw new ProtocolError('not-sorted', `book.meters[${i}].meter`, 'strictly rising addresses (one is doubled or out of order)');
  });
  return {
    chainId: text(b.chainId, 'book.chainId'),
    day: small(b.day, 'book.day', 0, U32),
    tariff: parseTariff(b.tariff),
    rosterDigest: hex(b.rosterDigest, 'book.rosterDigest'),
    keys: perMainCircuit((name) => hex(keys[name], `book.keys.${name}`)),
    X: fieldFromDecimal(b.X, 'book.X'),
    prices: {
      buyNelPerWh: parsePrices(prices.buyNelPerWh, 'book.prices.buyNelPerWh'),
      sellNelPerWh: parsePrices(prices.sellNelPerWh, 'book.prices.sellNelPerWh'),
    },
    meters,
  };
}
