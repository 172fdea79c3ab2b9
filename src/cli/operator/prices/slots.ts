/**
 * From a file's prices to those of quarter-hours: times without a gap or an overlap, an hour as four equal quarters, margin and fees added,
 * rounded to what the chain takes. All of it in exact integers.
 */
import { PRICE_LIMIT } from '../../../protocol/day/prices.ts';
import type { SlotPrices } from '../../../protocol/day/slot-prices.ts';
import { SLOT_S } from '../../../protocol/values/time.ts';
import { readCsv } from './csv.ts';
import { readJson } from './json.ts';
import { type Decimal, type PricedTime, PriceFileError, type PriceList, UNITS, type Unit } from './price.ts';

/** How a day-ahead price becomes what is paid and what is got. Decimals in ct/kWh. */
export interface PriceRule {
  /** what is added for what is taken from outside: the supplier's margin, and network fees and taxes */
  margin: Decimal;
  fees: Decimal;
  /** a fixed price for what is fed in; null: the day-ahead price, and `feedInMargin` added to it */
  feedIn: Decimal | null;
  feedInMargin: Decimal;
  /** of the file; null: the file says */
  unit: Unit | null;
  /** nELECTRA per Wh: prices are multiples of twice that */
  tick: number;
}

/** Prices of a slot, with the place in the file. */
export interface ImportedSlot extends SlotPrices {
  where: string;
  /** by how much the prices differ from the exact sums, the greater of the two differences, in nELECTRA per Wh */
  roundedByNelPerWh: number;
}

const ISO = (unixS: number): string => new Date(unixS * 1000).toISOString().replace(':00.000Z', 'Z').replace('.000Z', 'Z');

/** A file as text: CSV or JSON, with or without a byte order mark. */
export function readPrices(text: string, zone: string | null): PriceList {
  const plain = text.replace(/^\ufeff/, '');
  return /^\s*[[{]/.test(plain) ? readJson(plain, zone) : readCsv(plain, zone);
}

interface Stretch {
  where: string;
  startUnixS: number;
  endUnixS: number;
  price: Decimal;
}

const lengthOf = (times: readonly PricedTime[], i: number): number => {
  const { startUnixS, endUnixS } = times[i];
  if (endUnixS !== null) return endUnixS - startUnixS;
  const next = times[i + 1];
  // the last one lasts as long as the one before it
  return next ? next.startUnixS - startUnixS : i > 0 ? startUnixS - times[i - 1].startUnixS : 3600;
};

/** Stretches of 15, 30 or 60 minutes, one after the other. Prices that are not there yet may be missing at the end alone. */
function stretchesOf(all: readonly PricedTime[]): Stretch[] {
  const times = all.slice(0, all.findLastIndex(({ price }) => price !== null) + 1);
  if (times.length === 0) throw new PriceFileError('file', 'expected at least one price');
  const lengths = times.map((_, i) => lengthOf(times, i)).filter((s) => s > 0);
  const usual = lengths.length > 0 ? Math.min(...lengths) : 3600;
  return times.map(({ where, startUnixS, endUnixS, price }, i) => {
    const before = i > 0 ? times[i - 1] : undefined;
    if (before) {
      const ended = before.endUnixS ?? before.startUnixS + usual;
      if (startUnixS < ended)
        throw new PriceFileError(where, `begins at ${ISO(startUnixS)}, before ${ISO(ended)}, where the one before ends: an overlap`);
      if (startUnixS > ended) throw new PriceFileError(where, `begins at ${ISO(startUnixS)}, the one before ends at ${ISO(ended)}: a gap`);
    }
    if (price === null) throw new PriceFileError(where, 'no price: a gap');
    const seconds = (endUnixS ?? startUnixS + usual) - startUnixS;
    if (![900, 1800, 3600].includes(seconds)) throw new PriceFileError(where, `lasts ${seconds / 60} minutes, expected 15, 30 or 60`);
    if (startUnixS % SLOT_S !== 0)
      throw new PriceFileError(where, `begins at ${ISO(startUnixS)}, expected the beginning of a quarter-hour`);
    return { where, startUnixS, endUnixS: startUnixS + seconds, price };
  });
}

/** Scaled by 10^18, which is exact for whatever files say. */
const PLACES = 18;
const scaled = ({ digits, places }: Decimal, unit: Unit, where: string): bigint => {
  if (places > PLACES) throw new PriceFileError(where, `expected at most ${PLACES} decimal places`);
  return digits * 10n ** BigInt(PLACES - places) * UNITS[unit];
};

/** To the nearest multiple, halves up. */
function rounded(value: bigint, multiple: number): number {
  const step = BigInt(multiple) * 10n ** BigInt(PLACES);
  const doubled = 2n * value + step;
  const floor = doubled / (2n * step) - (doubled % (2n * step) < 0n ? 1n : 0n);
  return Number(floor * BigInt(multiple));
}

/** How far a rounded price is from the exact one, in nELECTRA per Wh. */
function differenceOf(exact: bigint, price: number): number {
  const off = BigInt(price) * 10n ** BigInt(PLACES) - exact;
  return Number(off < 0n ? -off : off) / 10 ** PLACES;
}

/** The prices of every quarter-hour that a file speaks of, in order. @throws PriceFileError naming the line */
export function slotsOf({ times, unit: said }: PriceList, rule: PriceRule): ImportedSlot[] {
  const unit = rule.unit ?? said;
  if (unit === null) throw new PriceFileError('file', 'says no unit: --unit does (eur/mwh, eur/kwh or ct/kwh)');
  const ct = (value: Decimal): bigint => scaled(value, 'ct/kwh', 'option');
  return stretchesOf(times).flatMap(({ where, startUnixS, endUnixS, price }) => {
    const spot = scaled(price, unit, where);
    const [retail, feedIn] = [spot + ct(rule.margin) + ct(rule.fees), rule.feedIn ? ct(rule.feedIn) : spot + ct(rule.feedInMargin)];
    const [retailNelPerWh, feedInNelPerWh] = [rounded(retail, 2 * rule.tick), rounded(feedIn, 2 * rule.tick)];
    const roundedByNelPerWh = Math.max(differenceOf(retail, retailNelPerWh), differenceOf(feedIn, feedInNelPerWh));
    for (const value of [retailNelPerWh, feedInNelPerWh])
      if (Math.abs(value) >= PRICE_LIMIT) throw new PriceFileError(where, `${value} nELECTRA/Wh: expected less than 2^31`);
    return Array.from({ length: (endUnixS - startUnixS) / SLOT_S }, (_, i) => ({
      where,
      slot: startUnixS / SLOT_S + i,
      retailNelPerWh,
      feedInNelPerWh,
      roundedByNelPerWh,
    }));
  });
}

/** Runs of slots one after the other, each as long as one message takes. */
export function runsOf<T extends SlotPrices>(slots: readonly T[], most: number): T[][] {
  const runs: T[][] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    if (run && run.length < most && run[run.length - 1].slot + 1 === slot.slot) run.push(slot);
    else runs.push([slot]);
  }
  return runs;
}
