import { toBech32 } from '@cosmjs/encoding';
import { describe, expect, test } from 'vitest';
import { readVectors } from '../../sdk/vectors/read.ts';
import {
  billAmount,
  billCommitment,
  commitDay,
  fieldSum,
  gridDay,
  gridId,
  linkCommitment,
  maskCommitment,
  maskedSum,
  meterDay,
  meterTag,
  midMarket,
  p4,
  readingsRoot,
  rhoOf,
  totalsCommitment,
} from './index.ts';

const v = readVectors('protocol-v1');
const tariff = {
  rule: 'mid-market/1',
  retailNelPerWh: v.tariff.retailNelPerWh,
  feedInNelPerWh: v.tariff.feedInNelPerWh,
  feePerDayNel: BigInt(v.tariff.feePerDayNel),
};
const sum = (key: 'importWh' | 'exportWh') => Array.from({ length: 96 }, (_, i) => v.members.reduce((s, m) => s + m[key][i], 0));

describe('one real day of `rural` agrees with an independent implementation', () => {
  test('in Poseidon with four inputs', () => {
    for (const { inputs, out } of v.p4) {
      const [a, b, c, d] = inputs.map(BigInt);
      expect(p4(a, b, c, d)).toBe(BigInt(out));
    }
  });

  test('in the grid, the day and rho', () => {
    expect(gridId(v.chainId)).toBe(BigInt(v.gridId));
    expect(gridDay(BigInt(v.gridId), v.day)).toBe(BigInt(v.gridDay));
    expect(rhoOf(v.bookHash)).toBe(BigInt(v.rho));
  });

  test('in totals and prices', () => {
    expect(sum('importWh')).toEqual(v.totals.importWh);
    expect(sum('exportWh')).toEqual(v.totals.exportWh);
    expect(midMarket({ ...v.totals, tariff, tick: v.tick })).toEqual(v.prices);
  });

  test('in the commitment to hidden totals and the sum of masked sums', () => {
    expect(fieldSum(v.members.map((m) => BigInt(m.k)))).toBe(BigInt(v.maskSum));
    expect(totalsCommitment({ gridDay: BigInt(v.gridDay), ...v.totals, maskSum: BigInt(v.maskSum), x: BigInt(v.x) })).toBe(BigInt(v.X));
    expect(fieldSum(v.members.map((m) => BigInt(m.S)))).toBe(BigInt(v.sumS));
  });

  test.each(v.members)('in every value of $member', (m) => {
    const meter = toBech32('electra', Uint8Array.from(Buffer.from(m.address, 'hex')));
    const tag = meterTag(meter);
    const md = meterDay(BigInt(v.gridId), tag, v.day);
    const total = (values: number[]) => BigInt(values.reduce((s, x) => s + x, 0));
    const [start, exportStart] = [BigInt(m.importStart), BigInt(m.exportStart)];
    expect(tag).toBe(BigInt(m.meterTag));
    expect(md).toBe(BigInt(m.meterDay));
    expect(readingsRoot(m.importWh, m.exportWh)).toBe(BigInt(m.root));
    expect(
      commitDay({
        gridId: BigInt(v.gridId),
        meterTag: tag,
        day: v.day,
        importStartWh: start,
        exportStartWh: exportStart,
        importWh: m.importWh,
        exportWh: m.exportWh,
        blinding: Buffer.from(m.blinding, 'hex'),
      }),
    ).toBe(BigInt(m.C));
    expect(maskCommitment(md, BigInt(m.k), BigInt(m.v))).toBe(BigInt(m.K));
    const amount = billAmount({ importWh: m.importWh, exportWh: m.exportWh, prices: v.prices, feePerDayNel: tariff.feePerDayNel });
    expect(amount).toBe(BigInt(m.amountNel));
    expect(billCommitment(md, amount, BigInt(m.s))).toBe(BigInt(m.B));
    expect(linkCommitment(tag, start, exportStart, BigInt(m.u0))).toBe(BigInt(m.L0));
    expect(linkCommitment(tag, start + total(m.importWh), exportStart + total(m.exportWh), BigInt(m.u1))).toBe(BigInt(m.L1));
    expect(maskedSum(m.importWh, m.exportWh, BigInt(v.rho), BigInt(m.k))).toBe(BigInt(m.S));
  });
});
