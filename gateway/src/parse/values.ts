/** Numbers as meters write them, into mWh and W, exactly. */
import { type Register, TelegramError } from '../telegram.ts';

/** mWh in one of a unit. */
const ENERGY: Record<string, bigint> = { Wh: 1_000n, kWh: 1_000_000n, MWh: 1_000_000_000n };

export const ENERGY_UNITS = Object.keys(ENERGY);

/** A decimal number as text, of an energy unit. */
export function energyOf(text: string, unit: string, name: string): Register {
  const factor = ENERGY[unit];
  if (factor === undefined) throw new TelegramError('unit', `register ${name}: expected Wh, kWh or MWh`);
  const match = /^(\d{1,14})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) throw new TelegramError('no-value', `register ${name}: expected a decimal number`);
  const [, whole, decimals = ''] = match;
  const scale = 10n ** BigInt(decimals.length);
  return { milliWh: (BigInt(whole + decimals) * factor) / scale, stepMilliWh: factor > scale ? factor / scale : 1n };
}

/** A number with a power of ten, of Wh, as SML, DLMS and SunSpec write it. */
export function energyScaled(value: bigint, scaler: number, name: string): Register {
  if (!Number.isInteger(scaler) || scaler < -9 || scaler > 9) throw new TelegramError('unit', `register ${name}: scaler out of range`);
  if (value < 0n) throw new TelegramError('no-value', `register ${name} is negative`);
  const power = scaler + 3;
  return power >= 0
    ? { milliWh: value * 10n ** BigInt(power), stepMilliWh: 10n ** BigInt(power) }
    : { milliWh: value / 10n ** BigInt(-power), stepMilliWh: 1n };
}

/** Power in W of a decimal with its unit; undefined where it is none. */
export function powerOf(text: string, unit: string): number | undefined {
  const factor = { W: 1, kW: 1000 }[unit];
  return factor !== undefined && /^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? Math.trunc(Number(text) * factor) : undefined;
}

/** Energy registers that are read: import and export, total and by tariff. 15.8.x (either way together) is none of them. */
export const isEnergy = (c: number, d: number, e: number): boolean => (c === 1 || c === 2) && d === 8 && e >= 0 && e <= 8;

/** Seconds of a local date and time, if there is such a date; offsetS is what local time is ahead of UTC. */
export function unixOf(
  [year, month, day, hour, minute, second]: readonly [number, number, number, number, number, number],
  offsetS: number,
): number | undefined {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(ms);
  const isReal =
    year >= 1970 &&
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minute &&
    back.getUTCSeconds() === second;
  return isReal ? ms / 1000 - offsetS : undefined;
}

/** A serial number that a telegram carries as hexadecimal digits of its letters; as it is where it does not read as such. */
export function serialOf(text: string): string {
  if (!/^([0-9A-Fa-f]{2})+$/.test(text)) return text;
  const letters = Buffer.from(text, 'hex').toString('latin1');
  return /^[\x20-\x7e]+$/.test(letters) ? letters.trim() : text;
}
