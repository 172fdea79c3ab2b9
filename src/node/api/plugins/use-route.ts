/** A plain GET route beside GraphQL. Nothing thrown in it leaves it: the HTTP server would end the process on it. */
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { isRetryable } from '../../db/connect.ts';
import { ApiError, apiErrorOf, masked } from '../errors.ts';
import type { ServerContext } from '../http.ts';
import { errorResponse, methodRefused } from '../http.ts';

export type Handle = (request: Request, url: URL, context: ServerContext) => Promise<Response> | Response;

/** `path`: the whole of an address, or what it has to be like. */
export function useRoute(path: string | RegExp, log: Logger, handle: Handle): Plugin {
  return {
    async onRequest({ request, url, endResponse, serverContext }) {
      if (typeof path === 'string' ? url.pathname !== path : !path.test(url.pathname)) return;
      if (request.method !== 'GET' && request.method !== 'HEAD') return endResponse(methodRefused(request, 'GET, HEAD'));
      try {
        endResponse(await handle(request, url, serverContext as ServerContext));
      } catch (error) {
        endResponse(errorResponse(wholeError(error, log), request));
      }
    },
  };
}

/** What a client learns when a request failed as a whole. */
export function wholeError(error: unknown, log: Logger): ApiError {
  const known = apiErrorOf(error);
  if (known) return known;
  const code = (error as { code?: string } | null)?.code;
  if (isRetryable(error) || code === 'transaction-ended') {
    log.warn({ code }, 'the database is away or busy');
    return new ApiError('UNAVAILABLE', 'the database is away or busy: try again', { whole: true });
  }
  if (code === '57014') return new ApiError('UNAVAILABLE', 'the question takes too long: ask for less at once', { whole: true });
  return masked(error, log, { whole: true });
}
