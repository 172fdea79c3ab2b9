/** The parts of the golden day, each computed for itself. */
import type { Answers, Part } from './answers.ts';
import { auditAnswers } from './audit-answers.ts';
import { booksAnswers } from './books-answers.ts';
import { indexAnswers } from './index-answers.ts';
import { memberAnswers } from './member-answers.ts';
import { vectorsAnswers } from './vectors-answers.ts';

export const parts: Record<Part, () => Promise<Answers>> = {
  index: indexAnswers,
  books: booksAnswers,
  audit: auditAnswers,
  member: memberAnswers,
  vectors: vectorsAnswers,
};
