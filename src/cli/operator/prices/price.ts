/** What a file of day-ahead prices says: prices of stretches of time, each with the place that it stands at, for whoever has to mend it. */

/** A file that cannot be taken. `where`: the line, or the entry of a JSON list. */
export class PriceFileError extends Error {
  constructor(where: string, message: string) {
    super(`${where}: ${message}`);
    this.name = 'PriceFileError';
  }
}

/** Units in which such files say prices, in nELECTRA per Wh for one ELECTRA per unit of the currency. */
export const UNITS = { 'eur/mwh': 1_000n, 'ct/kwh': 10_000n, 'eur/kwh': 1_000_000n } as const;
export type Unit = keyof typeof UNITS;

/** An exact decimal number: `digits` / 10^`places`. */
export interface Decimal {
  digits: bigint;
  places: number;
}

export interface PricedTime {
  where: string;
  startUnixS: number;
  /** where the file says when it ends */
  endUnixS: number | null;
  /** null: the file has no price here */
  price: Decimal | null;
}

export interface PriceList {
  times: PricedTime[];
  /** as the file says */
  unit: Unit | null;
}

/** `12.34`, `12,34`, `-0,5`, `1.234,56`, `1,234.56`; the minus of typesetters too. */
export function parseDecimal(text: string, where: string): Decimal {
  const plain = text
    .trim()
    .replace(/^[\u2212\u2013]/, '-')
    .replace(/^\+/, '');
  const grouped = /^(-?\d{1,3}(?:([.,'\u00a0 ])\d{3})+)([.,])(\d+)$/.exec(plain);
  const simple = /^(-?\d+)(?:[.,](\d+))?$/.exec(plain);
  if (grouped && grouped[2] !== grouped[3]) return decimal(grouped[1].replaceAll(grouped[2], ''), grouped[4]);
  if (!simple) throw new PriceFileError(where, `expected a price such as 12.34 or -0,5, got "${text.trim()}"`);
  return decimal(simple[1], simple[2] ?? '');
}

function decimal(whole: string, fraction: string): Decimal {
  return { digits: BigInt(whole + fraction), places: fraction.length };
}

/** A number of JSON, which may have been written with an exponent. */
export function decimalOf(value: unknown, where: string): Decimal {
  if (typeof value === 'string') return parseDecimal(value, where);
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > 1e9)
    throw new PriceFileError(where, `expected a price, got ${JSON.stringify(value)}`);
  const text = String(value);
  return parseDecimal(text.includes('e') ? value.toFixed(12) : text, where);
}

/** The unit in words such as "EUR/MWh", "€ / MWh", "ct/kWh", "Cent/kWh"; null where there is none. @throws on one that is not known */
export function unitIn(text: string, where: string): Unit | null {
  const found = /([\p{L}\p{Sc}]+)\s*\/\s*([kM]?Wh)\b/iu.exec(text);
  if (!found) return null;
  const money = found[1].toLowerCase();
  const per = found[2].toLowerCase();
  const cents = ['ct', 'cent', 'cents', 'c'].includes(money);
  const euros = ['eur', 'euro', '\u20ac'].includes(money);
  if (euros && per === 'mwh') return 'eur/mwh';
  if (euros && per === 'kwh') return 'eur/kwh';
  if (cents && per === 'kwh') return 'ct/kwh';
  throw new PriceFileError(where, `expected EUR/MWh, EUR/kWh or ct/kWh, got "${found[0]}"`);
}
