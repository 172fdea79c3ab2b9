import { expect, test } from 'vitest';
import type { Check } from '../../../src/reader/index.ts';
import { answersOf, QUESTIONS, questionOf } from './questions.ts';

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
  const keys = (status: Check['status'], accepted: boolean) => answersOf({ checks: [line('8', 'keys', status)] }, accepted).at(-1)!.answer;
  expect([keys('passed', false), keys('passed', true), keys('failed', true)]).toEqual(['yes', 'accepted', 'no']);
});
