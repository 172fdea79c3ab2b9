/** Days with prices of single slots, as an honest node books them. What forgers try is in attack/slot-prices.ts. */
import { expect, test } from 'vitest';
import { honest, onItsChain, plan2 } from '../../../test/kit/attack/forged-bundle.ts';
import { bookDay } from '../../../test/kit/attack/forged-day.ts';
import { TARIFF } from '../../../test/kit/audit/booked-day.ts';
import { FIRST_DAY } from '../../../test/kit/audit/readings.ts';
import { auditAsIs, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { overTariff } from '../../protocol/index.ts';

const DAY = FIRST_DAY + 1;
/** Noon, with feed-in above retail in the second slot; set in the last second that was in time. */
const slotPrices = [200_000, -40_000, 200_000].map((retailNelPerWh, i) => ({
  slot: DAY * 96 + 48 + i,
  retailNelPerWh,
  feedInNelPerWh: 80_000,
  unixS: (DAY * 96 + 48 + i - 1) * 900,
}));

/** One member's second day is missing: its run is open, and nothing failed. */
const OPEN_RUN_ALONE = [3, []];

test('a day billed at them passes, feed-in above retail and all, and says how many slots have their own', async () => {
  const day = bookDay(plan2('honest slot prices', { tariff: overTariff(TARIFF, DAY, slotPrices), over: { tariff: TARIFF, slotPrices } }));
  expect([day.book.prices.buyNelPerWh[49], day.book.prices.sellNelPerWh[49]]).toEqual([-40_000, 80_000]);
  const verdict = await auditAsIs(await onItsChain(day));
  expect([verdict.exitCode, namesOf(verdict)]).toEqual(OPEN_RUN_ALONE);
  expect(linesOf(verdict, '3 tariff', 'passed').map(({ detail }) => detail)).toContainEqual(
    expect.stringMatching(/with the prices of 3 slots set over it$/),
  );
});

test('a day without any says nothing of them', async () => {
  const verdict = await auditAsIs(await honest());
  expect([verdict.exitCode, namesOf(verdict)]).toEqual(OPEN_RUN_ALONE);
  expect(linesOf(verdict, '3 tariff', 'passed').some(({ detail }) => detail.includes('slots'))).toBe(false);
});
