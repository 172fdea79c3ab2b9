/**
 * Readings in JSON, as readers that somebody else made give them: over MQTT (Tasmota, ESPHome, Zigbee2MQTT, Home Assistant) and HTTP.
 *
 * Spec: RFC 8259. A path is names and places, `SML.Total_in`, `meters[0].in`; the empty one is the whole payload, perhaps a bare number. A
 * number is taken as its shortest decimal, which is what was written for anything that a meter shows; a text that is a number counts too.
 */
import { type Register, TelegramError } from '../telegram.ts';
import { energyOf } from './values.ts';

const MOST_BYTES = 65_536;

export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > MOST_BYTES) throw new TelegramError('too-long', 'more than 64 kB');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new TelegramError('malformed', 'expected JSON');
  }
}

/** Whether a text can be a path at all. */
export const isPath = (path: string): boolean => /^$|^[^.[\]]+(\[\d{1,4}\])*(\.[^.[\]]+(\[\d{1,4}\])*)*$/.test(path);

export function at(value: unknown, path: string): unknown {
  const steps = path === '' ? [] : path.replace(/\[(\d+)\]/g, '.$1').split('.');
  let here = value;
  for (const step of steps) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

/** The number's decimal text; undefined where there is no plain one. */
function decimalText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const [whole, decimals = ''] = text.split('.');
  return /^\d+(\.\d+)?$/.test(text) ? (decimals === '' ? whole : `${whole}.${decimals.slice(0, 9)}`) : undefined;
}

/** The energy register at a path. @throws TelegramError no-value */
export function energyAt(value: unknown, path: string, unit: string, name: string): Register {
  const text = decimalText(at(value, path));
  if (text === undefined) throw new TelegramError('no-value', `register ${name}: expected a number at ${path === '' ? 'the top' : path}`);
  return energyOf(text, unit, name);
}

export function numberAt(value: unknown, path: string): number | undefined {
  const found = at(value, path);
  return typeof found === 'number' ? found : undefined;
}

export function textAt(value: unknown, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}
