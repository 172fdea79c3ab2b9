/**
 * A second, naive computation of a day straight from the profile files: BigInt throughout, the rules of the README and nothing else.
 * It shares no code with the simulator, the books or the protocol, so that agreement means something.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = new URL('../../data/simbench-2016/', import.meta.url);
const RETAIL = 300_000n;
const FEED_IN = 80_000n;
const FEE = 250_000_000n;
const TICK = 1000n;

export interface Day {
  members: { member: string; importWh: number[]; exportWh: number[]; amountNel: string }[];
  totals: { importWh: number[]; exportWh: number[] };
  prices: { buyNelPerWh: number[]; sellNelPerWh: number[] };
}

function profiles(): { columns: string[]; rows: Map<string, string[]> } {
  const [head, ...lines] = gunzipSync(readFileSync(new URL('profiles.csv.gz', folder)))
    .toString()
    .trim()
    .split('\n');
  return { columns: head.split(','), rows: new Map(lines.map((line) => [line.slice(0, 17), line.split(',')])) };
}

/** The profile day after `date`; after 12-30 comes 01-01. */
export const nextProfileDate = (date: string): string =>
  date === '2016-12-30' ? '2016-01-01' : new Date(Date.parse(`${date}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);

const floor = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));

function price(d: bigint, e: bigint): { buy: bigint; sell: bigint } {
  const mid = (RETAIL + FEED_IN) / 2n;
  const l = d < e ? d : e;
  const buy = d <= e ? mid : -floor(-(l * mid + (d - l) * RETAIL), d * TICK) * TICK;
  const sell = e <= d ? mid : floor(l * mid + (e - l) * FEED_IN, e * TICK) * TICK;
  return { buy, sell };
}

/** `days` consecutive days of a community from profile day `from` on. */
export function recompute(community: string, from: string, days: number): Day[] {
  const { columns, rows } = profiles();
  const members = readFileSync(new URL('members.csv', folder), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter(([grid]) => grid === community);
  const accumulators = new Map(members.map(([, member]) => [member, { import: 0n, export: 0n }]));
  const result: Day[] = [];
  for (let n = 0, date = from; n < days; n++, date = nextProfileDate(date)) {
    const values = members.map(([, member, load, loadPeak, pv, pvPeak]) => {
      const acc = accumulators.get(member)!;
      const [importWh, exportWh]: [number[], number[]] = [[], []];
      for (let slot = 0; slot < 96; slot++) {
        const row = rows.get(`${date}T${String(Math.floor(slot / 4)).padStart(2, '0')}:${String((slot % 4) * 15).padStart(2, '0')}Z`)!;
        const at = (name: string) => BigInt(row[columns.indexOf(name)]);
        const net = BigInt(loadPeak) * at(load) - (pv ? BigInt(pvPeak) * at(pv) : 0n);
        const before = { ...acc };
        if (net > 0n) acc.import += net;
        else acc.export -= net;
        importWh.push(Number(acc.import / 4_000_000n - before.import / 4_000_000n));
        exportWh.push(Number(acc.export / 4_000_000n - before.export / 4_000_000n));
      }
      return { member, importWh, exportWh };
    });
    const total = (key: 'importWh' | 'exportWh') => Array.from({ length: 96 }, (_, i) => values.reduce((sum, v) => sum + v[key][i], 0));
    const totals = { importWh: total('importWh'), exportWh: total('exportWh') };
    const prices = totals.importWh.map((d, i) => price(BigInt(d), BigInt(totals.exportWh[i])));
    result.push({
      members: values.map((v) => ({
        ...v,
        amountNel: String(prices.reduce((sum, p, i) => sum + p.buy * BigInt(v.importWh[i]) - p.sell * BigInt(v.exportWh[i]), FEE)),
      })),
      totals,
      prices: { buyNelPerWh: prices.map((p) => Number(p.buy)), sellNelPerWh: prices.map((p) => Number(p.sell)) },
    });
  }
  return result;
}
