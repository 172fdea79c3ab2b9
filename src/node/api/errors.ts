/**
 * What the API refuses. Every error carries a stable `extensions.code`; bad input also names its field. Anything else that goes wrong is
 * logged with a reference and reaches the client as INTERNAL with that reference and nothing more: no message of Postgres, no stack.
 */
import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { laterFor, mark, type Retry } from '../../protocol/values/errors.ts';

export type ApiCode = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'BAD_USER_INPUT' | 'NOT_FOUND' | 'RATE_LIMITED' | 'UNAVAILABLE' | 'INTERNAL';

export class ApiError extends GraphQLError {
  readonly code: ApiCode;
  readonly retry: Retry;
  readonly field: string | undefined;
  /** HTTP status of the plain routes; of GraphQL only where the request as a whole is refused. */
  readonly status: number;

  constructor(
    code: ApiCode,
    message: string,
    { field, status, whole = false, ...extra }: { field?: string; status?: number; whole?: boolean; [key: string]: unknown } = {},
  ) {
    const http = status ?? STATUS[code];
    super(message, {
      extensions: { code, ...(field === undefined ? {} : { field }), ...extra, ...(whole ? { http: { status: http } } : {}) },
    });
    this.name = 'ApiError';
    this.code = code;
    this.retry = retryOf(code);
    this.field = field;
    this.status = http;
    mark(this);
  }
}

const retryOf = laterFor('RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL');

const STATUS: Record<ApiCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** Bad input: `field` is the argument, `expected` what it should have been. */
export const badInput = (field: string, expected: string): ApiError =>
  new ApiError('BAD_USER_INPUT', `${field}: expected ${expected}`, { field });
export const unauthenticated = (message: string): ApiError => new ApiError('UNAUTHENTICATED', message);
export const notFound = (message: string): ApiError => new ApiError('NOT_FOUND', message);

/** The ApiError behind an error that travelled through the executor, if it is one. */
export function apiErrorOf(error: unknown): ApiError | null {
  for (let e = error; e instanceof Error; e = (e as GraphQLError).originalError) if (e instanceof ApiError) return e;
  return null;
}

/** Whether an error was made by graphql itself about the client's document (syntax, validation, variables), and may be shown. */
export function isClientError(error: unknown): boolean {
  return error instanceof GraphQLError && (error.originalError == null || isClientError(error.originalError));
}

/**
 * Logs what happened under a reference and returns what the client may know. Of a database error neither detail nor parameters are logged.
 */
export function masked(error: unknown, log: Logger, { whole = false } = {}): ApiError {
  const reference = randomUUID();
  const e = ((error as GraphQLError | null)?.originalError ?? error) as {
    name?: string;
    code?: string;
    message?: string;
    stack?: string;
  } | null;
  log.error({ reference, name: e?.name, code: e?.code, message: e?.message, stack: e?.stack }, 'a request failed');
  return new ApiError('INTERNAL', `something went wrong here; the operator finds it in the log as ${reference}`, { reference, whole });
}
