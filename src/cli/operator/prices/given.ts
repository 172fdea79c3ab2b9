/** Prices and fees as an operator types them. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { SLOTS_PER_DAY } from '../../../protocol/values/time.ts';

/** One price for all slots, or 96 separated by commas, or @FILE holding them. */
export function parsePrices(text: string): number[] {
  let source = text;
  if (text.startsWith('@')) {
    try {
      source = readFileSync(text.slice(1), 'utf8');
    } catch {
      throw new InvalidArgumentError(`cannot read ${text.slice(1)}.`);
    }
  }
  const values = source
    .replace(/^\ufeff/, '')
    .trim()
    .split(/[\s,]+/);
  const wrong = values.find((v) => !/^-?[0-9]{1,10}$/.test(v));
  if (wrong !== undefined || (values.length !== 1 && values.length !== SLOTS_PER_DAY)) {
    const found = wrong === undefined ? `${values.length} of them` : JSON.stringify(wrong.slice(0, 20));
    throw new InvalidArgumentError(`expected one integer or 96, in nELECTRA per Wh (@FILE reads them from a file), found ${found}.`);
  }
  return values.length === 1 ? Array.from({ length: SLOTS_PER_DAY }, () => Number(values[0])) : values.map(Number);
}

export function parseFee(text: string): bigint {
  if (!/^[0-9]{1,15}$/.test(text)) throw new InvalidArgumentError('expected an integer of nELECTRA.');
  return BigInt(text);
}

/** The same, to be typed again: one price where all are equal. */
export const typedPrices = (prices: readonly number[]): string =>
  prices.every((price) => price === prices[0]) ? String(prices[0]) : prices.join(',');
