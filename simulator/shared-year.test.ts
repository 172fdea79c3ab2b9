/** A year of days of the four communities by `shared/1`, beside a second reading of the rule and of the profiles. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tariff } from '../src/protocol/day/prices.ts';
import { type Net, type SharedDay, sharedDay } from '../src/protocol/day/shared-day.ts';
import { sharedPriceFault } from '../src/protocol/day/shared-prices.ts';
import { flowsOfYear, readSlot } from '../test/kit/shared-reading.ts';
import { COMMUNITIES, PROFILE_DAYS } from './profiles.ts';
import { gainNel, netsOfYear, sharedYear, sumsOver } from './shared-year.ts';

const TICK = 1000;
const FEE = 250_000_000n;
const SUPPLIER = { retailNelPerWh: 300_000, feedInNelPerWh: 80_000 };
const tariff = (price: number): Tariff => ({
  rule: 'shared/1',
  retailNelPerWh: new Array<number>(96).fill(price),
  feedInNelPerWh: new Array<number>(96).fill(0),
  feePerDayNel: FEE,
});
/** Each is away now and then, some days two of them, some days three. */
const isAbsent = (community: number, day: number): boolean => (day * (community + 3)) % 11 === 0 && day % 5 !== community;

let nets: Net[][];
let whole: (SharedDay | null)[];
let withAbsent: (SharedDay | null)[];
beforeAll(async () => {
  nets = await Promise.all(COMMUNITIES.map((name) => netsOfYear(name)));
  whole = sharedYear({ nets, tariff: tariff(190_000), tick: TICK });
  withAbsent = sharedYear({ nets, tariff: tariff(190_000), tick: TICK, isAbsent });
});

const sum = (all: readonly (bigint | null)[]): bigint => all.reduce<bigint>((total, one) => total + (one ?? 0n), 0n);
const least = (all: readonly bigint[]): bigint => [...all].sort((a, b) => Number(a - b))[0];

test('the nets of the year are the profiles’, as the second reading has them', () => {
  const flows = flowsOfYear();
  COMMUNITIES.forEach((name, i) => {
    const net = nets[i].flatMap((day) => day.importWh.map((wh, slot) => BigInt(wh - day.exportWh[slot])));
    expect(net).toEqual(flows.get(name));
    expect(nets[i].every((day) => day.importWh.every((wh, slot) => wh === 0 || day.exportWh[slot] === 0))).toBe(true);
  });
});

describe.each<[string, () => (SharedDay | null)[], (community: number, day: number) => boolean]>([
  ['everybody there every day', () => whole, () => false],
  ['each absent now and then', () => withAbsent, isAbsent],
])('%s', (_, year, away) => {
  test('prices and amounts of all days are those of the second reading', () => {
    year().forEach((of, day) => {
      const there = COMMUNITIES.map((_name, i) => !away(i, day));
      if (there.filter(Boolean).length < 2) {
        expect(of).toBeNull();
        return;
      }
      const owed = there.map((is) => (is ? FEE : null));
      for (let slot = 0; slot < 96; slot++) {
        const flows = nets.map((net, i) => (there[i] ? BigInt(net[day].importWh[slot] - net[day].exportWh[slot]) : null));
        const { buy, sell, pays } = readSlot(flows, 190_000n, BigInt(TICK));
        expect([of!.prices.buyNelPerWh[slot], of!.prices.sellNelPerWh[slot]].map(BigInt)).toEqual([buy, sell]);
        pays.forEach((nel, i) => {
          if (nel !== null) owed[i]! += nel;
        });
      }
      expect(of!.amountsNel).toEqual(owed);
    });
  });

  test('in every slot, day and period what is paid is what is received, the fees and what rounding leaves', () => {
    for (const of of year()) {
      if (of === null) continue;
      const { totals, prices } = of;
      const left = totals.importWh.map(
        (wh, i) => BigInt(wh) * BigInt(prices.buyNelPerWh[i]) - BigInt(totals.exportWh[i]) * BigInt(prices.sellNelPerWh[i]),
      );
      left.forEach((nel, i) => {
        const longer = BigInt(Math.max(totals.importWh[i], totals.exportWh[i], 1) - 1);
        expect(nel >= 0n && nel <= BigInt(TICK) * longer).toBe(true);
      });
      expect(of.roundingNel).toBe(sum(left));
      expect(sum(of.amountsNel)).toBe(of.feesNel + of.roundingNel);
    }
    const days = (nel: (of: SharedDay) => bigint): bigint[] =>
      sumsOver(
        year().map((of) => (of ? nel(of) : 0n)),
        7,
        7,
      );
    expect(days((of) => sum(of.amountsNel))).toEqual(days((of) => of.feesNel + of.roundingNel));
    expect(days(() => 0n)).toHaveLength(52);
  });

  test('prices keep to their corridor', () => {
    for (const of of year())
      of?.prices.buyNelPerWh.forEach((buy, i) => {
        expect(sharedPriceFault({ buy, sell: of.prices.sellNelPerWh[i] }, 190_000, TICK)).toBeNull();
      });
  });

  test('no unit is lost or made: what accounts hold, the fund’s among them, is 0 at every period’s end', () => {
    const accounts = new Array<bigint>(COMMUNITIES.length).fill(0n);
    let fund = 0n;
    year().forEach((of, day) => {
      of?.amountsNel.forEach((nel, i) => {
        accounts[i] -= nel ?? 0n;
      });
      if (of) fund += of.feesNel + of.roundingNel;
      if (day % 7 === 6) expect(sum(accounts) + fund).toBe(0n);
    });
    expect(fund > 0n).toBe(true);
  });
});

test('who is absent has no bill, and bills of the others do not know it', () => {
  const day = PROFILE_DAYS >> 1;
  const [a, b, c] = [nets[0][day], nets[2][day], nets[3][day]];
  const with3 = sharedDay({ nets: [a, null, b, c], tariff: tariff(190_000), tick: TICK })!;
  const of3 = sharedDay({ nets: [a, b, c], tariff: tariff(190_000), tick: TICK })!;
  expect(with3.amountsNel[1]).toBeNull();
  expect(with3.amountsNel.filter((nel) => nel !== null)).toEqual(of3.amountsNel);
  expect(with3.feesNel).toBe(3n * FEE);
  expect(with3.prices).toEqual(of3.prices);
});

test('two are a market, one is none', () => {
  const day = 180;
  expect(sharedDay({ nets: [nets[0][day], null, nets[2][day], null], tariff: tariff(190_000), tick: TICK })).not.toBeNull();
  expect(sharedDay({ nets: [null, null, nets[2][day], null], tariff: tariff(190_000), tick: TICK })).toBeNull();
  expect(sharedDay({ nets: [null, null], tariff: tariff(190_000), tick: TICK })).toBeNull();
  expect(withAbsent.filter((of) => of === null).length).toBeGreaterThan(0);
});

/** 0.03 ELECTRA. */
const ROUNDING_OF_A_DAY_NEL = 30_000_000n;

test.each([100_000, 190_000, 280_000])('at p = %i no day is worse than absence by more than 0.03 ELECTRA of rounding', (price) => {
  for (const away of [() => false, isAbsent]) {
    const year = sharedYear({ nets, tariff: tariff(price), tick: TICK, isAbsent: away });
    COMMUNITIES.forEach((_name, i) => {
      const gains = year.map((of, day) => (of === null || away(i, day) ? 0n : gainNel(nets[i][day], of, SUPPLIER)));
      expect(least(gains)).toBeGreaterThanOrEqual(-ROUNDING_OF_A_DAY_NEL);
      expect(sum(gains)).toBeGreaterThan(0n);
    });
  }
});

test('at a price that is a supplier’s own, rounding is all that is left, and it is more than that', () => {
  const year = sharedYear({ nets, tariff: tariff(SUPPLIER.retailNelPerWh), tick: TICK });
  const gains = year.map((of, day) => gainNel(nets[2][day], of!, SUPPLIER));
  expect(least(gains)).toBeLessThan(-ROUNDING_OF_A_DAY_NEL);
});

test('gains and roundings are one account: what suppliers would have had more is the communities’ and the fund’s', () => {
  whole.forEach((of, day) => {
    const shared = of!.totals.importWh.reduce((all, wh, i) => all + BigInt(Math.min(wh, of!.totals.exportWh[i])), 0n);
    const suppliers = shared * BigInt(SUPPLIER.retailNelPerWh - SUPPLIER.feedInNelPerWh);
    const gains = sum(COMMUNITIES.map((_name, i) => gainNel(nets[i][day], of!, SUPPLIER)));
    const lost = suppliers - gains - of!.roundingNel;
    expect(lost >= 0n && lost <= BigInt(96 * COMMUNITIES.length)).toBe(true);
  });
});
