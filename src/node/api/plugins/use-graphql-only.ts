/**
 * GraphQL comes as POST with a JSON body, and nothing comes anywhere else. A document in a URL ends in logs and caches; a form could be
 * sent by any web page. (In development, GraphiQL answers a browser's GET before this.)
 */
import type { Plugin } from 'graphql-yoga';
import { ApiError, badInput } from '../errors.ts';
import { errorResponse, methodRefused } from '../http.ts';

export function useGraphqlOnly(endpoint: string): Plugin {
  return {
    onRequest({ request, url, endResponse }) {
      if (url.pathname !== endpoint) return endResponse(errorResponse(new ApiError('NOT_FOUND', 'nothing is here; see /'), request));
      if (request.method !== 'POST') return endResponse(methodRefused(request, 'POST'));
      if (!/^application\/json(\s*;|$)/i.test(request.headers.get('content-type') ?? '')) {
        endResponse(
          errorResponse(
            new ApiError('BAD_USER_INPUT', badInput('content-type', 'application/json').message, { field: 'content-type', status: 415 }),
            request,
          ),
        );
      }
    },
  };
}
