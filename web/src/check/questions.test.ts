import { expect, test } from 'vitest';
import type { Check } from '../../../src/reader/index.ts';
import type { Checked } from './messages.ts';
import { answersOf, keysAloneFail, QUESTIONS, questionOf } from './questions.ts';

const line = (id: Check['id'], name: string, status: Check['status'] = 'passed'): Check => ({ id, name, status, detail: '' });

test('each question is answered by the worst of its lines', () => {
  const answers = answersOf({
    checks: [line('1', 'headers'), line('6', 'clearing'), line('3', 'prices', 'failed'), line('7', 'links', 'open')],
  });
  expect(Object.fromEntries(answers.map(({ question, answer }) => [question, answer]))).toEqual({
    chain: 'yes',
    signed: 'none',
    everybody: 'none',
    prices: 'no',
    bills: 'none',
    midnight: 'open',
    keys: 'none',
  });
});

test('a question without a line is not answered with yes', () => {
  expect(answersOf({ checks: [] }).map(({ answer }) => answer)).toEqual(QUESTIONS.map(() => 'none'));
});

test('a line with a name that nobody knows is still shown, under the question of its number', () => {
  expect(questionOf(line('3', 'something new'))).toBe('bills');
  const shown = answersOf({ checks: [line('3', 'something new', 'failed')] }).flatMap(({ checks }) => checks);
  expect(shown).toHaveLength(1);
});

test('that keys are the community’s is no plain yes where the reader accepts development keys, and a fault stays one', () => {
  const keys = (status: Check['status'], said?: 'accepted' | 'refused') =>
    answersOf({ checks: [line('8', 'keys', status)] }, said).at(-1)!.answer;
  expect([keys('passed'), keys('passed', 'accepted'), keys('failed', 'accepted')]).toEqual(['yes', 'accepted', 'no']);
  expect([keys('failed', 'refused'), keys('failed')]).toEqual(['refused', 'no']);
});

test('development keys are all that is wrong only where every other line holds', () => {
  const key = { ...line('8', 'clearing key', 'failed'), detail: '2f is a development key: whoever made it can forge proofs' };
  const of = (checks: Check[], developmentKeys: Checked['developmentKeys'] = 'refused') =>
    keysAloneFail({ verdict: { status: 'failed', checks }, developmentKeys });
  expect(of([line('3', 'prices'), line('1', 'headers', 'open'), key])).toBe(true);
  expect(of([key, line('5', 'bills', 'failed')])).toBe(false);
  expect(of([key, line('2', 'state', 'not-checked')])).toBe(false);
  expect(of([key, { ...key, detail: 'another key than that of genesis' }])).toBe(false);
  expect(of([key], 'accepted')).toBe(false);
});

test('of a question’s lines what is wrong stands first, the rest in its order', () => {
  const [{ checks }] = answersOf({ checks: [line('3', 'meters'), line('3', 'roster'), line('3', 'copies', 'failed')] }).filter(
    ({ question }) => question === 'everybody',
  );
  expect(checks.map(({ name }) => name)).toEqual(['copies', 'meters', 'roster']);
});
