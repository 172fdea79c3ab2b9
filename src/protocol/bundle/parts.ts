/** What several files of a bundle have in common: meters, the roster's list, a tariff's prices, state proofs. */
import { FEE_LIMIT, PRICE_LIMIT, type Tariff } from '../day/prices.ts';
import type { Roster } from '../day/roster.ts';
import { addressBytes } from '../values/address.ts';
import type { Json } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { fieldFromDecimal } from '../values/field.ts';
import { array, integer, object, small, text } from '../values/shape.ts';
import { SLOTS_PER_DAY } from '../values/time.ts';

export { U32_MAX as U32 } from '../values/time.ts';

/** A meter's bech32 address. */
export function meterOf(value: Json, field: string): string {
  const meter = text(value, field);
  addressBytes(meter, field);
  return meter;
}

export const rosterMetersJson = (meters: Roster['meters']): Json =>
  meters.map((m) => ({ meter: m.meter, commitment: m.commitment === null ? null : String(m.commitment) }));

export function parseRosterMeters(value: Json, field: string): Roster['meters'] {
  return array(value, field).map((entry, i) => {
    const m = object(entry, `${field}[${i}]`, ['meter', 'commitment']);
    return {
      meter: meterOf(m.meter, `${field}[${i}].meter`),
      commitment: m.commitment === null ? null : fieldFromDecimal(m.commitment, `${field}[${i}].commitment`),
    };
  });
}

export const decimals = (values: readonly (number | bigint)[]): string[] => values.map(String);

/** nELECTRA/Wh. */
export const parsePrice = (value: Json, field: string): number => small(value, field, 1 - PRICE_LIMIT, PRICE_LIMIT - 1);

/** Prices of the day's quarter-hours. */
export const parsePrices = (value: Json, field: string): number[] =>
  array(value, field, SLOTS_PER_DAY).map((price, i) => parsePrice(price, `${field}[${i}]`));

export const tariffJson = ({ rule, retailNelPerWh, feedInNelPerWh, feePerDayNel }: Tariff) => ({
  rule,
  retailNelPerWh: decimals(retailNelPerWh),
  feedInNelPerWh: decimals(feedInNelPerWh),
  feePerDayNel: String(feePerDayNel),
});

/** A book's tariff. */
export function parseTariff(value: Json): Tariff {
  const t = object(value, 'book.tariff', ['rule', 'retailNelPerWh', 'feedInNelPerWh', 'feePerDayNel']);
  const fee = integer(t.feePerDayNel, 'book.tariff.feePerDayNel');
  if (fee < 0n || fee >= FEE_LIMIT) throw new ProtocolError('out-of-range', 'book.tariff.feePerDayNel', '0 … 2^48-1 nELECTRA');
  return {
    rule: text(t.rule, 'book.tariff.rule'),
    retailNelPerWh: parsePrices(t.retailNelPerWh, 'book.tariff.retailNelPerWh'),
    feedInNelPerWh: parsePrices(t.feedInNelPerWh, 'book.tariff.feedInNelPerWh'),
    feePerDayNel: fee,
  };
}

/** No community's proof is longer; a list has one proof for each thing on it and one more. */
const PROOF_CHARACTERS_MAX = 4 * 1024 * 1024;
const LIST_MAX = 100_000;

/** A proof in base64; what is in it is not looked at. */
export const proof = (value: Json, field: string): string => {
  const found = text(value, field, /^[A-Za-z0-9+/]+={0,2}$/, 'a proof in base64');
  return found.length % 4 === 0 && found.length <= PROOF_CHARACTERS_MAX ? found : text(null, field, undefined, 'a proof in base64');
};

/** The proofs of a range. */
export function proofs(value: Json, field: string): string[] {
  const list = array(value, field);
  if (list.length === 0 || list.length > LIST_MAX) return text(null, field, undefined, 'at least one proof') as never;
  return list.map((one, i) => proof(one, `${field}[${i}]`));
}
