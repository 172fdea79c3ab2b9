/** What the index benchmark needs of its chain, whatever the hour: looked at without running the benchmark. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOfSlot } from '../src/protocol/values/time.ts';
import { TEST_DAY, type TestChain } from '../test/kit/chain.ts';
import { LIVE_SLOTS, report, startLiveChain } from './index.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await startLiveChain();
});
afterAll(() => chain?.stop());

const slot = (n: number): number => chain.firstDay * 96 + n;

test('the chain begins at noon of the day that all test chains begin on', () => {
  expect(dayOfSlot(slot(LIVE_SLOTS - 1))).toBeLessThan(TEST_DAY);
  expect(Math.floor(chain.nowMs() / 3_600_000)).toBe(TEST_DAY * 24 + 12);
});

test('a meter can report its first slot, and the last that the benchmark may come to', async () => {
  const [meter] = chain.meters;
  const { code } = await chain.send(meter, [report(meter, slot(0)), report(meter, slot(LIVE_SLOTS - 1))]);
  expect(code).toBe(0);
});

test('a slot that is not over on the chain would be refused', async () => {
  const [meter] = chain.meters;
  const { log } = await chain.send(meter, [report(meter, slot(LIVE_SLOTS + 96))], 'any');
  expect(log).toMatch(/slot: \d+ ends at \d+, chain time is \d+/);
});
