/** A year of the four communities that share (simulator/shared-year.ts): what there was to gain, and what it rested on. */
import { COMMUNITIES } from '../simulator/profiles.ts';
import { gainNel, netsOfYear, sharedYear, sumsOver } from '../simulator/shared-year.ts';
import type { Figure } from './frame.ts';

const SUPPLIER = { retailNelPerWh: 300_000, feedInNelPerWh: 80_000 };
const PRICE = 190_000;
const electra = (nel: bigint): number => Number(nel) / 1e9;
const most = (all: readonly bigint[]): bigint => [...all].sort((a, b) => Number(b - a))[0];
const total = (all: readonly bigint[]): bigint => all.reduce((a, b) => a + b, 0n);

export async function benchSharedYear(): Promise<Figure[]> {
  const nets = await Promise.all(COMMUNITIES.map((name) => netsOfYear(name)));
  const prices = (nel: number): number[] => new Array<number>(96).fill(nel);
  const tariff = { rule: 'shared/1', retailNelPerWh: prices(PRICE), feedInNelPerWh: prices(0), feePerDayNel: 0n };
  const year = sharedYear({ nets, tariff, tick: 1000 }).map((day) => day!);
  const sharedWh = year.map(({ totals }) => totals.importWh.reduce((all, wh, i) => all + Math.min(wh, totals.exportWh[i]), 0));
  const communities = COMMUNITIES.flatMap((name, i): Figure[] => {
    const gains = year.map((day, at) => gainNel(nets[i][at], day, SUPPLIER));
    const owed = year.map((day) => day.amountsNel[i]!);
    return [
      { name: `${name}: gain of the year`, value: electra(total(gains)), unit: 'ELECTRA' },
      {
        name: `${name}: most lost to rounding on a day`,
        value: electra(most(gains.map((nel) => -nel))),
        unit: 'ELECTRA',
        aim: { atMost: 0.03 },
      },
      {
        name: `${name}: most owed over 18 days`,
        value: electra(most([0n, ...sumsOver(owed, 18, 1)])),
        unit: 'ELECTRA',
        note: `most owed for a period of 7 days: ${electra(most([0n, ...sumsOver(owed, 7, 7)])).toFixed(1)}`,
      },
    ];
  });
  return [
    {
      name: 'shared between the four communities in a year',
      value: sharedWh.reduce((all, wh) => all + wh, 0) / 1e6,
      unit: 'MWh',
      note: `at ${PRICE} nELECTRA/Wh, between suppliers' ${SUPPLIER.feedInNelPerWh} and ${SUPPLIER.retailNelPerWh}`,
    },
    ...communities,
    { name: 'left to the fund by rounding', value: electra(total(year.map((day) => day.roundingNel))), unit: 'ELECTRA' },
  ];
}
