import { describe, expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { Slots } from './slots.ts';

/** Work that ends when told. */
function held() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, work: () => ended };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('slots', () => {
  test('a share is never a stranger’s: members find one free, however many strangers wait', async () => {
    const slots = new Slots([1, 2, 3, 4], { kept: 1 });
    const holds = Array.from({ length: 10 }, held);
    const strangers = holds.map(({ work }) => slots.use(true, work));
    expect([slots.inUse, slots.waiting]).toEqual([3, 7]);
    expect(await slots.use(false, async (slot) => slot)).toBeGreaterThan(0);
    for (const { end } of holds) end();
    await Promise.all(strangers);
    expect([slots.inUse, slots.waiting]).toEqual([0, 0]);
  });
  test('members may have all of them, and come before strangers that wait longer', async () => {
    const slots = new Slots([1, 2], { kept: 1 });
    const [a, b] = [held(), held()];
    const first = [slots.use(false, a.work), slots.use(false, b.work)];
    const order: string[] = [];
    const waiting = [true, false].map((stranger) => slots.use(stranger, async () => void order.push(stranger ? 'stranger' : 'member')));
    a.end();
    b.end();
    await Promise.all([...first, ...waiting]);
    expect(order).toEqual(['member', 'stranger']);
  });
  test('who waits too long is refused, and so is a stranger behind too many', async () => {
    const slots = new Slots([1], { kept: 0, waitMs: 40 });
    const { end, work } = held();
    const first = slots.use(false, work);
    const strangers = Array.from({ length: LIMITS.strangersWaiting + 1 }, () => slots.use(true, async () => 1).catch(({ code }) => code));
    await settled();
    expect(slots.waiting).toBe(LIMITS.strangersWaiting);
    expect(new Set(await Promise.all(strangers))).toEqual(new Set(['UNAVAILABLE']));
    end();
    await first;
    expect(await slots.use(true, async () => 'again')).toBe('again');
  });
  test('one that fails is free again', async () => {
    const slots = new Slots([1], { kept: 0 });
    await expect(slots.use(true, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(slots.inUse).toBe(0);
    expect(await slots.use(true, async (slot) => slot)).toBe(1);
  });
});
