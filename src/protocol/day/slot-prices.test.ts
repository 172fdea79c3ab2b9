import { expect, test } from 'vitest';
import type { Tariff } from './prices.ts';
import { overTariff, PRICES_AHEAD_S, pricedLateS } from './slot-prices.ts';

const DAY = 20_000;
const flat = (value: number) => Array<number>(96).fill(value);
const tariff: Tariff = { rule: 'mid-market/1', retailNelPerWh: flat(300_000), feedInNelPerWh: flat(80_000), feePerDayNel: 7n };
const at = (slot: number, retailNelPerWh: number, feedInNelPerWh: number) => ({ slot: DAY * 96 + slot, retailNelPerWh, feedInNelPerWh });

test('prices of slots stand over the tariff, and its fee, rule and other slots stay', () => {
  const over = overTariff(tariff, DAY, [at(0, 2000, -4000), at(95, -40_000, 80_000)]);
  expect(over).toEqual({
    ...tariff,
    retailNelPerWh: [2000, ...flat(300_000).slice(2), -40_000],
    feedInNelPerWh: [-4000, ...flat(80_000).slice(2), 80_000],
  });
  expect(tariff.retailNelPerWh).toEqual(flat(300_000));
});

test('without any the tariff is itself, and prices of the days beside it are not its', () => {
  expect(overTariff(tariff, DAY, [])).toBe(tariff);
  expect(overTariff(tariff, DAY, [at(-1, 0, 0), at(96, 0, 0)])).toEqual(tariff);
});

test('prices are in time up to a slot before theirs begins, and late from a second after', () => {
  const begins = DAY * 86_400 + 900 * 7;
  expect(pricedLateS(DAY * 96 + 7, begins - PRICES_AHEAD_S)).toBe(0);
  expect(pricedLateS(DAY * 96 + 7, begins - PRICES_AHEAD_S + 1)).toBe(1);
  expect(pricedLateS(DAY * 96 + 7, begins - 10 * PRICES_AHEAD_S)).toBe(0);
});
