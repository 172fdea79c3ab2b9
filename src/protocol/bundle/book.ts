/**
 * `days/YYYY-MM-DD/book.json`, the day book: everything public about a community's day, in one canonical text (protocol §6).
 *
 * Its hash is anchored on the chain before any proof is released, and rho comes from the hash: whoever changes a byte of a draft
 * needs new masks, for one mask under two rho is a linear equation on private data.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { CIRCUIT_NAMES, type PerCircuit, perCircuit } from '../circuits.ts';
import type { Copied } from '../day/copied-day.ts';
import type { Prices, Tariff } from '../day/prices.ts';
import { compareAddresses } from '../day/roster.ts';
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { bigEndian, fieldFromDecimal } from '../values/field.ts';
import { array, hex, object, oneOf, small, text } from '../values/shape.ts';
import { decimals, meterOf, parsePrices, parseTariff, tariffJson, U32 } from './parts.ts';

export const BOOK_FORMAT = 'electra/book/v2';
export const SOURCES = ['metered', 'substitute', 'disputed'] as const;
export type Source = (typeof SOURCES)[number];

/** One meter's public entry. All values are field elements. */
export interface BookMeter {
  meter: string;
  source: Source;
  C: bigint;
  K: bigint;
  B: bigint;
  L0: bigint;
  L1: bigint;
  /**
   * Which day of the meter this one copies, both 0: none, it is zero. There for what version 1 has as not metered; null everywhere else
   */
  copied: Copied | null;
}

export interface Book {
  chainId: string;
  day: number;
  version: number;
  tariff: Tariff;
  /** hex */
  rosterDigest: string;
  /** ids of the verification keys (genesis/verification-keys.ts), by circuit */
  keys: PerCircuit<string>;
  /** Totals, hidden; null in a correction, whose prices are those of version 1. */
  X: bigint | null;
  prices: Prices;
  meters: readonly BookMeter[];
}

/** The canonical text of a book. */
export function encodeBook(book: Book): string {
  const { tariff, prices } = book;
  return canonicalJson({
    format: BOOK_FORMAT,
    chainId: book.chainId,
    day: String(book.day),
    version: String(book.version),
    tariff: tariffJson(tariff),
    rosterDigest: book.rosterDigest,
    keys: perCircuit((name) => book.keys[name]),
    ...(book.X === null ? {} : { X: String(book.X) }),
    prices: { buyNelPerWh: decimals(prices.buyNelPerWh), sellNelPerWh: decimals(prices.sellNelPerWh) },
    meters: book.meters.map((m) => ({
      meter: m.meter,
      source: m.source,
      C: String(m.C),
      K: String(m.K),
      B: String(m.B),
      L0: String(m.L0),
      L1: String(m.L1),
      ...(m.copied === null ? {} : { fromDay: String(m.copied.fromDay), from: String(m.copied.from) }),
    })),
  });
}

/** Day and commitment that a day copies: both 0, or neither. */
function parseCopied(fromDay: Json, from: Json, day: number, field: string): Copied {
  const copied = { fromDay: small(fromDay, `${field}.fromDay`, 0, U32), from: fieldFromDecimal(from, `${field}.from`) };
  if (copied.fromDay >= day) throw new ProtocolError('out-of-range', `${field}.fromDay`, 'a day before the one that is booked');
  if ((copied.fromDay === 0) !== (copied.from === 0n))
    throw new ProtocolError('out-of-range', `${field}.from`, '0 where fromDay is 0, and nowhere else');
  return copied;
}

function parseMeter(value: Json, { day, version, field }: { day: number; version: number; field: string }): BookMeter {
  const m = object(value, field, ['meter', 'source', 'C', 'K', 'B', 'L0', 'L1'], ['fromDay', 'from']);
  const element = (key: 'C' | 'K' | 'B' | 'L0' | 'L1') => fieldFromDecimal(m[key], `${field}.${key}`);
  const source = oneOf(m.source, `${field}.source`, SOURCES);
  const copies = version === 1 && source !== 'metered';
  for (const key of ['fromDay', 'from'] as const)
    if (Object.hasOwn(m, key) !== copies)
      throw new ProtocolError('unparsable', `${field}.${key}`, 'to be there in version 1 where a day is not metered, and nowhere else');
  return {
    meter: meterOf(m.meter, `${field}.meter`),
    source,
    C: element('C'),
    K: element('K'),
    B: element('B'),
    L0: element('L0'),
    L1: element('L1'),
    copied: copies ? parseCopied(m.fromDay, m.from, day, field) : null,
  };
}

/**
 * Reads a book from its exact bytes. Order and uniqueness of meters are checked here too: a list with a meter twice is no book.
 * @throws ProtocolError naming the field
 */
export function parseBook(bytes: string): Book {
  const value = parseCanonical(bytes, 'book');
  const b = object(value, 'book', ['format', 'chainId', 'day', 'version', 'tariff', 'rosterDigest', 'keys', 'prices', 'meters'], ['X']);
  oneOf(b.format, 'book.format', [BOOK_FORMAT]);
  const version = small(b.version, 'book.version', 1, U32);
  if ((version === 1) !== Object.hasOwn(b, 'X'))
    throw new ProtocolError('unparsable', 'book.X', 'to be there in version 1 and in no other');
  const day = small(b.day, 'book.day', 0, U32);
  const keys = object(b.keys, 'book.keys', CIRCUIT_NAMES);
  const prices = object(b.prices, 'book.prices', ['buyNelPerWh', 'sellNelPerWh']);
  const meters = array(b.meters, 'book.meters').map((m, i) => parseMeter(m, { day, version, field: `book.meters[${i}]` }));
  meters.forEach((m, i) => {
    if (i > 0 && compareAddresses(meters[i - 1].meter, m.meter) >= 0)
      throw new ProtocolError('not-sorted', `book.meters[${i}].meter`, 'strictly rising addresses (one is doubled or out of order)');
  });
  return {
    chainId: text(b.chainId, 'book.chainId'),
    day,
    version,
    tariff: parseTariff(b.tariff),
    rosterDigest: hex(b.rosterDigest, 'book.rosterDigest'),
    keys: perCircuit((name) => hex(keys[name], `book.keys.${name}`)),
    X: version === 1 ? fieldFromDecimal(b.X, 'book.X') : null,
    prices: {
      buyNelPerWh: parsePrices(prices.buyNelPerWh, 'book.prices.buyNelPerWh'),
      sellNelPerWh: parsePrices(prices.sellNelPerWh, 'book.prices.sellNelPerWh'),
    },
    meters,
  };
}

/** SHA-256 of the book's exact bytes, lower-case hex. */
export const bookHash = (bytes: string): string => bytesToHex(sha256(utf8ToBytes(bytes)));

/** rho: the first 31 bytes of SHA-256("electra/rho/v1" ‖ bookHash). */
export const rhoOf = (hash: string): bigint =>
  bigEndian(sha256(concatBytes(utf8ToBytes('electra/rho/v1'), hexToBytes(hash))).subarray(0, 31));
