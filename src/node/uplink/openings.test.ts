/** Openings of own bills that an exchange hands out, beside those that are kept. */
import { expect, test } from 'vitest';
import { type BillOpening, billCommitment, gridId, meterDay, meterTag } from '../../protocol/index.ts';
import { chosenOpenings, newOpenings } from './openings.ts';

const [meter, other] = ['electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl', 'electra1mts75ae3fglxgkksu02pdemy82fgvy24m55hmy'];
const mainChainId = 'electra-main-5eed0001';
const DAY = 20_640;
const opening = (amountNel: bigint, day = DAY, of = meter): BillOpening => ({
  ...{ day, version: 1, bookHash: 'ab'.repeat(32), meter: of, amountNel, s: 1_000_000n + BigInt(day) },
});
const billOf = ({ day, meter: of, amountNel, s }: BillOpening): bigint =>
  billCommitment(meterDay(gridId(mainChainId), meterTag(of), day), amountNel, s);
const chosen = (kept: BillOpening[], news: BillOpening[], bills: (bigint | null)[]) => chosenOpenings(mainChainId, kept, news, bills);
const [right, wrong] = [opening(7n), opening(8n)];

test('what is handed out now replaces no kept opening that opens the bill, and is refused where it does not open it', () => {
  expect(chosen([right], [wrong], [billOf(right)])).toEqual({ openings: [right], refused: [wrong] });
  expect(chosen([], [wrong], [billOf(right)])).toEqual({ openings: [], refused: [wrong] });
  expect(chosen([], [{ ...right, s: right.s + 1n }], [billOf(right)]).openings).toEqual([]);
});

test('it replaces one that does not open the bill, and is kept where there was none', () => {
  expect(chosen([wrong], [right], [billOf(right)])).toEqual({ openings: [right], refused: [] });
  expect(chosen([], [right], [billOf(right)])).toEqual({ openings: [right], refused: [] });
});

test('where the chain keeps no bill, what is there stays and what is missing is taken', () => {
  expect(chosen([right], [wrong], [null])).toEqual({ openings: [right], refused: [] });
  expect(chosen([], [wrong], [null])).toEqual({ openings: [wrong], refused: [] });
});

test('asked of the chain is what is new, and all that is kept is in the order of bills', () => {
  const [later, others] = [opening(1n, DAY + 1), opening(2n, DAY, other)];
  expect(newOpenings([right, later], [right, opening(2n, DAY + 1), others])).toEqual([opening(2n, DAY + 1), others]);
  expect(newOpenings([right], [{ ...right, s: 5n }])).toHaveLength(1);
  expect(chosen([later], [others, right], [billOf(others), billOf(right)]).openings).toEqual([right, others, later]);
});
