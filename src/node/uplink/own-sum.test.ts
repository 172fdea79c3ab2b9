/** A community's own sum of a period, from the openings of its bills. */
import { expect, test } from 'vitest';
import { type BillOpening, billCommitment, DAY_S, gridId, meterDay, meterTag } from '../../protocol/index.ts';
import { billSumInput } from '../proofs/index.ts';
import { duePeriods, OWN_AFTER_S, ownSum } from './own-sum.ts';

const uplink = 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl';
const other = 'electra1mts75ae3fglxgkksu02pdemy82fgvy24m55hmy';
const mainChainId = 'electra-main-5eed0001';
const FROM = 20_640;

const opening = (day: number, amountNel: bigint, meter = uplink): BillOpening => ({
  ...{ day, version: 1, bookHash: 'ab'.repeat(32), meter, amountNel, s: 1_000_000n + BigInt(day) },
});

test('the sum is of the own bills of seven days; a day without one adds nothing', () => {
  const openings = [opening(FROM - 1, 5n), opening(FROM, 7n), opening(FROM + 6, -30n), opening(FROM + 7, 9n), opening(FROM + 1, 4n, other)];
  const sum = ownSum({ mainChainId, uplink, fromDay: FROM }, openings)!;
  expect([sum.totalNel, sum.amountsNel, sum.firstDay]).toEqual([-23n, [7n, 0n, 0n, 0n, 0n, 0n, -30n], FROM]);
  const md = meterDay(gridId(mainChainId), meterTag(uplink), FROM + 6);
  expect([sum.B[6], sum.B[1], sum.s[1]]).toEqual([billCommitment(md, -30n, 1_000_000n + BigInt(FROM + 6)), 0n, 0n]);
  expect(billSumInput(sum).B).toHaveLength(7);
  expect(ownSum({ mainChainId, uplink, fromDay: FROM + 14 }, openings)).toBeNull();
});

const period = (fromDay: number, readyUnixS: number) => ({
  ...{ fromDay, executedUnixS: 0n, dueHeight: 0n },
  readyUnixS: BigInt(readyUnixS),
});
const entry = (fromDay: number, of: string) => ({ fromDay, uplink: of, amountNel: 1n, pool: 0n, height: 1n });

test('due is a period that was over three weeks ago, with own bills and without an own entry; a week is left to its end', () => {
  const now = 3_000_000_000;
  const ago = (days: number): number => now - days * DAY_S;
  const periods = [
    period(FROM, ago(22)),
    period(FROM + 7, ago(21)),
    period(FROM + 14, ago(20)),
    period(FROM + 21, ago(30)),
    period(FROM + 28, ago(30)),
  ];
  const openings = [0, 7, 14, 21].map((after) => opening(FROM + after, 1n));
  const entries = [entry(FROM, uplink), entry(FROM + 7, other)];
  const state = { settlement: { periods, entries } } as unknown as Parameters<typeof duePeriods>[0];
  const due = (afterS: number) => duePeriods(state, uplink, openings, { chainUnixS: now, afterS });
  expect(due(OWN_AFTER_S)).toEqual([FROM + 7, FROM + 21]);
  expect(due(29 * DAY_S)).toEqual([FROM + 21]);
  expect(OWN_AFTER_S).toBe(21 * DAY_S);
});
