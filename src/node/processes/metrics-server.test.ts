/** /metrics of a process without another port: that page, nothing else, and no longer than the process. */
import { Counter, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { serveMetrics } from './metrics-server.ts';

test('the page is served, others are not, and it ends with the process', async () => {
  const registry = new Registry();
  new Counter({ name: 'electra_test_total', help: 'test', registers: [registry] }).inc();
  const stop = new AbortController();
  const port = await serveMetrics(registry, { host: '127.0.0.1', port: 0 }, stop.signal);
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await answer.text()).toContain('electra_test_total 1');
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404);
  stop.abort();
  await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow();
});

test('a port that is taken is said', async () => {
  const stop = new AbortController();
  const port = await serveMetrics(new Registry(), { host: '127.0.0.1', port: 0 }, stop.signal);
  await expect(serveMetrics(new Registry(), { host: '127.0.0.1', port }, stop.signal)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  stop.abort();
});
