/** Queued changes of power, from the messages that queue, veto and call them off, to the event that says what became of each. */
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore, meterAddress, saidAt, setClock } from '../test/kit/memory-store.ts';
import * as mappings from './index.ts';

const START = 1_782_950_400;
const DELAY_S = 604_800;
const key = (n: number) => new Uint8Array(32).fill(n);
const [one, two, three] = [1, 2, 3].map(meterAddress);
const operator = meterAddress(99);

let store: MemoryStore;
beforeEach(async () => {
  store = new MemoryStore();
  await setClock(store, START, DELAY_S);
  for (const meter of [one, two])
    await store.set('Meter', meter, {
      id: meter,
      address: '0x00',
      member: meter,
      firstDay: 1,
      lastDay: null,
      maxWhPerSlot: 1,
      consensusKey: `0x${'01'.repeat(32)}`,
      enrolledHeight: 0,
    });
});

const said = saidAt(START);
const enrolThree = (height: number, consensusKey = key(3)) =>
  mappings.handleEnrolMeter(said(height, { operator, meter: three, member: three, firstDay: 9, maxWhPerSlot: 1, consensusKey }), store);
const retire = (height: number, meter: string, lastDay: number) =>
  mappings.handleRetireMeter(said(height, { operator, meter, lastDay }), store);
const leave = (height: number, meter: string) => mappings.handleLeaveValidators(said(height, { meter }), store);
const fate = (height: number, meter: string, end: boolean, word: string, change: Record<string, string> = {}) =>
  mappings.handleValidatorChange(
    {
      block: said(height, {}).block,
      event: {
        type: 'electra.validator_change',
        attributes: Object.entries({ meter, end: String(end), fate: word, unix_s: String(START + height), ...change }).map(
          ([k, value]) => ({ key: k, value }),
        ),
      },
    },
    store,
  );
const changes = () => store.all('ValidatorChange').map(({ id, fate, dueUnixS }) => [id, fate ?? null, Number(dueUnixS) - START]);
const keyOf = async (meter: string) => (await store.get('Meter', meter))?.consensusKey ?? null;
const bad = () => store.all('BadTransaction').map(({ reason }) => reason);

describe('a beginning', () => {
  test('is seen from its first block on, with every veto, until it is applied', async () => {
    await enrolThree(5);
    await mappings.handleVetoValidator(said(6, { meter: one, target: three, end: false }), store);
    expect(changes()).toEqual([[`${three}-begin-5`, null, 5 + DELAY_S]]);
    expect(store.all('ValidatorVeto')).toMatchObject([{ change: `${three}-begin-5`, meter: one, height: 6 }]);
    await fate(5 + DELAY_S, three, false, 'applied');
    expect(changes()).toEqual([[`${three}-begin-5`, 'applied', 5 + DELAY_S]]);
    expect(await keyOf(three)).not.toBeNull();
  });
  test('that was vetoed leaves a light meter, which may get another key', async () => {
    await enrolThree(5);
    await fate(5 + DELAY_S, three, false, 'vetoed');
    expect(await keyOf(three)).toBeNull();
    await mappings.handleSetConsensusKey(said(9 + DELAY_S, { operator, meter: three, key: key(4) }), store);
    expect(changes().map(([id, word]) => [id, word])).toEqual([
      [`${three}-begin-5`, 'vetoed'],
      [`${three}-begin-${9 + DELAY_S}`, null],
    ]);
  });
  test('cannot be hidden by a node before it is due, nor by a fate that there is not', async () => {
    await enrolThree(5);
    await fate(4 + DELAY_S, three, false, 'applied');
    await fate(5 + DELAY_S, three, true, 'applied');
    await fate(6 + DELAY_S, three, false, 'forgotten');
    await fate(7 + DELAY_S, three, false, 'applied', { unix_s: '1' });
    await fate(8 + DELAY_S, meterAddress(50), false, 'applied');
    expect(changes()).toEqual([[`${three}-begin-5`, null, 5 + DELAY_S]]);
    expect(bad()).toEqual(Array(5).fill('change-mismatch'));
  });
  test('is called off by the meter, and by a last day before it', async () => {
    await enrolThree(5);
    await leave(6, three);
    expect(changes()).toEqual([[`${three}-begin-5`, 'called-off', 5 + DELAY_S]]);
    expect(await keyOf(three)).toBeNull();
    await mappings.handleSetConsensusKey(said(7, { operator, meter: three, key: key(4) }), store);
    await retire(8, three, Math.floor(START / 86_400) + 2);
    expect(changes().at(-1)).toEqual([`${three}-begin-7`, 'called-off', 7 + DELAY_S]);
  });
  test('of a light meter is none', async () => {
    await enrolThree(5, new Uint8Array());
    expect(changes()).toEqual([]);
  });
});

describe('an end', () => {
  const day = Math.floor(START / 86_400);
  test('waits for the last day and the delay; an earlier day makes no new one', async () => {
    await retire(5, one, day + 30);
    expect(changes()).toEqual([[`${one}-end-5`, null, (day + 31) * 86_400 - START]]);
    await retire(6, one, day + 1);
    expect(changes()).toEqual([[`${one}-end-5`, null, 6 + DELAY_S]]);
  });
  test('that is applied leaves a light meter, one that is vetoed a validator', async () => {
    await retire(5, one, day + 1);
    await retire(5, two, day + 1);
    await fate(5 + DELAY_S, one, true, 'applied');
    await fate(5 + DELAY_S, two, true, 'vetoed');
    expect([await keyOf(one), await keyOf(two)]).toEqual([null, expect.any(String)]);
  });
  test('that the meter asked for takes the place of the operator’s, and stays', async () => {
    await retire(5, one, day + 1);
    await leave(9, one);
    await retire(10, one, day);
    expect(changes()).toEqual([
      [`${one}-end-5`, 'called-off', 5 + DELAY_S],
      [`${one}-end-9`, null, 5 + DELAY_S],
    ]);
    expect(store.all('ValidatorChange').at(-1)).toMatchObject({ asked: true });
  });
});

test('a veto of nothing, and a key for nobody, become rows of what could not be placed', async () => {
  await mappings.handleVetoValidator(said(6, { meter: one, target: two, end: false }), store);
  await mappings.handleSetConsensusKey(said(7, { operator, meter: three, key: key(4) }), store);
  await leave(8, three);
  expect(bad()).toEqual(['not-open', 'unknown-meter', 'unknown-meter']);
});
