/**
 * The seven questions that an audit answers, in place of check numbers: people ask whether the prices are right, not whether "3 prices" is
 * a passed line. Every line of a verdict belongs to one question; a line that nobody assigned counts under its number's, so none is lost.
 */
import type { Check, CheckId, Verdict } from '../../../src/reader/index.ts';
import type { Checked } from './messages.ts';

export const QUESTIONS = ['chain', 'signed', 'everybody', 'prices', 'bills', 'midnight', 'keys'] as const;
export type Question = (typeof QUESTIONS)[number];

/**
 * `none`: no line speaks of it; `accepted`: only because the reader accepts keys with which whoever made them can forge; `refused`: nothing
 * else is wrong than that there are such keys, and the reader has not accepted them.
 */
export type Answer = 'yes' | 'no' | 'unreadable' | 'open' | 'unchecked' | 'none' | 'accepted' | 'refused';

const BY_NUMBER: Record<CheckId, Question> = {
  1: 'chain',
  2: 'signed',
  3: 'bills',
  4: 'bills',
  5: 'bills',
  '5s': 'bills',
  6: 'prices',
  7: 'midnight',
  8: 'keys',
  9: 'bills',
  // of a chain of communities: who they are, what of theirs is in, what was settled, money, its own books
  10: 'chain',
  11: 'everybody',
  12: 'bills',
  13: 'bills',
  14: 'prices',
};

const BY_NAME: Readonly<Record<string, Question>> = {
  '3 genesis': 'chain',
  '3 resumed': 'chain',
  '3 range': 'chain',
  '3 earlier days': 'chain',
  '3 roster': 'everybody',
  '3 meters': 'everybody',
  '3 tariff': 'prices',
  '3 prices': 'prices',
  '3 copies': 'everybody',
};

export const questionOf = ({ id, name }: Pick<Check, 'id' | 'name'>): Question => BY_NAME[`${id} ${name}`] ?? BY_NUMBER[id];

const RANK: readonly Answer[] = ['none', 'yes', 'open', 'unchecked', 'unreadable', 'no'];
const ANSWERS: Record<Check['status'], Answer> = {
  passed: 'yes',
  failed: 'no',
  unreadable: 'unreadable',
  open: 'open',
  'not-checked': 'unchecked',
};

export interface Answered {
  question: Question;
  answer: Answer;
  /** the lines that it follows from, as the audit wrote them */
  checks: readonly Check[];
}

/** Whether all that is wrong is who made the keys: then nothing is to be shown to anybody, only to be chosen by the reader. */
export const keysAloneFail = ({
  verdict,
  developmentKeys,
}: Pick<Checked, 'developmentKeys'> & { verdict: Pick<Verdict, 'status' | 'checks'> }): boolean =>
  developmentKeys === 'refused' &&
  verdict.status === 'failed' &&
  verdict.checks.every(
    ({ id, status, detail }) =>
      status === 'passed' ||
      status === 'open' ||
      (id === '8' && / is a development key: /.test(detail)) ||
      (id === '10' && /^communities may have development keys /.test(detail)),
  );

/**
 * The worst line decides.
 * @param keys `accepted`: the reader accepts development keys, so it is no plain yes that keys are the community's; `refused`: they alone
 *   are what fails
 */
export function answersOf({ checks }: Pick<Verdict, 'checks'>, keys?: 'accepted' | 'refused'): Answered[] {
  return QUESTIONS.map((question) => {
    const own = checks.filter((check) => questionOf(check) === question);
    const answer = own.map(({ status }) => ANSWERS[status]).reduce((a, b) => (RANK.indexOf(b) > RANK.indexOf(a) ? b : a), 'none');
    const ofKeys = question === 'keys' && keys && answer === (keys === 'accepted' ? 'yes' : 'no') ? keys : answer;
    return { question, answer: ofKeys, checks: worstFirst(own) };
  });
}

/** What is wrong stands first: among thirty lines that hold nobody would find it. */
const worstFirst = (checks: readonly Check[]): readonly Check[] =>
  [...checks].sort((a, b) => RANK.indexOf(ANSWERS[b.status]) - RANK.indexOf(ANSWERS[a.status]));
