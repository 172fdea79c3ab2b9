/**
 * Day-ahead prices in JSON: a list of entries with a time and a price, wherever it stands in the document (aWATTar's `data`, Tibber's
 * `today` and `tomorrow`), or two lists side by side (Energy-Charts' `unix_seconds` and `price`). Times are texts with a zone, seconds, or
 * milliseconds.
 */
import { decimalOf, type PricedTime, PriceFileError, type PriceList, type Unit, unitIn } from './price.ts';
import { parseTime } from './zone.ts';

type Entry = Record<string, unknown>;

const START = [
  'start_timestamp',
  'startsAt',
  'start',
  'from',
  'time_start',
  'valid_from',
  'startTime',
  'start_time',
  'timestamp',
  'time',
  'datetime',
  'date',
];
const END = ['end_timestamp', 'endsAt', 'end', 'to', 'till', 'time_end', 'valid_to', 'endTime', 'end_time'];
/** Tibber's `energy` is the exchange's price; its `total` has taxes in it. */
const PRICE = ['marketprice', 'energy', 'price', 'value', 'spot', 'EUR_per_MWh'];

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);
const keyOf = (entry: Entry, names: readonly string[]): string | undefined => names.find((name) => Object.hasOwn(entry, name));

interface Found {
  path: string;
  /** start, end, price and unit of each entry */
  entries: { where: string; start: unknown; end: unknown; price: unknown; unit: unknown }[];
}

/** Every list of priced times, in the document's order. */
function listsIn(value: unknown, path: string): Found[] {
  if (Array.isArray(value)) {
    const first = value.find(isEntry);
    const [start, price] = first ? [keyOf(first, START), keyOf(first, PRICE)] : [];
    if (start !== undefined && price !== undefined) return [listOf(value, path, start, price)];
    return value.flatMap((entry, i) => listsIn(entry, `${path}[${i}]`));
  }
  if (!isEntry(value)) return [];
  const { unix_seconds: starts, price, unit } = value;
  if (Array.isArray(starts) && Array.isArray(price)) {
    const entries = starts.map((start, i) => ({ where: `price[${i}]`, start, end: undefined, price: price[i], unit }));
    return [{ path: 'price', entries }];
  }
  return Object.entries(value).flatMap(([name, inner]) => listsIn(inner, path === '' ? name : `${path}.${name}`));
}

function listOf(list: readonly unknown[], path: string, start: string, price: string): Found {
  const entries = list.map((entry, i) => {
    const where = `${path}[${i}]`;
    if (!isEntry(entry)) throw new PriceFileError(where, `expected ${start} and ${price}`);
    const end = keyOf(entry, END);
    return { where, start: entry[start], end: end === undefined ? undefined : entry[end], price: entry[price], unit: unitOf(entry, price) };
  });
  return { path, entries };
}

const unitOf = (entry: Entry, price: string): unknown =>
  entry.unit ?? (price === 'EUR_per_MWh' ? 'EUR/MWh' : price === 'energy' && entry.currency === 'EUR' ? 'EUR/kWh' : undefined);

function timeOf(value: unknown, where: string, zone: string | null, after: number | null): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) {
    if (value >= 1e11 && value % 1000 !== 0) throw new PriceFileError(where, `expected whole seconds, got ${value} ms`);
    return value >= 1e11 ? value / 1000 : value;
  }
  if (typeof value !== 'string') throw new PriceFileError(where, `expected a point in time, got ${JSON.stringify(value)}`);
  return parseTime(value, { where, zone, after });
}

/** @throws PriceFileError */
export function readJson(text: string, zone: string | null): PriceList {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new PriceFileError('file', 'expected JSON, or CSV');
  }
  const lists = listsIn(document, '');
  if (lists.length === 0)
    throw new PriceFileError(
      'file',
      `expected a list of entries with a time (${START.slice(0, 4).join(', ')} …) and a price (${PRICE.slice(0, 3).join(', ')} …)`,
    );
  const times: PricedTime[] = [];
  let unit: Unit | null = null;
  for (const entry of lists.flatMap(({ entries }) => entries)) {
    const { where } = entry;
    const before = times.at(-1);
    const startUnixS = timeOf(entry.start, where, zone, before ? (before.endUnixS ?? before.startUnixS + 1) : null);
    const endUnixS = entry.end === undefined || entry.end === null ? null : timeOf(entry.end, where, zone, startUnixS + 1);
    const said = typeof entry.unit === 'string' ? unitIn(entry.unit, where) : null;
    if (said !== null && unit !== null && said !== unit) throw new PriceFileError(where, `expected ${unit} as before, got ${said}`);
    unit ??= said;
    times.push({ where, startUnixS, endUnixS, price: entry.price === null ? null : decimalOf(entry.price, where) });
  }
  return { times, unit };
}
