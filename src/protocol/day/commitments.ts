/**
 * What the node commits to in a day book: masks, bills, register links, totals (protocol §6).
 *
 * Each hides one private thing behind randomness of its own and none derives from another: without v the pair (S, K) would be an
 * unblinded commitment to the readings, and a constant day was found by guessing.
 */
import { packRegisters } from '../meter/commitment.ts';
import { ProtocolError } from '../values/errors.ts';
import { FIELD_ORDER, p4, TAG, toField } from '../values/field.ts';
import { SLOTS_PER_DAY } from '../values/time.ts';
import { TOTAL_LIMIT_WH } from './prices.ts';

/** |amount of a day| stays below this: fits i64 with room for sums. */
export const AMOUNT_LIMIT = 1n << 60n;

/** K: the mask k of a meter's masked sum, behind v. */
export const maskCommitment = (meterDay: bigint, k: bigint, v: bigint): bigint => p4(TAG.mask, meterDay, k, v);

/** B: the amount of a bill in nELECTRA, behind s. */
export function billCommitment(meterDay: bigint, amountNel: bigint, s: bigint): bigint {
  if (amountNel >= AMOUNT_LIMIT || amountNel <= -AMOUNT_LIMIT)
    throw new ProtocolError('out-of-range', 'amount', '|amount| < 2^60 nELECTRA');
  return p4(TAG.bill, meterDay, toField(amountNel), s);
}

/** L0 and L1: both registers at a midnight, behind the u of that meter and midnight. */
export const linkCommitment = (meterTag: bigint, importWh: bigint, exportWh: bigint, u: bigint): bigint =>
  p4(TAG.registerLink, meterTag, packRegisters(importWh, exportWh), u);

const VALUES_PER_WORD = 10;

/** T as 20 words of ten 24-bit values: totals of import, then of export. */
export function totalWords(importWh: readonly number[], exportWh: readonly number[]): bigint[] {
  const totals = [...importWh, ...exportWh];
  if (importWh.length !== SLOTS_PER_DAY || exportWh.length !== SLOTS_PER_DAY)
    throw new ProtocolError('wrong-size', 'totals', `${SLOTS_PER_DAY} values each way`);
  return Array.from({ length: 20 }, (_, word) => {
    let sum = 0n;
    for (let j = Math.min((word + 1) * VALUES_PER_WORD, totals.length) - 1; j >= word * VALUES_PER_WORD; j--) {
      if (!Number.isInteger(totals[j]) || totals[j] < 0 || totals[j] >= TOTAL_LIMIT_WH)
        throw new ProtocolError('out-of-range', `totals[${j}]`, '0 … 2^24-1 Wh');
      sum = (sum << 24n) | BigInt(totals[j]);
    }
    return sum;
  });
}

/** X: the day's totals and the sum of all masks, behind x. */
export function totalsCommitment(day: {
  gridDay: bigint;
  importWh: readonly number[];
  exportWh: readonly number[];
  maskSum: bigint;
  x: bigint;
}): bigint {
  const w = totalWords(day.importWh, day.exportWh);
  const n = [0, 4, 8, 12, 16].map((i) => p4(w[i], w[i + 1], w[i + 2], w[i + 3]));
  return p4(TAG.totals, day.gridDay, p4(n[0], n[1], n[2], n[3]), p4(n[4], day.maskSum, day.x, 0n));
}

/**
 * S = Σ x_i·rho^(192−i) + k over a day's 192 values. Exponents run from 192 down to 1, never 0: otherwise the last slot's total
 * could be traded against the mask.
 */
export function maskedSum(importWh: readonly number[], exportWh: readonly number[], rho: bigint, k: bigint): bigint {
  let acc = 0n;
  for (const value of [...importWh, ...exportWh]) acc = ((acc + BigInt(value)) * rho) % FIELD_ORDER;
  return (acc + k) % FIELD_ORDER;
}

/** Σ of field elements mod r: M of the masks, ΣS of the masked sums. */
export const fieldSum = (values: readonly bigint[]): bigint => values.reduce((sum, value) => (sum + value) % FIELD_ORDER, 0n);
