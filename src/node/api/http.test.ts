import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'csv-parse/sync';
import { getIntrospectionQuery } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { amountOf, exportOf, importOf } from '../../../test/kit/api/community.ts';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import { until } from '../../../test/kit/until.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { connect } from '../db/index.ts';
import type { ApiClientError } from './client.ts';
import { graphql, signInWithKey } from './client.ts';
import { LIMITS } from './limits.ts';
import { runApi } from './run.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const post = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  api.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const json = async (response: Response): Promise<unknown> => response.json();

describe('plain routes', () => {
  test('/health says that the process lives', async () => {
    const response = await api.fetch('/health');
    expect([response.status, await json(response)]).toEqual([200, { status: 'alive' }]);
  });
  test('/ready tells of a queued change of power, which is no reason not to be ready', async () => {
    const { ready, queuedChanges } = (await json(await api.fetch('/ready'))) as { ready: boolean; queuedChanges: unknown };
    expect(ready).toBe(true);
    expect(queuedChanges).toEqual([{ end: false, asked: false, dueAt: expect.stringMatching(/Z$/), vetoes: 1 }]);
  });
  test('/ready tells of the operator who is to come, without an address', async () => {
    const response = await api.fetch('/ready');
    const text = await response.text();
    expect(JSON.parse(text).queuedRotation).toEqual({ n: 1, dueAt: expect.stringMatching(/Z$/), vetoes: 1 });
    expect(text).not.toContain('electra1');
  });
  test('/ready is yes when database and chain are at hand, and says why not otherwise', async () => {
    const ready = async () => {
      const response = await api.fetch('/ready');
      return [response.status, await json(response)];
    };
    expect(await ready()).toMatchObject([200, { ready: true, reasons: [] }]);
    api.later(10 * 60_000);
    expect(await ready()).toMatchObject([
      503,
      { ready: false, reasons: [expect.stringMatching(/block is 60\d s old, the limit is 60 s/)] },
    ]);
    api.later(-10 * 60_000);
    expect(await ready()).toMatchObject([200, { ready: true, reasons: [] }]);
    api.later(LIMITS.freshMs);
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    const [last] = await owner`delete from public.schema_migration where id = (select max(id) from public.schema_migration) returning *`;
    expect(await ready()).toEqual([503, { ready: false, reasons: [expect.stringContaining(last.name)] }]);
    await owner`insert into public.schema_migration ${owner(last)}`;
    await owner`insert into books.alarm (kind, detail) values ('foreign-sealing-key', 'the chain has a sealing key of a stranger')`;
    api.later(LIMITS.freshMs);
    expect(await ready()).toMatchObject([503, { ready: false, reasons: ['the chain has a sealing key of a stranger'] }]);
    await owner`delete from books.alarm`;
    await owner.end();
    api.later(LIMITS.freshMs);
    expect(await ready()).toMatchObject([200, { ready: true, reasons: [] }]);
  });
  test('/ready names days that the chain froze and the node lacks, and tells of odd rosters without being unready', async () => {
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    const ready = async () => {
      api.later(LIMITS.freshMs);
      const response = await api.fetch('/ready');
      return [response.status, await json(response)];
    };
    await owner`insert into chain.frozen (height, first_day, next_freeze_day, next_late_day) values (1, 2, 3, 2)`;
    expect(await ready()).toMatchObject([503, { reasons: ['the chain has frozen 1970-01-03, and the index has no roster of it'] }]);
    expect(await api.metricsText()).toMatch(/electra_days_missing 1\n/);
    await owner`insert into chain.roster (id, day, late, digest, encoded, height, unix_s) values ('2', 2, false, '', '', 1, 260000)`;
    expect(await ready()).toMatchObject([503, { reasons: ['the chain has frozen 1970-01-03, and there is no book of it'] }]);
    await owner`delete from chain.frozen`;
    await owner`delete from chain.roster where day = 2`;
    await owner`
      insert into chain.proven_roster (day, late, height, taken, lacking, surplus)
      values (2, false, 1, true, ${[meters.alice1]}, '{}')`;
    const [status, body] = await ready();
    expect([status, (body as { oddities: string[] }).oddities]).toEqual([
      200,
      expect.arrayContaining(['the proven roster is not that of the indexed statements: 1970-01-03']),
    ]);
    expect(JSON.stringify(body)).not.toContain(meters.alice1);
    const metrics = await api.metricsText();
    expect(metrics).toMatch(/electra_index_differing_rosters 1\n/);
    await owner`delete from chain.proven_roster`;
    await owner.end();
  });
  test.each<[string, () => Promise<unknown>]>([
    ['/ready', () => api.fetch('/ready')],
    ['/', () => api.fetch('/')],
    ['/metrics', () => api.metricsText()],
  ])('%s is looked up once a second, however many ask', async (_, ask) => {
    api.later(LIMITS.freshMs);
    const run = vi.spyOn(api.pool, 'run');
    await Promise.all(Array.from({ length: 50 }, ask));
    const once = run.mock.calls.length;
    expect(once).toBeGreaterThan(0);
    await ask();
    expect(run).toHaveBeenCalledTimes(once);
    api.later(LIMITS.freshMs);
    await ask();
    expect(run).toHaveBeenCalledTimes(2 * once);
    run.mockRestore();
    api.later(LIMITS.freshMs); // what is told next is of then
  });
  test('what Prometheus is told counts, and names nobody', async () => {
    await api.ask('alice', '{ member { meters { edges { node { address } } } } }');
    await api.ask('bob', 'query ($m: String!) { member { meter(address: $m) { address } } }', { m: meters.alice1 });
    const text = await api.metricsText();
    for (const line of [
      /electra_api_request_seconds_count\{route="\/graphql",status="200"\} [1-9]/,
      /electra_api_errors_total\{code="NOT_FOUND"\} 1/,
      /electra_api_sign_ins_total\{outcome="accepted"\} 2/,
      /electra_api_identity_mismatches 0/,
      /electra_api_database_up 1/,
      /electra_api_chain_height 4999/,
      /electra_api_chain_lag_seconds \d/,
      /electra_api_disputed_meters 1/,
      /electra_api_queued_rotation_due_seconds 1\d{9}/,
    ])
      expect(text).toMatch(line);
    expect(text).not.toMatch(/electra1|canary/);
  });
  test('/ says what runs here, and loads nothing', async () => {
    const response = await api.fetch('/');
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    for (const part of ['Electra', 'electra-test-0a1b2c3d', 'block 4999', '/graphql']) expect(text).toContain(part);
    expect(text).not.toMatch(/<script|https?:\/\/|GraphiQL/);
  });
  test('anything else is not there, and routes answer GET only', async () => {
    for (const path of ['/nothing', '/graphql/', '/metrics', '/export/', '/.env', '/export/intervals.csv/x'])
      expect((await api.fetch(path)).status, path).toBe(404);
    for (const path of ['/', '/health', '/ready', '/schema.graphql', '/export/bills.csv'])
      expect((await api.fetch(path, { method: 'POST' })).status, path).toBe(405);
  });
});

describe('headers', () => {
  test.each(['/', '/health', '/nothing', '/export/bills.csv', '/graphql'])('of %s keep the answer where it belongs', async (path) => {
    const response = await api.fetch(path, { headers: { origin: 'https://evil.example' } });
    const { headers } = response;
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
  test('a preflight from another origin is not granted', async () => {
    const response = await api.fetch('/graphql', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('GraphQL comes as POST and JSON', () => {
  const query = '{ service { name } }';
  test('so it is answered', async () => {
    expect(await json(await post(JSON.stringify({ query })))).toMatchObject({ data: { service: { name: 'electra' } } });
  });
  test('not by GET, not as a form, not as text, not in batches, not as an upload', async () => {
    expect((await api.fetch(`/graphql?query=${encodeURIComponent(query)}`)).status).toBe(405);
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/graphql', 'multipart/form-data; boundary=x', '']) {
      expect((await post(query, { 'content-type': type })).status, type).toBe(415);
    }
    const batch = await post(JSON.stringify([{ query }, { query }]));
    expect(batch.status).toBe(400);
  });
  test('GraphiQL is there in development only', async () => {
    const accept = { headers: { accept: 'text/html' } };
    expect((await api.fetch('/graphql', accept)).status).toBe(405);
    const development = await startTestApi({ development: true });
    const page = await development.fetch('/graphql', accept);
    expect([page.status, (await page.text()).includes('GraphiQL')]).toEqual([200, true]);
    await development.stop();
  });
  test.each(['{', '', 'null', '1', '"x"', '{"query":1}', '{"query":"{ service { name } }","extra":1}'])(
    'the body %s is refused without a stack',
    async (body) => {
      const response = await post(body);
      const text = await response.text();
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(text).not.toMatch(/node_modules|at .*\.(ts|js):/);
    },
  );
  test('a body over the limit is refused, said or not', async () => {
    const big = JSON.stringify({ query, variables: { x: 'x'.repeat(LIMITS.bodyBytes) } });
    expect((await post(big, { 'content-length': String(big.length) })).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(big));
        controller.close();
      },
    });
    expect(
      (
        await api.fetch('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: stream,
          duplex: 'half',
        } as RequestInit)
      ).status,
    ).toBe(413);
  });
});

describe('the size of a query is limited', () => {
  const refused = async (query: string, part: string, variables = {}) => {
    const answer = await api.ask('alice', query, variables);
    expect(answer.errors[0]).toMatchObject({
      message: expect.stringContaining(part),
      extensions: { code: 'BAD_USER_INPUT', field: 'query' },
    });
    expect(answer.data).toBeNull();
  };
  const bills = (inner: string, first = '100') => `member { bills(first: ${first}) { edges { node { ${inner} } } } }`;
  test('the biggest page a member can want is answered', async () => {
    const { errors } = await api.ask(
      'alice',
      `{ ${bills('day amountNel source status lines { slot importWh exportWh buyNelPerWh sellNelPerWh amountNel }')} }`,
    );
    expect(errors).toEqual([]);
  });
  test('by values, also where the page size comes in a variable, by default, or in a fragment', async () => {
    const lines = 'lines { slot startsAt importWh exportWh buyNelPerWh sellNelPerWh amountNel }';
    const twice = (first: string) => `a: ${bills(lines, first)} `;
    await refused(`query ($n: Int!) { ${twice('$n')} b: ${bills(lines, '$n')} }`, 'values', { n: 100 });
    await refused(`query ($n: Int = 100) { ${twice('$n')} b: ${bills(lines, '$n')} }`, 'values');
    await refused(`query ($n: Int!) { ...F } fragment F on Query { ${twice('$n')} b: ${bills(lines, '$n')} }`, 'values', { n: 100 });
    await refused(
      `query ($n: Int!) { member { bills(first: $n) { edges { node { meter { bills(first: $n) { edges { node {
        day importWh exportWh status source amountNel feeNel bookHash releasedAt } } } } } } } } }`,
      'values',
      { n: 100 },
    );
  });
  test('by cost', () =>
    refused(
      `{ a: ${bills(`lines { slot startsAt importWh exportWh buyNelPerWh sellNelPerWh amountNel }
        meter { bills(first: 100) { edges { node { day } } } }`)} }`,
      'cost',
    ));
  test('by depth', () =>
    refused(
      '{ member { bills { edges { node { meter { bills { edges { node { meter { bills { edges { cursor } } } } } } } } } } } }',
      'levels',
    ));
  test('by aliases', () => refused(`{ ${Array.from({ length: 16 }, (_, i) => `a${i}: service { name }`).join(' ')} }`, 'aliases'));
  test('by tokens', () => refused(`{ ${'service { name } '.repeat(260)} }`, 'tokens'));
  test('nested fragments that would unfold exponentially are counted in no time', async () => {
    const fragments = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ');
    const start = performance.now();
    await api.ask(null, `{ ...F0 } ${fragments} fragment F30 on Query { service { name } }`);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
  test('the schema is a text, and is not given by query', async () => {
    const response = await api.fetch('/schema.graphql');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(await response.text()).toMatch(/type Query/);
    for (const query of [
      '{ __schema { queryType { name } } }',
      '{ __type(name: "Query") { name } }',
      '{ ...F } fragment F on Query { __schema { queryType { name } } }',
    ])
      await refused(query, 'no introspection: the schema is at /schema.graphql');
    expect((await api.ask(null, '{ __typename service { __typename } }')).errors).toEqual([]);
  });
  test('in development introspection is answered, once and by no other name', async () => {
    const development = await startTestApi({ development: true });
    const ask = async (query: string) => (await development.ask(null, query)).errors.map(({ extensions }) => extensions?.code);
    const schema = '__schema { types { name fields { name description type { name ofType { name } } } } }';
    expect(await ask(getIntrospectionQuery())).toEqual([]);
    expect(await ask(`{ ${schema} }`)).toEqual([]);
    expect(await ask(`{ ${schema} ${schema} }`)).toEqual(['BAD_USER_INPUT']);
    expect(await ask(`{ a: ${schema} }`)).toEqual(['BAD_USER_INPUT']);
    expect(await ask('{ __schema { types { a: fields { name } b: fields { name } } } }')).toEqual(['BAD_USER_INPUT']);
    await development.stop();
  });
  test('a document that is none has a code and no stack', async () => {
    const answer = await api.ask(null, '{ service { name ');
    expect(answer.errors[0].extensions?.code).toBe('GRAPHQL_PARSE_FAILED');
    expect((await api.ask(null, '{ nothing }')).errors[0].extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('CSV', () => {
  const get = async (who: 'alice' | 'bob' | 'auditor' | null, path: string) => {
    const response = await api.fetch(path, who ? { headers: { authorization: `Bearer ${await api.token(who)}` } } : {});
    return {
      status: response.status,
      text: await response.text(),
      type: response.headers.get('content-type'),
      disposition: response.headers.get('content-disposition'),
    };
  };
  const date = (day: number) => dayToDate(day);
  test('own intervals', async () => {
    const { days } = api;
    const { status, text, type, disposition } = await get(
      'alice',
      `/export/intervals.csv?meter=${meters.alice1}&from=${date(days.first)}&to=${date(days.fourth)}`,
    );
    const name = `intervals-${meters.alice1}-${date(days.first)}-${date(days.fourth)}.csv`;
    expect([status, type, disposition]).toEqual([200, 'text/csv; charset=utf-8; header=present', `attachment; filename="${name}"`]);
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(3 * 96 + 94);
    expect(rows[97]).toEqual({
      meter: meters.alice1,
      day: date(api.days.second),
      slot: '1',
      startsAt: `${date(api.days.second)}T00:15:00.000Z`,
      importWh: String(importOf(meters.alice1, api.days.second)[1]),
      exportWh: String(exportOf(meters.alice1, api.days.second)[1]),
      provisional: 'false',
    });
    expect(rows.at(-1)!.provisional).toBe('true');
    expect(text.endsWith('\r\n')).toBe(true);
  });
  test('own bills, those on their way without numbers', async () => {
    const { days } = api;
    const rows = parse((await get('bob', `/export/bills.csv?from=${date(days.first)}&to=${date(days.fourth)}`)).text, {
      columns: true,
    }) as Record<string, string>[];
    expect(rows.map((row) => [row.day, row.meter, row.status, row.amountNel])).toEqual([
      [date(days.third), meters.bob1, 'proven', ''],
      [date(api.days.second), meters.bob1, 'released', String(amountOf(meters.bob1, api.days.second))],
      [date(days.first), meters.bob1, 'released', String(amountOf(meters.bob1, days.first))],
    ]);
  });
  test.each([
    [null, '/export/bills.csv?from=2026-01-01&to=2026-01-02', 401, 'UNAUTHENTICATED', undefined],
    ['auditor', '/export/bills.csv?from=2026-01-01&to=2026-01-02', 403, 'FORBIDDEN', undefined],
    ['alice', '/export/bills.csv', 400, 'BAD_USER_INPUT', 'from'],
    ['alice', '/export/bills.csv?from=2026-01-01&to=2026-01-32', 400, 'BAD_USER_INPUT', 'to'],
    ['alice', '/export/bills.csv?from=2026-01-02&to=2026-01-01', 400, 'BAD_USER_INPUT', 'to'],
    ['alice', '/export/bills.csv?from=2026-01-01&to=2027-06-01', 400, 'BAD_USER_INPUT', 'to'],
    ['alice', '/export/bills.csv?from=2026-01-01&to=2026-01-02&member=x', 400, 'BAD_USER_INPUT', 'member'],
    ['alice', '/export/intervals.csv?from=2026-01-01&to=2026-01-02', 400, 'BAD_USER_INPUT', 'meter'],
    ['bob', `/export/intervals.csv?meter=${meters.alice1}&from=2026-01-01&to=2026-01-02`, 404, 'NOT_FOUND', undefined],
    ['bob', `/export/bills.csv?meter=${meters.alice1}&from=2026-01-01&to=2026-01-02`, 404, 'NOT_FOUND', undefined],
  ] as const)('as %s, %s is refused with %d', async (who, path, status, code, field) => {
    const answer = await get(who, path);
    expect([answer.status, JSON.parse(answer.text).error]).toMatchObject([status, { code, ...(field ? { field } : {}) }]);
  });
});

describe('what went wrong inside stays inside', () => {
  test('a broken table is INTERNAL with a reference that the log has', async () => {
    const broken = await startTestApi();
    const indexer = connect({ url: broken.db.urls.indexer, max: 1, application: 'test' });
    await broken.token('alice');
    await indexer`alter table chain.meter rename column first_day to was_first_day`;
    const answer = await broken.ask('alice', '{ member { meters { edges { node { firstDay } } } } }');
    expect(answer.errors[0].extensions?.code).toBe('INTERNAL');
    expect(answer.text).not.toMatch(/first_day|column|select|stack|\.ts/);
    const reference = (answer.errors[0].extensions as { reference?: string }).reference!;
    expect(broken.logged.join('')).toContain(reference);
    await indexer.end();
    await broken.stop();
  });
  test('a database that is away is UNAVAILABLE, and /ready says so', async () => {
    const away = await startTestApi({ databaseUrl: 'postgres://electra_api:secret-password@127.0.0.1:9/none' });
    const answer = await away.ask(null, '{ service { name } }');
    expect([answer.status, answer.errors[0].extensions?.code]).toEqual([503, 'UNAVAILABLE']);
    expect((await away.fetch('/ready')).status).toBe(503);
    expect((await away.fetch('/health')).status).toBe(200);
    expect((await away.fetch('/')).status).toBe(200);
    expect(await away.metricsText()).toContain('electra_api_database_up 0');
    expect(answer.text + away.logged.join('')).not.toContain('secret-password');
    await away.stop();
  });
});

describe('as a process', () => {
  const log = pino({ level: 'silent' });
  test('listens, signs in over the network, and stops cleanly', async () => {
    const stop = new AbortController();
    const running = await runApi({ databaseUrl: api.db.urls.api, host: '127.0.0.1', port: 0, log, signal: stop.signal });
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
    expect(await signInWithKey({ url: running.url, privKey: people.alice.privKey })).toMatchObject({ roles: ['MEMBER'] });
    stop.abort();
    await running.close();
    await expect(fetch(`${running.url}/health`)).rejects.toThrow();
  });
  test('a port in use is a plain error', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    await expect(
      runApi({ databaseUrl: api.db.urls.api, host: '127.0.0.1', port: (other.address() as AddressInfo).port, log }),
    ).rejects.toMatchObject({ code: 'port-in-use' });
    other.close();
  });
  test('an outdated schema is waited for, with a sentence, and then it answers', async () => {
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    const [last] = await owner`delete from public.schema_migration where id = (select max(id) from public.schema_migration) returning *`;
    const running = await runApi({ databaseUrl: api.db.urls.api, host: '127.0.0.1', port: 0, log });
    const home = () => fetch(running.url).then(({ status }) => status);
    try {
      const ready = await fetch(`${running.url}/ready`);
      expect([ready.status, await json(ready)]).toMatchObject([503, { ready: false, reasons: [expect.stringContaining(last.name)] }]);
      expect((await fetch(`${running.url}/health`)).status).toBe(200);
      const answer = await graphql({ url: running.url }, '{ service { name } }').catch((error: ApiClientError) => error);
      expect(answer).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(`${last.name}.*electra migrate`) });
      expect(await home()).toBe(503);
    } finally {
      await owner`insert into public.schema_migration ${owner(last)}`;
      await owner.end();
    }
    await until(async () => (await home()) === 200, 90_000, 'the API to go on after the migration');
    await running.close();
  });
  test('a newer schema is refused', async () => {
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    await owner`insert into public.schema_migration (name, run_on) values ('9999_later', now())`;
    await expect(runApi({ databaseUrl: api.db.urls.api, host: '127.0.0.1', port: 0, log })).rejects.toMatchObject({ code: 'schema-newer' });
    await owner`delete from public.schema_migration where name = '9999_later'`;
    await owner.end();
  });
  test('/metrics is served on a port of its own, and nothing else there', async () => {
    const running = await runApi({
      databaseUrl: api.db.urls.api,
      host: '127.0.0.1',
      port: 0,
      metrics: { host: '127.0.0.1', port: 0 },
      log,
    });
    const at = async (path: string, init?: RequestInit) => (await fetch(new URL(path, running.metricsUrl), init)).status;
    expect(await (await fetch(`${running.metricsUrl}/metrics`)).text()).toContain('electra_api_database_up 1');
    expect([await at('/'), await at('/graphql'), await at('/metrics', { method: 'POST' })]).toEqual([404, 404, 404]);
    expect((await fetch(`${running.url}/metrics`)).status).toBe(404);
    await running.close();
    await expect(fetch(`${running.metricsUrl}/metrics`)).rejects.toThrow();
  });
  test('a client limit counts the connection, and behind a proxy of our own what that proxy saw', async () => {
    const nowMs = Date.now();
    const running = await runApi({
      databaseUrl: api.db.urls.api,
      host: '127.0.0.1',
      port: 0,
      log,
      trustProxy: 'loopback',
      now: () => nowMs,
    });
    const ask = (forwarded: string) =>
      new Promise<number>((resolve, reject) => {
        const req = httpRequest(
          `${running.url}/graphql`,
          { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': `1.1.1.1, ${forwarded}` } },
          (res) => {
            res.resume();
            resolve(res.statusCode!);
          },
        );
        req.on('error', reject);
        req.end(JSON.stringify({ query: `mutation { requestChallenge(address: "${people.alice.address}") { text } }` }));
      });
    for (let i = 0; i < LIMITS.signIn.burst; i++) expect(await ask('203.0.113.5')).toBe(200);
    expect(await ask('203.0.113.5')).toBe(429);
    expect(await ask('203.0.113.6')).toBe(200);
    await running.close();
  });
});

test('what is committed is readable at once', async () => {
  const books = connect({ url: api.db.urls.books, max: 1, application: 'test' });
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const slot = (api.days.fourth + 1) * 96 + i;
    await books`
      insert into books.report (meter, slot, status, import_register_wh, export_register_wh, power_w, flags, height)
      values (${meters.bob1}, ${slot}, 'opened', 90000000, 90000000, 1, 0, 4901)`;
    const start = performance.now();
    const { data } = await api.ask('bob', '{ member { meters { edges { node { lastReport { slot } } } } } }');
    times.push(performance.now() - start);
    expect(data.member.meters.edges[0].node.lastReport.slot).toBe(i);
  }
  await books.end();
  expect(times.sort((a, b) => a - b)[10]).toBeLessThan(250);
});
