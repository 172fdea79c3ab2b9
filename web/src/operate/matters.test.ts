/** What the board calls a person for, and what it leaves alone. */
import { describe, expect, test } from 'vitest';
import { checklistOf } from './checklist.ts';
import { mattersOf, nextFreezeMs, pressing } from './matters.ts';
import type { Board } from './question.ts';

const NOW = '2026-11-26T14:00:00Z';
const meter = { address: 'electra1a', member: 'electra1m', name: 'Ann', firstDay: '2026-11-01', serviceDay: '2026-11-01', lastDay: null };
const GOOD: Board = {
  facts: {
    name: 'grid.example',
    version: '3.2.1',
    chainId: 'electra-1',
    chainTimeMs: Date.parse(NOW),
    today: '2026-11-26',
    timeZone: 'Europe/Vienna',
    currency: 'EUR',
    freezesAfterS: 21_600,
    lastReleasedDay: '2026-11-25',
  },
  health: {
    ready: true,
    reasons: [],
    oddities: [],
    indexedHeight: 9,
    checkedHeight: 8,
    lagS: 1,
    lagLimitS: 60,
    proofsWaiting: 0,
    outboxPending: 0,
    outboxFailed: 0,
    refusedBoxes: 0,
    badTransactions: 0,
    lastFrozenDay: '2026-11-25',
  },
  meters: [{ ...meter, maxWhPerSlot: 7000, validator: true, lastReportAt: NOW, silent: false }],
  power: { validators: 4, reporting: 4, needed: 3 },
  sealingKey: { epoch: 1, since: NOW },
  days: [],
  missing: [],
  unmetered: [],
  disputes: [],
  noBills: [],
  finalReadings: [],
  runs: [],
  changes: [],
  rotation: null,
  refused: [],
  tariff: { today: true, tomorrow: true },
  slotPricesUntil: null,
  membersSignedIn: 1,
};
const kindsOf = (board: Partial<Board>): string[] => pressing({ ...GOOD, ...board }).map(([kind]) => kind);
const day = { day: '2026-11-25', version: 1, waiting: null, anchorHeight: null, releasedAt: null };
const run = { meter: 'electra1a', firstDay: '2026-11-20', lastDay: '2026-11-21', why: 'nothing follows' };

test('on a good day nobody is called', () => expect(pressing(GOOD)).toEqual([]));

describe('somebody is called for', () => {
  test.each<[string, Partial<Board>]>([
    ['notReady', { health: { ...GOOD.health, ready: false, reasons: ['the last indexed block is old'] } }],
    ['power', { power: { validators: 13, reporting: 8, needed: 9 } }],
    ['power', { power: { validators: 13, reporting: 9, needed: 9 } }],
    ['noTariff', { tariff: { today: true, tomorrow: false } }],
    ['pricesEnd', { slotPricesUntil: '2026-11-26T18:00:00Z' }],
    ['dayWaits', { days: [{ ...day, state: 'PROVEN', frozenAt: '2026-11-26T12:30:00Z' }] }],
    ['dayWaits', { days: [{ ...day, version: 2, state: 'DRAFTED', waiting: 'why', frozenAt: '2026-11-26T13:50:00Z' }] }],
    ['unsent', { health: { ...GOOD.health, outboxFailed: 2 } }],
    ['missing', { missing: [{ meter: 'electra1a', day: '2026-11-25', frozen: false, freezesAt: NOW, lateHeight: null }] }],
    ['silent', { meters: [{ ...GOOD.meters[0], silent: true }] }],
    ['run', { runs: [{ ...run, follows: 'NOTHING', dueAt: '2026-12-30T00:00:00Z' }] }],
    ['run', { runs: [{ ...run, follows: 'METERED', dueAt: '2026-11-28T00:00:00Z' }] }],
    ['dispute', { disputes: [{ meter: 'electra1a', day: '2026-11-25', reason: 'registers-jump' }] }],
    ['noBill', { noBills: [{ meter: 'electra1a', day: '2026-10-25', withdrawnHeight: null }] }],
    ['objection', { finalReadings: [{ meter: 'electra1a', day: '2026-10-25', at: '2026-11-20T00:00:00Z', objectedHeight: 5 }] }],
    ['change', { changes: [{ meter: 'electra1a', end: false, asked: false, dueAt: NOW, vetoedBy: [], fate: null }] }],
    ['rotation', { rotation: { n: 1, dueAt: '2026-12-01T00:00:00Z', vetoes: 0, address: 'electra1next' } }],
    ['refused', { refused: [{ kind: 'REPORT', meter: 'electra1a', day: '2026-11-26', reason: 'unknown-epoch' }] }],
  ])('%s', (kind, board) => expect(kindsOf(board)).toEqual([kind]));
});

describe('nobody is called for', () => {
  test.each<[string, Partial<Board>]>([
    ['validators of whom more than enough are heard of', { power: { validators: 13, reporting: 10, needed: 9 } }],
    ['a day that was frozen a moment ago', { days: [{ ...day, state: 'PROVEN', frozenAt: '2026-11-26T13:30:00Z' }] }],
    ['prices of slots that ended long ago: the tariff holds', { slotPricesUntil: '2026-11-01T00:00:00Z' }],
    ['a run that closes by itself, in time', { runs: [{ ...run, follows: 'METERED', dueAt: '2026-12-30T00:00:00Z' }] }],
    ['a dispute of long ago', { disputes: [{ meter: 'electra1a', day: '2026-11-01', reason: 'registers-jump' }] }],
    ['a NoBill that was withdrawn', { noBills: [{ meter: 'electra1a', day: '2026-10-25', withdrawnHeight: 7 }] }],
    [
      'an objection of long ago',
      { finalReadings: [{ meter: 'electra1a', day: '2026-09-01', at: '2026-10-20T00:00:00Z', objectedHeight: 5 }] },
    ],
    ['a substitute', { unmetered: [{ meter: 'electra1a', day: '2026-11-25', version: 1, source: 'SUBSTITUTE' }] }],
    ['a late statement', { missing: [{ meter: 'electra1a', day: '2026-11-24', frozen: true, freezesAt: null, lateHeight: 9 }] }],
  ])('%s', (_what, board) => expect(kindsOf(board)).toEqual([]));
});

test('a dispute leads on: where registers jump to the end of the old key’s service, else to the day', () => {
  const commandOf = (reason: string) =>
    pressing({ ...GOOD, disputes: [{ meter: 'electra1a', day: '2026-11-25', reason }] })[0][1][0].command;
  expect(commandOf('registers-jump')).toMatch(/^npx electra meter retire electra1a --last-day 2026-11-2/);
  expect(commandOf('not-decryptable')).toBe('npx electra report 2026-11-25');
});

test('what is due first comes first, and the command names the meter in question', () => {
  const runs = [
    { ...run, follows: 'NOTHING', dueAt: '2026-12-30T00:00:00Z' },
    { ...run, meter: 'electra1b', follows: 'SERVICE_END', dueAt: '2026-12-01T00:00:00Z' },
  ] as const;
  const [first, second] = mattersOf({ ...GOOD, runs });
  expect([first.meter, second.meter]).toEqual(['electra1b', 'electra1a']);
  expect(first.command).toMatch(/^npx electra meter final-reading electra1b /);
  expect(second.command).toBe('npx electra meter retire electra1a --last-day 2026-11-26');
});

test('the next freeze is six hours after a midnight', () => {
  expect(new Date(nextFreezeMs(GOOD)).toISOString()).toBe('2026-11-27T06:00:00.000Z');
  const night = { facts: { ...GOOD.facts, chainTimeMs: Date.parse('2026-11-26T05:59:00Z') } };
  expect(new Date(nextFreezeMs(night)).toISOString()).toBe('2026-11-26T06:00:00.000Z');
});

test('the first days are over when every line is done, what no page sees by a tick', () => {
  expect(checklistOf(GOOD, new Set()).filter(({ done }) => !done)).toMatchObject([{ step: 'backup', byHand: true }]);
  expect(checklistOf(GOOD, new Set(['backup'])).every(({ done }) => done)).toBe(true);
  const three = checklistOf({ ...GOOD, power: { validators: 3, reporting: 3, needed: 3 } }, new Set(['backup']));
  expect(three.filter(({ done }) => !done).map(({ step }) => step)).toEqual(['validators']);
});
