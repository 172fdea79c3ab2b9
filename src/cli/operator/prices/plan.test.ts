import { expect, test } from 'vitest';
import type { OutsidePrices } from '../../../node/books/index.ts';
import { earliestStart, messagesOf, planOf } from './plan.ts';

const FIRST = 20_000 * 96;
const slot = (i: number, retailNelPerWh = 300_000, feedInNelPerWh = 80_000, roundedByNelPerWh = 0) => ({
  where: `line ${i}`,
  slot: FIRST + i,
  retailNelPerWh,
  feedInNelPerWh,
  roundedByNelPerWh,
});
const NOW = 20_000 * 86_400 + 60;
const known = (over: Partial<OutsidePrices> = {}): OutsidePrices => ({
  chainId: 'electra-test-5eed0001',
  chainUnixS: NOW - 60,
  clock: { startUnixS: 0, rate: 1, genesisUnixS: 0 },
  tick: 1000,
  slots: [],
  ...over,
});

test('only slots that are still to come are set, with room for the block and for a chain clock that is behind', () => {
  const plan = planOf([slot(0), slot(1), slot(2)], known(), NOW);
  // 60 s + 900 s + 120 s: the second slot begins too soon
  expect(plan.slots.map((one) => one.slot - FIRST)).toEqual([2]);
  expect([plan.over, plan.same]).toEqual([2, 0]);
  expect([NOW, NOW + 0.577].map((now) => earliestStart(known(), now))).toEqual([NOW + 1020, NOW + 1020]);
});

test('on a chain that lives faster there is as much more room', () => {
  const clock = { startUnixS: NOW, rate: 60, genesisUnixS: NOW };
  expect(earliestStart(known({ clock }), NOW)).toBe(NOW + 900 + 60 * 120);
});

test('what stands on the chain already is not set again, and the same prices of a tariff are', () => {
  const slots = [
    { ...slot(10), isSet: true },
    { ...slot(11), isSet: false },
    { ...slot(12, -40_000), isSet: true },
  ];
  const plan = planOf([slot(10), slot(11), slot(12)], known({ slots }), NOW);
  expect(plan.slots.map((one) => one.slot - FIRST)).toEqual([11, 12]);
  expect(plan.same).toBe(1);
});

test('messages are of slots one after the other, as the signer takes them', () => {
  expect(messagesOf({ slots: [slot(5, -40_000, 80_000), slot(6), slot(9)] })).toEqual([
    {
      typeUrl: '/electra.meter.v1.MsgSetPrices',
      value: { fromSlot: FIRST + 5, retailNelPerWh: ['-40000', '300000'], feedInNelPerWh: ['80000', '80000'] },
    },
    { typeUrl: '/electra.meter.v1.MsgSetPrices', value: { fromSlot: FIRST + 9, retailNelPerWh: ['300000'], feedInNelPerWh: ['80000'] } },
  ]);
});

test('how many prices are rounded is counted of those that are set, with the greatest difference', () => {
  const off = (i: number, by: number) => slot(i, 300_000, 80_000, by);
  const slots = [{ ...slot(10), isSet: true }];
  const plan = planOf([off(0, 900), off(10, 800), off(11, 930.5), off(12, 0.25), off(13, 0)], known({ slots }), NOW);
  expect(plan.rounded).toEqual({ slots: 2, mostNelPerWh: 930.5 });
  expect(planOf([slot(10)], known(), NOW).rounded).toEqual({ slots: 0, mostNelPerWh: 0 });
});
