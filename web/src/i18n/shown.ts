/** Money, energy and power in words: nobody has to read a sign. */
import { CENT_NEL, NEL, rounded, SHOWN_WH } from '../values/amounts.ts';
import { number } from './format.ts';
import { locale } from './index.ts';

/** Currencies that Intl knows have three letters; anything else stands behind the number as it is. */
const isCurrency = (unit: string): boolean => /^[A-Z]{3}$/.test(unit);

/** What stands at the head of a column of amounts or prices: the currency's sign, or its name where it has none. */
export function unitOf(currency: string): string {
  if (!isCurrency(currency)) return currency;
  const parts = new Intl.NumberFormat(locale(), { style: 'currency', currency }).formatToParts(0);
  return parts.find(({ type }) => type === 'currency')!.value;
}

/** An amount without its sign, to the hundredth. `cents`: where it was rounded with others, so that they add up. */
export function money(amountNel: bigint, currency: string, cents = rounded(amountNel, CENT_NEL)): string {
  const value = Number(cents < 0n ? -cents : cents) / Number(NEL / CENT_NEL);
  if (isCurrency(currency)) return new Intl.NumberFormat(locale(), { style: 'currency', currency }).format(value);
  return `${number(value, 2)} ${currency}`;
}

/** An amount of ELECTRA, to the hundredth, without its sign. */
export const electraOf = (nel: bigint): string => number(Number(rounded(nel < 0n ? -nel : nel, CENT_NEL)) / Number(NEL / CENT_NEL), 2);

/** The same of what somebody may spend: never more than there is. */
export const electraToSpend = (nel: bigint): string => electraOf(nel - (nel % CENT_NEL));

/** A price of a kWh, from nELECTRA per Wh: with the third digit where it has one, or with as many as are asked for. */
export function price(nelPerWh: number, currency: string, fraction?: number): string {
  const value = nelPerWh / 1_000_000;
  const digits = { minimumFractionDigits: fraction ?? 2, maximumFractionDigits: fraction ?? 3 };
  if (isCurrency(currency)) return new Intl.NumberFormat(locale(), { style: 'currency', currency, ...digits }).format(value);
  return `${new Intl.NumberFormat(locale(), digits).format(value)} ${currency}`;
}

/** kWh with two digits. `tens`: where it was rounded with others, so that they add up. */
export const energy = (wh: bigint | number, tens = rounded(BigInt(wh), SHOWN_WH)): string => `${number(Number(tens) / 100, 2)}\u00a0kWh`;

/** Power without its direction, which stands in words. */
export const power = (watts: number): string => {
  const size = Math.abs(watts);
  return size < 1000 ? `${number(size)}\u00a0W` : `${number(size / 1000, 1)}\u00a0kW`;
};
