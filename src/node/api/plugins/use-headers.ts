/**
 * Headers of every answer: nothing is cached, framed, sniffed or sent on; a page loads nothing from elsewhere. CORS is off: no header
 * allows it.
 */
import type { Plugin } from 'graphql-yoga';
import { cookieFor } from '../http.ts';

const HEADERS: Record<string, string> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'interest-cohort=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000', // browsers heed it on TLS only
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** GraphiQL, in development, comes from a CDN and runs inline scripts. */
const GRAPHIQL =
  "default-src 'self' 'unsafe-inline' https://unpkg.com; img-src * data:; font-src * data:; " +
  "worker-src blob: https://unpkg.com; frame-ancestors 'none'";

export function useHeaders({ endpoint, development }: { endpoint: string; development: boolean }): Plugin {
  return {
    onResponse({ request, response }) {
      const page =
        response.headers.get('content-type')?.startsWith('text/html') && new URL(request.url, 'http://localhost').pathname === endpoint;
      for (const [name, value] of Object.entries(HEADERS)) if (!response.headers.has(name)) response.headers.set(name, value);
      if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
        response.headers.set('cache-control', 'no-store'); // yoga says no-cache
        response.headers.set('x-accel-buffering', 'no');
      }
      const cookie = cookieFor(request);
      if (cookie !== undefined) response.headers.set('set-cookie', cookie);
      if (development && page) response.headers.set('content-security-policy', GRAPHIQL);
    },
  };
}
