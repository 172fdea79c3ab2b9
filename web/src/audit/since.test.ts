/** What is told of an earlier audit, and which files can be gone on from at all. */
import { expect, test } from 'vitest';
import { isSaved, lastDayOf, sinceQuery } from './since.ts';

const SAVED = {
  ...{ firstDay: '2026-07-01', lastDay: '2026-07-31', nextSeq: '12' },
  corrections: [{ day: '2026-07-30' }, { day: '2026-07-31' }],
  runs: [{ meter: 'electra1meter', firstDay: '2026-07-31', lastDay: '2026-07-31', follows: 'nothing' }],
};

test('days that are open are named with the day behind them, each once, and none beyond the last', () => {
  const query = new URLSearchParams(sinceQuery(JSON.stringify(SAVED)));
  expect([query.get('since'), query.get('seq')]).toEqual(['2026-07-01..2026-07-31', '12']);
  expect(query.getAll('open')).toEqual(['2026-07-30', '2026-07-31']);
  expect(query.getAll('run')).toEqual(['electra1meter 2026-07-31 2026-07-31 nothing']);
  expect(lastDayOf(JSON.stringify(SAVED))).toBe('2026-07-31');
});

test('what can be read is taken', () => expect(isSaved(JSON.stringify(SAVED))).toBe(true));

test.each([
  ['torn', JSON.stringify(SAVED).slice(0, -1)],
  ['no text', SAVED],
  ['nothing', 'null'],
  ['without runs', JSON.stringify({ ...SAVED, runs: undefined })],
  ['of a day that is none', JSON.stringify({ ...SAVED, lastDay: '2026-07-32' })],
  ['with such a day open', JSON.stringify({ ...SAVED, corrections: [{ day: '2026-02-30' }] })],
  ['with another number', JSON.stringify({ ...SAVED, nextSeq: '-1' })],
])('what is %s is not', (_, resume) => expect(isSaved(resume)).toBe(false));
