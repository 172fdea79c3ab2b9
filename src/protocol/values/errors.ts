/**
 * The root of every error that Electra makes.
 *
 * `code` is stable and meant for programs; the message is one sentence for a person, and nothing ever decides by it. `retry` says what
 * whoever keeps a process or a job running has to know: `later`, the same work may succeed when it is tried again (a network, a database, a
 * socket was away); `never`, it cannot, and the error must reach a person. Errors of others (Node, Postgres, libraries) say nothing; they
 * count as `later`.
 *
 * Below the root there is one relation: a {@link ProtocolError} means that a value which somebody handed in was read and is refused, and
 * says which field and what was expected there. The light client's and the verifier's refusals are of that kind. What is not: a folder or
 * file that cannot be read at all, a caller's own mistake, a process that cannot go on.
 */

export type Retry = 'later' | 'never';

export interface ErrorFacts extends ErrorOptions {
  /** instead of what the class says of the code */
  retry?: Retry;
  /** the field that is refused */
  field?: string;
  /** what was expected there, as the end of "field: expected …" */
  expected?: string;
}

/**
 * The mark of an error of Electra. A registered symbol: packages that were built apart each carry this file, and still know each other's
 * errors.
 */
const MARK = Symbol.for('electra.error');

export class ElectraError<Code extends string = string> extends Error {
  /** What a class says of its codes; everything that is not said is `never`. */
  static retryOf: (code: string) => Retry = () => 'never';

  readonly code: Code;
  readonly retry: Retry;
  declare readonly field?: string;
  declare readonly expected?: string;

  constructor(code: Code, message: string, { retry, field, expected, ...options }: ErrorFacts = {}) {
    super(message, options);
    Object.defineProperty(this, 'name', { value: new.target.name, configurable: true });
    this.code = code;
    this.retry = retry ?? new.target.retryOf(code);
    if (field !== undefined) this.field = field;
    if (expected !== undefined) this.expected = expected;
    mark(this);
  }
}

/** Marks an error that must have another parent (the API's errors are GraphQL's) as one of Electra's. */
export function mark<T extends Error & { readonly code: string; readonly retry: Retry }>(error: T): T {
  return Object.defineProperty(error, MARK, { value: true });
}

/** For a class of which some codes may be tried again: `static override retryOf = laterFor('unreachable', …)`. */
export const laterFor = (...codes: readonly string[]): ((code: string) => Retry) => {
  const later = new Set(codes);
  return (code) => (later.has(code) ? 'later' : 'never');
};

/** A value that somebody handed in is refused: `field` names it, `expected` says what should have been there. */
export class ProtocolError<Code extends string = string> extends ElectraError<Code> {
  declare readonly field: string;
  declare readonly expected: string;

  constructor(code: Code, field: string, expected: string, message = `${field}: expected ${expected}`) {
    super(code, message, { field, expected });
  }

  /** The same refusal of a field further out: `at('block 7: ')`, `at('days[3].')`. */
  at(prefix: string): ProtocolError<Code> {
    return new ProtocolError(this.code, `${prefix}${this.field}`, this.expected);
  }
}

/** Whether an error is one of Electra's, whichever copy of the package made it. */
export const isElectraError = (error: unknown): error is ElectraError =>
  typeof error === 'object' && error !== null && MARK in error && error[MARK as keyof typeof error] === true;

/** Whether an error refuses a value that was handed in, whichever copy of the package made it. */
export const isProtocolError = (error: unknown): error is ProtocolError =>
  isElectraError(error) && error.field !== undefined && error.expected !== undefined;

/** What to do after any error: unknown ones may be tried again. */
export const retryOf = (error: unknown): Retry => (isElectraError(error) ? error.retry : 'later');
