import { toBech32 } from '@cosmjs/encoding';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MemberVector, readVectors } from '../../../../sdk/vectors/read.ts';
import { address, TARIFF } from '../../../../test/kit/books/index-rows.ts';
import { keyIds } from '../../../../test/kit/development-keys.ts';
import {
  billAmount,
  bookHash,
  commitDay,
  FIELD_ORDER,
  fieldSum,
  gridId,
  maskedSum,
  meterTag,
  parseBook,
  rhoOf,
} from '../../../protocol/index.ts';
import { dayPostings } from '../money/ledger.ts';
import type { Reading } from './compose.ts';
import { composeDay } from './compose.ts';
import type { Draws } from './randomness.ts';
import { csprng } from './randomness.ts';

const v = readVectors('protocol-v1');
const { members } = v;
const bech32 = (hex: string) => toBech32('electra', Uint8Array.from(Buffer.from(hex, 'hex')));
const byMeter = new Map(members.map((m) => [bech32(m.address), m]));
const of = (meter: string, key: Exclude<keyof MemberVector, 'importWh' | 'exportWh'>) => BigInt(byMeter.get(meter)![key]);
const fixed: Draws = {
  maskOf: (meter) => of(meter, 'k'),
  maskBlindingOf: (meter) => of(meter, 'v'),
  billBlindingOf: (meter) => of(meter, 's'),
  linkBlindingOf: (meter, day) => of(meter, day === v.day ? 'u0' : 'u1'),
  totalsBlinding: () => BigInt(v.x),
  dayBlindingOf: () => {
    throw new Error('every day of the vector is metered');
  },
};
const readings = members.map(
  (m): Reading => ({
    meter: bech32(m.address),
    member: m.member,
    source: 'metered',
    importStartWh: BigInt(m.importStart),
    exportStartWh: BigInt(m.exportStart),
    importWh: m.importWh,
    exportWh: m.exportWh,
    blinding: Uint8Array.from(Buffer.from(m.blinding, 'hex')),
    C: BigInt(m.C),
    u0: BigInt(m.u0),
    u1: BigInt(m.u1),
    copy: null,
  }),
);
const tariff = { ...v.tariff, rule: 'mid-market/1', feePerDayNel: BigInt(v.tariff.feePerDayNel) };
const input = {
  chainId: v.chainId,
  day: v.day,
  tariff,
  tick: v.tick,
  rosterDigest: 'ab'.repeat(32),
  keys: keyIds(),
  readings,
};

describe('the day of the independent implementation', () => {
  const day = composeDay(input, fixed);
  test.each(['K', 'B', 'L0', 'L1', 'C'] as const)('gives its %s for every member', (key) => {
    for (const entry of day.entries) expect(entry[key]).toBe(of(entry.meter, key));
  });
  test('gives its totals, prices, amounts, X and sum of masks', () => {
    expect({ importWh: day.totalImportWh, exportWh: day.totalExportWh }).toEqual(v.totals);
    expect(day.prices).toEqual(v.prices);
    for (const entry of day.entries) expect(entry.amountNel).toBe(of(entry.meter, 'amountNel'));
    expect(day.X).toBe(BigInt(v.X));
    expect(day.maskSum).toBe(BigInt(v.maskSum));
  });
  test('gives its masked sums under its rho', () => {
    const sums = day.entries.map((entry) => maskedSum(entry.importWh, entry.exportWh, BigInt(v.rho), entry.k));
    for (const [i, entry] of day.entries.entries()) expect(sums[i]).toBe(of(entry.meter, 'S'));
    expect(fieldSum(sums)).toBe(BigInt(v.sumS));
  });
  test('has rho from the hash of its own text, and masked sums under that', () => {
    expect(day.hash).toBe(bookHash(day.text));
    expect(day.rho).toBe(rhoOf(day.hash));
    for (const entry of day.entries) expect(entry.S).toBe(maskedSum(entry.importWh, entry.exportWh, day.rho, entry.k));
  });
  test('reads back as the same book, meters in the order of their address bytes', () => {
    expect(parseBook(day.text)).toEqual(day.book);
    expect(day.book.meters.map(({ meter }) => meter)).toEqual(
      [...members].sort((a, b) => (a.address < b.address ? -1 : 1)).map((m) => bech32(m.address)),
    );
  });
  test('does not depend on the order of the readings', () => {
    expect(composeDay({ ...input, readings: [...readings].reverse() }, fixed).hash).toBe(day.hash);
  });
});

describe('drawing', () => {
  test('a second draft of the same readings shares no mask, no commitment and no rho with the first', () => {
    const [one, two] = [composeDay(input, csprng), composeDay(input, csprng)];
    expect(two.hash).not.toBe(one.hash);
    expect(two.rho).not.toBe(one.rho);
    expect(two.x).not.toBe(one.x);
    one.entries.forEach((entry, i) => {
      for (const key of ['k', 'v', 's', 'K', 'B', 'S'] as const) expect(two.entries[i][key]).not.toBe(entry[key]);
      expect(two.entries[i].C).toBe(entry.C);
    });
  });
  test('draws field elements, 31-byte blindings, and each only once', () => {
    const seen = new Set<bigint>();
    for (let i = 0; i < 200; i++) {
      const [k, x] = [csprng.maskOf('m'), csprng.linkBlindingOf('m', 1)];
      expect(k < FIELD_ORDER && x < 1n << 248n).toBe(true);
      seen.add(k).add(x);
    }
    expect(seen.size).toBe(400);
    expect(csprng.dayBlindingOf('m')).toHaveLength(31);
  });
  test('k reaches the whole field: its highest bits are not zero', () => {
    expect(Array.from({ length: 100 }, () => csprng.maskOf('m')).some((k) => k > 1n << 252n)).toBe(true);
  });
});

describe('any day', () => {
  const wh = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 96, maxLength: 96 });
  const one = fc.record({ importWh: wh, exportWh: wh });
  const prices = fc
    .tuple(fc.integer({ min: -200, max: 500 }), fc.integer({ min: 0, max: 300 }))
    .map(([feedIn, gap]) => [feedIn * 2000, (feedIn + gap) * 2000]);
  const compose = (days: { importWh: number[]; exportWh: number[] }[], [feedIn, retail]: number[]) => {
    const ownTariff = { ...TARIFF, retailNelPerWh: Array(96).fill(retail), feedInNelPerWh: Array(96).fill(feedIn) };
    const all = days.map((d, i): Reading => {
      const meter = address(`meter ${i}`);
      const day = { ...d, importStartWh: 5n, exportStartWh: 6n, blinding: new Uint8Array(31).fill(i + 1) };
      return {
        ...day,
        meter,
        member: address(`member ${i % 3}`),
        source: 'metered',
        C: commitDay({ ...day, gridId: gridId(v.chainId), meterTag: meterTag(meter), day: v.day }),
        u0: 1n,
        u1: 2n,
        copy: null,
      };
    });
    return composeDay({ ...input, tariff: ownTariff, readings: all }, csprng);
  };
  test('balances: what members owe is the fees, the outside and a fund that never loses and never gains more than a tick per Wh', () => {
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), prices, (days, price) => {
        const day = compose(days, price);
        const owed = day.entries.reduce((sum, entry) => sum + entry.amountNel, 0n);
        const residual = owed - BigInt(days.length) * TARIFF.feePerDayNel - day.outsideCostNel;
        const energyWh = [...day.totalImportWh, ...day.totalExportWh].reduce((sum, x) => sum + x, 0);
        expect(residual >= 0n && residual <= 1000n * BigInt(energyWh)).toBe(true);
        const postings = dayPostings(day.entries, day.outsideCostNel);
        expect(postings.reduce((sum, p) => sum + p.amountNel, 0n)).toBe(0n);
        expect(new Set(postings.map((p) => p.account)).size).toBe(postings.length);
        expect(postings.find((p) => p.account === 'fund')!.amountNel).toBe(-day.fundNel);
      }),
      { numRuns: 25 },
    );
  });
  test('bills each meter for itself: another one with zeros beside it changes no amount', () => {
    fc.assert(
      fc.property(one, prices, (day, price) => {
        const alone = compose([day], price).entries[0].amountNel;
        const zeros = { importWh: Array(96).fill(0), exportWh: Array(96).fill(0) };
        const beside = compose([day, zeros], price);
        expect(beside.entries.find((entry) => entry.meter === address('meter 0'))!.amountNel).toBe(alone);
        expect(beside.entries.find((entry) => entry.meter === address('meter 1'))!.amountNel).toBe(TARIFF.feePerDayNel);
        expect(alone).toBe(billAmount({ ...day, prices: beside.prices, feePerDayNel: TARIFF.feePerDayNel }));
      }),
      { numRuns: 10 },
    );
  });
  test('is refused where a total reaches 2^24 Wh in a slot, naming the slot', () => {
    const big = { importWh: [...Array(95).fill(0), 2 ** 20 - 1], exportWh: Array(96).fill(0) };
    expect(() =>
      compose(
        Array.from({ length: 17 }, () => big),
        [80_000, 300_000],
      ),
    ).toThrow('total importWh[95]');
    expect(
      compose(
        Array.from({ length: 16 }, () => big),
        [80_000, 300_000],
      ).totalImportWh[95],
    ).toBe(2 ** 24 - 16);
  });
  test('of a community of nobody has a book of nobody', () => {
    const day = compose([], [80_000, 300_000]);
    expect(day.book.meters).toEqual([]);
    expect(dayPostings(day.entries, day.outsideCostNel)).toEqual([
      { account: 'outside', amountNel: 0n },
      { account: 'fund', amountNel: 0n },
    ]);
  });
});
