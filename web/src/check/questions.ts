/**
 * The seven questions that an audit answers, in place of check numbers: people ask whether the prices are right, not whether "3 prices" is
 * a passed line. Every line of a verdict belongs to one question; a line that nobody assigned counts under its number's, so none is lost.
 */
import type { Check, CheckId, Verdict } from '../../../src/reader/index.ts';

export const QUESTIONS = ['chain', 'signed', 'everybody', 'prices', 'bills', 'midnight', 'keys'] as const;
export type Question = (typeof QUESTIONS)[number];

/** `none`: no line speaks of it; `accepted`: only because the reader accepts keys with which whoever made them can forge */
export type Answer = 'yes' | 'no' | 'unreadable' | 'open' | 'unchecked' | 'none' | 'accepted';

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

/**
 * The worst line decides.
 * @param accepted that the reader accepts development keys: then it is no plain yes that keys are the community's
 */
export function answersOf({ checks }: Pick<Verdict, 'checks'>, accepted = false): Answered[] {
  return QUESTIONS.map((question) => {
    const own = checks.filter((check) => questionOf(check) === question);
    const answer = own.map(({ status }) => ANSWERS[status]).reduce((a, b) => (RANK.indexOf(b) > RANK.indexOf(a) ? b : a), 'none');
    return { question, answer: accepted && question === 'keys' && answer === 'yes' ? 'accepted' : answer, checks: own };
  });
}
