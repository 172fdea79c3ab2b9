/** A composed day of communities beside a second reading of the rule (test/kit/shared-reading.ts), in random days. */
import { describe, expect, test } from 'vitest';
import { someNet } from '../../../../test/kit/books/exchange.ts';
import { address, SHARED_TARIFF, seededInts } from '../../../../test/kit/books/index-rows.ts';
import { readSlot } from '../../../../test/kit/shared-reading.ts';
import { commitDay, gridId, MAIN_CIRCUIT_NAMES, meterTag, type SharedBook } from '../../../protocol/index.ts';
import type { Reading } from '../draft/compose.ts';
import { csprng } from '../draft/randomness.ts';
import { composeSharedDay } from './compose.ts';

const [CHAIN_ID, DAY, TICK] = ['electra-main-5eed0001', 20_635, 1000];
const keys = Object.fromEntries(MAIN_CIRCUIT_NAMES.map((name) => [name, '11'.repeat(32)])) as SharedBook['keys'];

function readingOf(n: number, int: (below: number) => number): Reading {
  const meter = address(`community ${n}`);
  const { importStartWh, exportStartWh, importWh, exportWh, blinding } = someNet(DAY, int, 1 + int(40_000));
  const values = { importStartWh, exportStartWh, importWh, exportWh, blinding };
  const C = commitDay({ ...values, gridId: gridId(CHAIN_ID), meterTag: meterTag(meter), day: DAY });
  const [u0, u1] = [csprng.linkBlindingOf(meter, DAY), csprng.linkBlindingOf(meter, DAY + 1)];
  return { meter, member: address(`treasury ${n}`), source: 'metered', ...values, C, u0, u1, copy: null };
}

const composed = (readings: readonly Reading[], absent: readonly string[], ticks: number) =>
  composeSharedDay(
    {
      ...{ chainId: CHAIN_ID, day: DAY, tick: TICK, rosterDigest: 'ab'.repeat(32), keys, readings, absent },
      tariff: { ...SHARED_TARIFF, retailNelPerWh: SHARED_TARIFF.retailNelPerWh.map((_, i) => TICK * (ticks + (i % 3))) },
    },
    csprng,
  );

describe('a day of communities', () => {
  test.each(Array.from({ length: 40 }, (_, seed) => seed))('has the prices and bills of the rule as it is read again, seed %i', (seed) => {
    const int = seededInts(seed + 1);
    const readings = Array.from({ length: 2 + int(5) }, (_, n) => readingOf(n, int));
    const absent = Array.from({ length: int(4) }, (_, n) => address(`absent ${n}`));
    const day = composed(readings, absent, int(300));
    const byMeter = new Map(day.entries.map((entry) => [entry.meter, entry]));
    const pays = readings.map(() => SHARED_TARIFF.feePerDayNel);
    for (let slot = 0; slot < 96; slot++) {
      const flows = readings.map(({ importWh, exportWh }) => BigInt(importWh[slot] - exportWh[slot]));
      const read = readSlot(flows, BigInt(day.book.tariff.retailNelPerWh[slot]), BigInt(TICK));
      expect([day.prices.buyNelPerWh[slot], day.prices.sellNelPerWh[slot]]).toEqual([read.buy, read.sell].map(Number));
      read.pays.forEach((amount, i) => {
        pays[i] += amount!;
      });
    }
    expect(readings.map(({ meter }) => byMeter.get(meter)!.amountNel)).toEqual(pays);
    const fees = BigInt(readings.length) * SHARED_TARIFF.feePerDayNel;
    const rounding = day.fundNel - fees;
    const longer = day.totalImportWh.reduce((sum, wh, i) => sum + Math.max(wh, day.totalExportWh[i]), 0);
    expect(rounding >= 0n && rounding <= BigInt(TICK * longer)).toBe(true);
    expect(
      day.book.meters
        .filter(({ source }) => source === 'absent')
        .map(({ meter }) => meter)
        .sort(),
    ).toEqual([...absent].sort());
  });

  test('of one alone is none', () => {
    const int = seededInts(7);
    expect(() => composed([readingOf(0, int)], [address('absent 0')], 300)).toThrow(expect.objectContaining({ code: 'few-metered' }));
  });

  test('draws all of its blindings for itself: twice the same day has no value in common but what was signed', () => {
    const int = seededInts(8);
    const readings = [readingOf(0, int), readingOf(1, int)];
    const [a, b] = [composed(readings, [], 3), composed(readings, [], 3)];
    for (const [i, entry] of a.entries.entries())
      for (const key of ['K', 'B', 'S'] as const) expect(entry[key]).not.toBe(b.entries[i][key]);
    expect([a.X, a.x]).not.toEqual([b.X, b.x]);
  });
});
