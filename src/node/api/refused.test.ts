/** What is refused: a small page for who opens an address in a browser, JSON for programs; with the same status and the same headers. */
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../test/kit/api/harness.ts';
import { dateToDay } from '../../protocol/values/time.ts';

/** As browsers ask when an address is opened. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const [FIRST, MISSING, LAST] = ['2026-07-01', '2026-07-03', '2026-07-05'].map(dateToDay);

let api: TestApi;
beforeAll(async () => {
  const released = new Set([FIRST, FIRST + 1, MISSING + 1, LAST]);
  const stretches = (days: readonly number[]) =>
    [
      { from: FIRST, to: FIRST + 1, ready: true },
      { from: MISSING + 1, to: LAST, ready: false },
    ].filter(({ from }) => days.includes(from));
  api = await startTestApi({
    limits: { clients: { strangers: { burst: 60, perMinute: 60 }, members: { burst: 60, perMinute: 60 } } },
    bundles: {
      files: async (days) => (days.every((day) => released.has(day)) && days.length < 3 ? { 'genesis.json': '{}' } : null),
      stretches: async (days) => stretches(days),
    },
  });
});
afterAll(() => api.stop());

const open = (path: string, language = 'en', init: RequestInit = {}) =>
  api.fetch(path, { ...init, headers: { accept: BROWSER, 'accept-language': language } });
const asProgram = (path: string, init: RequestInit = {}) => api.fetch(path, { ...init, headers: { accept: '*/*' } });

const REFUSED = [
  ['/export/bills.csv?from=2026-07-01&to=2026-07-02', 401, 'Sign in first.'],
  ['/export/bills.csv?x=1', 401, 'Sign in first.'],
  ['/bundle/nonsense', 400, 'That cannot be answered.'],
  ['/bundle/2026-07-03.zip', 404, 'There is no bundle of all these days.'],
  ['/nothing/here', 404, 'There is nothing here.'],
  ['/graphql', 405, 'This address is not a page.'],
] as const;

describe('a refusal', () => {
  test.each(REFUSED)('of %s is a page for a browser, which loads nothing and runs no script', async (path, status, title) => {
    const response = await open(path);
    const html = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(html).toContain(`<h1>${title}</h1>`);
    expect(html).not.toMatch(/<script|<link|<img| style=| on\w+=/i);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(response.headers.get('vary')).toContain('accept');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test.each(REFUSED)('of %s is JSON for a program, with the same status', async (path, status) => {
    const response = await asProgram(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json']);
    expect(await response.json()).toMatchObject({ error: { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) } });
  });

  test.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de', 'Hier ist nichts.'],
    ['fr-FR,es;q=0.9,en;q=0.8', 'es', 'Aquí no hay nada.'],
    ['de;q=0,en;q=0.5', 'en', 'There is nothing here.'],
    ['toString, fr', 'en', 'There is nothing here.'],
    ['', 'en', 'There is nothing here.'],
  ])('speaks the reader’s language: %s', async (asked, language, title) => {
    const html = await (await open('/nothing', asked)).text();
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(`<h1>${title}</h1>`);
  });

  test('is JSON where JSON is asked for beside pages, and says by headers which methods there are', async () => {
    const both = await api.fetch('/nothing', { headers: { accept: 'application/json, text/html;q=0.5' } });
    expect(both.headers.get('content-type')).toBe('application/json');
    expect((await open('/graphql')).headers.get('allow')).toBe('POST');
    const post = await open('/health', 'en', { method: 'POST' });
    expect([post.status, post.headers.get('allow'), post.headers.get('content-type')]).toEqual([405, 'GET, HEAD', 'application/json']);
  });

  test('writes nothing of the address into the page as markup', async () => {
    const bearer = { authorization: `Bearer ${await api.token('alice')}` };
    const path = '/export/bills.csv?%3Cscript%3Ealert(1)%3C/script%3E=1';
    const html = await (await api.fetch(path, { headers: { accept: BROWSER, ...bearer } })).text();
    expect(html).toContain('That cannot be answered.');
    expect(html).toContain('&#60;script&#62;');
    expect(html).not.toContain('<script');
  });
});

describe('a bundle of days of which one is not released', () => {
  const path = '/bundle/2026-07-01..2026-07-05.zip';
  test('names it to a program, with the ranges that there are', async () => {
    const response = await asProgram(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: {
        code: 'NOT_FOUND',
        message: 'no bundle of these days now: not released: 2026-07-03; there are bundles of 2026-07-01..2026-07-02',
        missing: ['2026-07-03'],
        ranges: ['2026-07-01..2026-07-02'],
      },
    });
  });

  test('leads a person to the ranges that there are, and says which are on their way', async () => {
    const html = await (await open(path, 'de')).text();
    expect(html).toContain('Nicht endgültig: 3. Juli 2026.');
    expect(html).toContain('href="/check?from=2026-07-01&amp;to=2026-07-02"');
    expect(html).toContain('href="/bundle/2026-07-01..2026-07-02.zip"');
    expect(html).toMatch(/4\..+5\. Juli 2026: die Beweise sind unterwegs/);
    expect(html).not.toContain('/bundle/2026-07-04');
  });

  test('that are all there is the bundle', async () => {
    const response = await open('/bundle/2026-07-01..2026-07-02.zip');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  });
});

describe('before anything is looked at', () => {
  const ask = (port: number, path: string, accept: string) =>
    new Promise<{ status: number; type: string; retryAfter: string | undefined; text: string }>((resolve, reject) => {
      const asked = httpRequest({ port, path, headers: { accept, 'accept-language': 'es' } }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            type: String(response.headers['content-type']),
            retryAfter: response.headers['retry-after'],
            text,
          }),
        );
      });
      asked.on('error', reject);
      asked.end();
    });

  test('who asks too much, or meets a service that is not open yet, is told as page or as JSON too', async () => {
    const server = createServer(api.gate.before((_request, response) => void response.end('through')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    api.freeze();
    api.gate.closedBecause = 'migration 0099 is missing';
    const away = [await ask(port, '/', BROWSER), await ask(port, '/', '*/*')];
    expect(away.map(({ status, type }) => [status, type])).toEqual([
      [503, 'text/html; charset=utf-8'],
      [503, 'application/json'],
    ]);
    expect(away[0].text).toContain('<h1>El servicio está ocupado, o su base de datos no está.</h1>');
    api.gate.closedBecause = null;
    while ((await ask(port, '/', '*/*')).status === 200);
    const busy = [await ask(port, '/', BROWSER), await ask(port, '/', '*/*')];
    expect(busy.map(({ status, retryAfter }) => [status, retryAfter])).toEqual([
      [429, '1'],
      [429, '1'],
    ]);
    expect(busy[0].text).toContain('Inténtelo de nuevo dentro de 1 s.');
    expect(JSON.parse(busy[1].text)).toEqual({ error: { code: 'RATE_LIMITED', message: 'too many requests: try again in 1 s' } });
    await new Promise((resolve) => server.close(resolve));
  });
});
