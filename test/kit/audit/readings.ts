/**
 * Two real days of `rural` (SimBench, ODbL 1.0; data/simbench-2016): what 13 meters registered on profile days 2016-07-01 and 02, replayed
 * as 2026-07-01 and 02. Energy in integers by the simulator's rule: accumulators in quarter-µWh, registers floored to Wh, an interval is a
 * difference of registers.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { toBech32 } from '@cosmjs/encoding';
import { compareAddresses } from '../../../src/protocol/index.ts';

const DATA = new URL('../../../data/simbench-2016/', import.meta.url);
const VECTORS = new URL('../../../sdk/vectors/protocol-v1.json', import.meta.url);

export const FIRST_DAY = 20635; // 2026-07-01
export const CHAIN_ID = 'electra-rural-5eed0001';
const FIRST_ROW = '2016-07-01T00:00Z';

export interface MeterDay {
  member: string;
  meter: string;
  importStartWh: bigint;
  exportStartWh: bigint;
  importWh: number[];
  exportWh: number[];
}

const csv = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));

function addresses(): Map<string, string> {
  const { members } = JSON.parse(readFileSync(VECTORS, 'utf8')) as { members: { member: string; address: string }[] };
  return new Map(members.map((m) => [m.member, toBech32('electra', Uint8Array.from(Buffer.from(m.address, 'hex')))]));
}

/** An address for members that the vectors do not name. */
const madeAddress = (member: string): string =>
  toBech32('electra', Uint8Array.from(createHash('sha256').update(`electra test meter: ${member}`).digest().subarray(0, 20)));

/** Readings of `days` days, from FIRST_DAY on: [day][meter], meters sorted by address bytes. */
export function realDays(days: number, community = 'rural'): MeterDay[][] {
  const meterOf = addresses();
  const members = csv(readFileSync(new URL('members.csv', DATA), 'utf8')).filter((row) => row[0] === community);
  const [columns, ...rows] = csv(gunzipSync(readFileSync(new URL('profiles.csv.gz', DATA))).toString('utf8'));
  const start = rows.findIndex((row) => row[0] === FIRST_ROW);
  const result: MeterDay[][] = Array.from({ length: days }, () => []);
  for (const [, member, loadProfile, loadPeak, pvProfile, pvPeak] of members) {
    const [load, pv] = [columns.indexOf(loadProfile), columns.indexOf(pvProfile)];
    const sums = { import: 0n, export: 0n };
    const register = (key: keyof typeof sums): bigint => sums[key] / 4_000_000n;
    for (let day = 0; day < days; day++) {
      const [importStartWh, exportStartWh] = [register('import'), register('export')];
      const values = { import: [] as number[], export: [] as number[] };
      for (let slot = 0; slot < 96; slot++) {
        const row = rows[start + 96 * day + slot];
        const net = BigInt(loadPeak) * BigInt(row[load]) - (pv < 0 ? 0n : BigInt(pvPeak) * BigInt(row[pv]));
        const before = { import: register('import'), export: register('export') };
        if (net > 0n) sums.import += net;
        else sums.export -= net;
        for (const key of ['import', 'export'] as const) values[key].push(Number(register(key) - before[key]));
      }
      result[day].push({
        member,
        meter: meterOf.get(member) ?? madeAddress(member),
        importStartWh,
        exportStartWh,
        importWh: values.import,
        exportWh: values.export,
      });
    }
  }
  return result.map((day) => day.sort((a, b) => compareAddresses(a.meter, b.meter)));
}
