/** Counts how long each route takes to answer. */
import type { Plugin } from 'graphql-yoga';
import type { Metrics } from '../metrics.ts';

const ROUTES = [
  '/',
  '/graphql',
  '/health',
  '/ready',
  '/schema.graphql',
  '/export/intervals.csv',
  '/export/bills.csv',
  '/export/openings.json',
  '/export/statements.json',
  '/export/invoice.json',
];

export function useMetrics({ seconds }: Metrics): Plugin {
  const began = new WeakMap<Request, number>();
  return {
    onRequest({ request }) {
      began.set(request, performance.now());
    },
    onResponse({ request, response }) {
      const path = new URL(request.url, 'http://localhost').pathname;
      const start = began.get(request);
      if (start !== undefined)
        seconds.observe({ route: ROUTES.includes(path) ? path : 'other', status: response.status }, (performance.now() - start) / 1000);
    },
  };
}
