/** Who the operator is to be, from the messages that queue, veto and name, to the event that says what became of a rotation. */
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore, meterAddress, saidAt, setClock } from '../test/kit/memory-store.ts';
import * as mappings from './index.ts';

const START = 1_782_950_400;
const DELAY_S = 604_800;
const [one, two] = [1, 2].map(meterAddress);
const [operator, next, other] = [99, 98, 97].map(meterAddress);
const signature = new Uint8Array(64).fill(7);

let store: MemoryStore;
beforeEach(async () => {
  store = new MemoryStore();
  await setClock(store, START, DELAY_S);
});

const said = saidAt(START);
const rotate = (height: number, n = 1, address = next) =>
  mappings.handleRotateOperator(said(height, { operator, n, address, signature }), store);
const veto = (height: number, meter: string, n = 1) => mappings.handleVetoRotation(said(height, { meter, n }), store);
const name = (height: number, meter: string, address: string, n = 1) =>
  mappings.handleReplaceOperator(said(height, { meter, n, address }), store);
/** The chain's event of a block, where nothing else is said: that rotation 1 to `next` was applied by signature. */
const ended = (height: number, change: Record<string, string> = {}) =>
  mappings.handleOperatorRotated(
    {
      block: said(height, {}).block,
      event: {
        type: 'electra.operator_rotated',
        attributes: Object.entries({
          n: '1',
          address: next,
          fate: 'applied',
          signed: 'true',
          unix_s: String(START + height),
          ...change,
        }).map(([key, value]) => ({ key, value })),
      },
    },
    store,
  );
const rotations = () => store.all('OperatorRotation').map(({ id, fate, settledHeight }) => [id, fate ?? null, settledHeight ?? null]);
const bad = () => store.all('BadTransaction').map(({ reason }) => reason);
const DUE = 5 + DELAY_S;

describe('a rotation that the operator signed', () => {
  test('is seen from its first block on, with whom it names, its signature and its time', async () => {
    await rotate(5);
    expect(store.all('OperatorRotation')).toEqual([
      {
        id: '1-5',
        n: 1,
        address: next,
        signature: `0x${'07'.repeat(64)}`,
        height: 5,
        dueUnixS: BigInt(START + DUE),
        fate: null,
        settledHeight: null,
      },
    ]);
  });
  test('is in force when it is due', async () => {
    await rotate(5);
    await ended(DUE);
    expect(rotations()).toEqual([['1-5', 'applied', DUE]]);
    expect(bad()).toEqual([]);
  });
  test('cannot be brought into force by a node’s word before it is due', async () => {
    await rotate(5);
    await ended(DUE - 1);
    expect(rotations()).toEqual([['1-5', null, null]]);
    expect(bad()).toEqual(['rotation-mismatch']);
  });
  test('that was vetoed leaves its number to another one', async () => {
    await rotate(5);
    await veto(6, one);
    await veto(7, two);
    expect(store.all('OperatorVote')).toEqual([
      { id: `1-${one}-6-veto`, n: 1, meter: one, address: null, height: 6 },
      { id: `1-${two}-7-veto`, n: 1, meter: two, address: null, height: 7 },
    ]);
    await ended(DUE, { fate: 'vetoed' });
    await rotate(DUE + 1, 1, other);
    await ended(2 * DUE, { address: other });
    expect(rotations()).toEqual([
      ['1-5', 'vetoed', DUE],
      [`1-${DUE + 1}`, 'applied', 2 * DUE],
    ]);
  });
  test('is followed by the next number', async () => {
    await rotate(5);
    await ended(DUE);
    await rotate(DUE + 1, 2, other);
    await ended(2 * DUE, { n: '2', address: other });
    expect(rotations()).toEqual([
      ['1-5', 'applied', DUE],
      [`2-${DUE + 1}`, 'applied', 2 * DUE],
    ]);
  });
});

describe('an operator that meters named', () => {
  test('has no signature, and is in force at once', async () => {
    await name(8, one, other);
    await ended(9, { address: other, signed: 'false' });
    expect(store.all('OperatorVote')).toMatchObject([{ id: `1-${one}-8-vote`, meter: one, address: other }]);
    expect(store.all('OperatorRotation')).toMatchObject([{ id: '1-9', n: 1, address: other, signature: null, fate: 'applied' }]);
  });
  test('ends what waited for the same number, which waits no more', async () => {
    await rotate(5);
    await name(8, one, other);
    await ended(9, { address: other, signed: 'false' });
    expect(rotations()).toEqual([
      ['1-5', 'dropped', 9],
      ['1-9', 'applied', 9],
    ]);
  });
  test('cannot be one that no meter named, by a node’s word', async () => {
    await name(8, one, other);
    await ended(9, { signed: 'false' });
    await ended(10, { n: '2', address: other, signed: 'false' });
    await veto(11, one, 3);
    await ended(12, { n: '3', address: other, signed: 'false' });
    expect(rotations()).toEqual([]);
    expect(bad()).toEqual(['rotation-mismatch', 'rotation-mismatch', 'rotation-mismatch']);
  });
});

test.each<[string, Record<string, string>]>([
  ['another address', { address: other }],
  ['another number', { n: '2' }],
  ['a number that is none', { n: '01' }],
  ['a fate that there is not', { fate: 'postponed' }],
  ['another time than its block’s', { unix_s: String(START + DUE + 1) }],
  ['no signature, which no meter stands in for', { signed: 'false' }],
])('the end of a rotation with %s changes nothing, and is kept as a row', async (_, change) => {
  await rotate(5);
  await ended(DUE, change);
  expect(rotations()).toEqual([['1-5', null, null]]);
  expect(bad()).toEqual(['rotation-mismatch']);
});
