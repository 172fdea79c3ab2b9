/**
 * Bills of metered days are what version 1 of the protocol made of them, to the unit: a month of `rural` under two tariffs, computed once
 * by that version's own code (inputs/bills-v1.json, never made anew). Proofs, books and audits may change; what a member pays for what its
 * meter signed may not.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { billAmount, midMarket, SLOTS_PER_DAY, type Tariff } from '../../src/protocol/index.ts';
import type { Measured } from '../kit/fleet.ts';
import { realDays } from '../kit/month/profiles.ts';

interface BillsV1 {
  community: string;
  from: string;
  tick: number;
  members: string[];
  tariffs: Record<string, Omit<Tariff, 'feePerDayNel'> & { feePerDayNel: string }>;
  days: { date: string; tariff: string; buyNelPerWh: number[]; sellNelPerWh: number[]; amountsNel: string[] }[];
}

const v1 = JSON.parse(readFileSync(new URL('./inputs/bills-v1.json', import.meta.url), 'utf8')) as BillsV1;
const measured = await realDays(v1.community, v1.from, v1.days.length);

const total = (day: readonly Measured[], key: keyof Measured): number[] =>
  Array.from({ length: SLOTS_PER_DAY }, (_, slot) => day.reduce((sum, one) => sum + one[key][slot], 0));

test('prices and bills of a month of metered days are those of version 1', () => {
  expect(v1.days).toHaveLength(30);
  for (const [n, day] of v1.days.entries()) {
    const { feePerDayNel, ...rest } = v1.tariffs[day.tariff];
    const tariff: Tariff = { ...rest, feePerDayNel: BigInt(feePerDayNel) };
    const all = measured.map((meter) => meter[n]);
    const prices = midMarket({ importWh: total(all, 'importWh'), exportWh: total(all, 'exportWh'), tariff, tick: v1.tick });
    expect([day.date, prices]).toEqual([day.date, { buyNelPerWh: day.buyNelPerWh, sellNelPerWh: day.sellNelPerWh }]);
    const amounts = all.map((values) => String(billAmount({ ...values, prices, feePerDayNel: tariff.feePerDayNel })));
    expect([day.date, amounts]).toEqual([day.date, day.amountsNel]);
  }
});

test('that month has slots of every kind: surplus, lack and neither; bills of both signs', () => {
  const flat = v1.days.filter(({ tariff }) => tariff === 'flat');
  const buys = new Set(flat.flatMap(({ buyNelPerWh }) => buyNelPerWh));
  expect([buys.has(300_000), buys.has(190_000), buys.size > 50]).toEqual([true, true, true]); // outside's price, the middle, between
  const amounts = v1.days.flatMap(({ amountsNel }) => amountsNel.map(Number));
  expect([Math.min(...amounts) < 0, Math.max(...amounts) > 0]).toEqual([true, true]);
});
