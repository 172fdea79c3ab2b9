/** How a range is asked for: with every answer that a verifier walks by, in few waves, and hardly a question too many. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { compareBytes } from '../../protocol/day/roster.ts';
import { type Answer, type Ask, middleOf, walkRange } from './range-walk.ts';

const RANGE = { from: Uint8Array.of(5), to: Uint8Array.of(6) };
const value = Uint8Array.of(1);

/** A store that answers as the chain's does. */
function storeOf(inRange: readonly Uint8Array[]) {
  const keys = [Uint8Array.of(4, 9), ...[...inRange].sort(compareBytes), Uint8Array.of(6, 1)];
  const waves: number[] = [];
  const asked: Uint8Array[] = [];
  const answer = (key: Uint8Array): Answer => {
    asked.push(key);
    const right = keys.findIndex((one) => compareBytes(one, key) >= 0);
    const shown =
      right >= 0 && compareBytes(keys[right], key) === 0
        ? { absent: false as const, value }
        : { absent: true as const, left: { key: keys[right - 1], value }, right: { key: keys[right], value } };
    return { proof: Buffer.from(key).toString('hex'), store: 'root', shown };
  };
  const ask: Ask = async (some) => {
    waves.push(some.length);
    return some.map(answer);
  };
  return { ask, waves, asked };
}

const hashed = (n: number): Uint8Array => Uint8Array.of(5, ...createHash('sha256').update(String(n)).digest().subarray(0, 20));
const counted = (n: number): Uint8Array => Uint8Array.of(5, 128, 0, 0, 0, 0, 0, n >> 8, n & 255);
const many = (make: (n: number) => Uint8Array, count: number): Uint8Array[] => Array.from({ length: count }, (_, n) => make(n));

/** The questions that a verifier walks by. */
const canonical = (keys: readonly Uint8Array[]): string[] =>
  [RANGE.from, ...[...keys].sort(compareBytes).map((key) => Uint8Array.of(...key, 0))].map((key) => Buffer.from(key).toString('hex'));

test.each([
  ['nothing', []],
  ['one entry', many(hashed, 1)],
  ['entries that lie anywhere', many(hashed, 700)],
  ['entries that count up', many(counted, 700)],
  [
    'the start itself and what follows it at once',
    [Uint8Array.of(5), Uint8Array.of(5, 0), Uint8Array.of(5, 0, 0), Uint8Array.of(5, 255, 255)],
  ],
])('of %s the answers are those of a verifier’s walk, and the keys those of the entries', async (_, keys) => {
  const { steps, keys: found } = await walkRange(RANGE, storeOf(keys).ask);
  expect(steps.map(({ proof }) => proof)).toEqual(canonical(keys).slice(0, steps.length));
  expect(found).toEqual([...keys].sort(compareBytes));
});

test('a range of a few entries takes no question too many', async () => {
  const store = storeOf(many(hashed, 3));
  await walkRange(RANGE, store.ask);
  expect(store.asked).toHaveLength(4);
});

test.each([
  ['anywhere', hashed],
  ['one after the other', counted],
])('700 entries that lie %s take less than 40 waves, not 700', async (_, make) => {
  const store = storeOf(many(make, 700));
  await walkRange(RANGE, store.ask);
  expect(store.waves.length).toBeLessThan(40);
  expect(store.asked.length).toBeLessThan(1_000);
});

test('what was known before is asked for in one wave, and what came and went since costs two more', async () => {
  const before = many(hashed, 400);
  const same = storeOf(before);
  await walkRange(RANGE, same.ask, before);
  expect(same.waves).toEqual([401]);
  const now = [...before.slice(3), hashed(1_000)];
  const other = storeOf(now);
  const { steps } = await walkRange(RANGE, other.ask, before);
  expect(steps.map(({ proof }) => proof)).toEqual(canonical(now));
  expect([other.waves.length, other.asked.length]).toEqual([2, 402]);
});

test('the middle lies between, or there is none', () => {
  const middle = middleOf(Uint8Array.of(5, 1), Uint8Array.of(5, 2))!;
  expect([compareBytes(middle, Uint8Array.of(5, 1)), compareBytes(middle, Uint8Array.of(5, 2))]).toEqual([1, -1]);
  expect(middleOf(Uint8Array.of(5), Uint8Array.of(5, 0, 1))).not.toBeNull();
  expect(middleOf(Uint8Array.of(7, 0), Uint8Array.of(7, 0))).toBeNull();
});
