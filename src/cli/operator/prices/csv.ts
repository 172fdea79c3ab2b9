/**
 * Day-ahead prices in CSV, as exchanges and transparency platforms export them: comma, semicolon or tab, with or without quotes; one column
 * of times ("start", or "start - end" in one) and one of prices, found by their heads, of which there may be two lines.
 */
import { type PricedTime, PriceFileError, type PriceList, parseDecimal, type Unit, unitIn } from './price.ts';
import { parseTime, zoneInHead } from './zone.ts';

interface Row {
  where: string;
  cells: string[];
}

/** Fields of one line. Quotes may stand around any. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    const quoted = line[at] === '"' ? /^"((?:[^"]|"")*)"\s*/.exec(line.slice(at)) : null;
    const end = line.indexOf(separator, at + (quoted ? quoted[0].length : 0));
    const stop = end < 0 ? line.length : end;
    cells.push(quoted ? quoted[1].replaceAll('""', '"') : line.slice(at, stop));
    at = stop + 1;
  }
  return cells.map((cell) => cell.trim());
}

function rowsOf(text: string): Row[] {
  const lines = text.split(/\r\n|\n|\r/);
  const head = lines.find((line) => line.trim() !== '') ?? '';
  const separator = [';', '\t', ','].find((one) => head.includes(one)) ?? ',';
  return lines.flatMap((line, i) => (line.trim() === '' ? [] : [{ where: `line ${i + 1}`, cells: cellsOf(line, separator) }]));
}

const IS_TIME = /^\d{4}[-/]\d\d[-/]\d\d|^\d\d?[./]\d\d?[./]\d{4}/;
const END_HEAD = /^(?:end|ende|until|to|bis|datum bis|end[ _]?time)\b/i;
const PRICE_HEAD = /price|preis|prix|day.?ahead|spot|[\p{L}\p{Sc}]\s*\/\s*[kM]?Wh/iu;
/** Where other prices stand beside them. */
const DAY_AHEAD_HEAD = /day.?ahead.*(?:price|preis|prix)/i;
const NO_PRICE = new Set(['', '-', 'n/e', 'n/a', 'na', 'null', 'nan', 'x']);

interface Columns {
  start: number;
  end: number | null;
  price: number;
  zone: string | null;
  unit: Unit | null;
}

/** Which columns are which, by the lines above the first row of times, and by that row. */
function columnsOf(heads: readonly Row[], first: Row, zone: string | null): Columns {
  const start = first.cells.findIndex((cell) => IS_TIME.test(cell));
  const headOf = (column: number): string => heads.map(({ cells }) => cells[column] ?? '').join(' ');
  const others = first.cells.map((_, i) => i).filter((i) => i !== start);
  const end = others.find((i) => IS_TIME.test(first.cells[i]) && (END_HEAD.test(headOf(i).trim()) || i === start + 1)) ?? null;
  const rest = others.filter((i) => i !== end && !IS_TIME.test(first.cells[i]));
  const named = rest.filter((i) => PRICE_HEAD.test(headOf(i)) && !/^(?:currency|area|sequence)/i.test(headOf(i).trim()));
  const candidates = (named.length > 0 ? named : rest).filter(
    (i) => NO_PRICE.has(first.cells[i].toLowerCase()) || /\d/.test(first.cells[i]),
  );
  const dayAhead = candidates.filter((i) => DAY_AHEAD_HEAD.test(headOf(i)));
  const numbers = dayAhead.length === 1 ? dayAhead : candidates;
  const where = heads.at(-1)?.where ?? first.where;
  if (numbers.length !== 1)
    throw new PriceFileError(
      where,
      `expected one column of prices, found ${numbers.length === 0 ? 'none' : numbers.map((i) => `"${headOf(i).trim()}"`).join(', ')}`,
    );
  return { start, end, price: numbers[0], zone: zone ?? zoneInHead(headOf(start), where), unit: unitIn(headOf(numbers[0]), where) };
}

/** @param zone the operator's word; it stands over the file's own head, not over what a row says. @throws PriceFileError */
export function readCsv(text: string, zone: string | null): PriceList {
  const rows = rowsOf(text);
  const begin = rows.findIndex(({ cells }) => cells.some((cell) => IS_TIME.test(cell)));
  if (begin < 0) throw new PriceFileError('file', 'expected lines that begin with a date and a time');
  const columns = columnsOf(rows.slice(0, begin), rows[begin], zone);
  const times: PricedTime[] = [];
  for (const row of rows.slice(begin)) times.push(readRow(row, columns, times.at(-1)));
  return { times, unit: columns.unit };
}

function readRow({ where, cells }: Row, columns: Columns, before: PricedTime | undefined): PricedTime {
  const price = cells[columns.price];
  const time = cells[columns.start];
  if (price === undefined || time === undefined)
    throw new PriceFileError(where, `expected ${Math.max(columns.price, columns.start) + 1} columns`);
  const [from, to] = time.split(/\s+[-\u2013]\s+/);
  const after = before ? (before.endUnixS ?? before.startUnixS + 1) : null;
  const startUnixS = parseTime(from, { where, zone: columns.zone, after });
  const end = to ?? (columns.end === null ? undefined : cells[columns.end]);
  const endUnixS = end === undefined ? null : parseTime(end, { where, zone: columns.zone, after: startUnixS + 1 });
  return { where, startUnixS, endUnixS, price: NO_PRICE.has(price.toLowerCase()) ? null : parseDecimal(price, where) };
}
