/** The installer's code: what it shows, for how long, and to whom it shows nothing. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../test/kit/api/harness.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { connect, type Sql } from '../db/index.ts';
import { makeInstallCode } from './install-codes.ts';

let api: TestApi;
let inviter: Sql;
let owner: Sql;
let indexer: Sql;
beforeAll(async () => {
  api = await startTestApi();
  const as = (role: 'inviter' | 'owner' | 'indexer'): Sql => connect({ url: api.db.urls[role], max: 1, application: 'test' });
  [inviter, owner, indexer] = [as('inviter'), as('owner'), as('indexer')];
});
afterAll(async () => {
  await Promise.all([inviter, owner, indexer].map((sql) => sql.end()));
  await api.stop();
});

const FIELDS = 'meter enrolled firstDay validator firstReportAt lastReportAt registers { at importWh exportWh }';
const today = Math.floor(Date.now() / 86_400_000);

let clients = 0;
const post = async (query: string, variables: object, headers: Record<string, string> = {}, client = `installer-${clients++}`) => {
  const response = await api.fetch(
    '/graphql',
    { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query, variables }) },
    client,
  );
  const { data, errors = [] } = await response.json();
  return { data, code: errors[0]?.extensions?.code, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? null };
};
const use = (meter: string, code: string, client?: string) =>
  post(
    `mutation ($meter: String!, $code: String!) { useInstallCode(meter: $meter, code: $code) { ${FIELDS} } }`,
    { meter, code },
    {},
    client,
  );
const look = (cookie: string, site = 'same-origin') =>
  post(`{ installation { ${FIELDS} } }`, {}, { cookie, 'sec-fetch-site': site }).then(({ data }) => data.installation);
const firstDayIs = (day: number) => indexer`update chain.meter set first_day = ${day} where id = ${meters.bob1}`;

describe('a code of a meter', () => {
  beforeEach(() => firstDayIs(today));

  test('shows the meter and the registers of its newest report to the browser that used it, also later', async () => {
    const { code } = await makeInstallCode(inviter, meters.bob1);
    const { data, cookie } = await use(meters.bob1, code);
    expect(cookie).toMatch(/^__Host-electra-install=[\w-]{43}$/);
    expect(data.useInstallCode).toMatchObject({ meter: meters.bob1, enrolled: true, firstDay: dayToDate(today), validator: false });
    expect(data.useInstallCode.registers.at).toBe(data.useInstallCode.lastReportAt);
    const reported = await owner`select import_register_wh from books.report where meter = ${meters.bob1} and status = 'opened'
      order by slot desc limit 1`;
    expect(data.useInstallCode.registers.importWh).toBe(String(reported[0].import_register_wh));
    expect(await look(cookie!)).toEqual(data.useInstallCode);
  });

  test('shows no register once the first day is over, and still when the meter reported', async () => {
    const { code } = await makeInstallCode(inviter, meters.bob1);
    const { cookie } = await use(meters.bob1, code);
    await firstDayIs(today - 1);
    expect(await look(cookie!)).toMatchObject({ meter: meters.bob1, registers: null, lastReportAt: expect.any(String) });
  });

  test('is good once', async () => {
    const { code } = await makeInstallCode(inviter, meters.bob1);
    expect((await use(meters.bob1, code)).code).toBeUndefined();
    expect(await use(meters.bob1, code)).toMatchObject({ code: 'NOT_FOUND', cookie: null });
  });

  test('is good for its meter alone, and a try with another does not use it up', async () => {
    const { code } = await makeInstallCode(inviter, meters.bob1);
    expect(await use(meters.alice1, code)).toMatchObject({ code: 'NOT_FOUND', cookie: null });
    expect((await use(meters.bob1, code)).code).toBeUndefined();
  });

  test('is withdrawn by the next one, and so is what the one before shows', async () => {
    const first = await makeInstallCode(inviter, meters.bob1);
    const { cookie } = await use(meters.bob1, first.code);
    const second = await makeInstallCode(inviter, meters.bob1);
    await makeInstallCode(inviter, meters.bob1);
    expect((await use(meters.bob1, second.code)).code).toBe('NOT_FOUND');
    expect(await look(cookie!)).toBeNull();
  });

  test('is too old after 48 hours, used or not', async () => {
    const { code, expiresAt } = await makeInstallCode(inviter, meters.bob1);
    expect(Math.round((expiresAt.getTime() - Date.now()) / 3_600_000)).toBe(48);
    const { cookie } = await use(meters.bob1, code);
    const unused = await makeInstallCode(inviter, meters.alice1);
    await owner`update access.install_code set expires_at = now(), withdrawn_at = null`;
    expect(await look(cookie!)).toBeNull();
    expect((await use(meters.alice1, unused.code)).code).toBe('NOT_FOUND');
  });

  test('is not guessed: what is none is refused, and after some tries nothing is asked', async () => {
    for (const code of ['short', Buffer.alloc(16, 1).toString('base64url'), `${Buffer.alloc(16, 1).toString('base64url')}=`])
      expect((await use(meters.bob1, code)).code).toBe('NOT_FOUND');
    const codes: unknown[] = [];
    for (let i = 0; i < 45; i++) codes.push((await use(meters.bob1, 'short', 'guesser')).code);
    expect([codes[0], codes.at(-1)]).toEqual(['NOT_FOUND', 'RATE_LIMITED']);
  });

  test('shows nothing to another browser, nor to a page of another site', async () => {
    const { code } = await makeInstallCode(inviter, meters.bob1);
    const { cookie } = await use(meters.bob1, code);
    expect(await look(`__Host-electra-install=${Buffer.alloc(32, 5).toString('base64url')}`)).toBeNull();
    expect(await look(cookie!, 'cross-site')).toBeNull();
    expect((await post('{ member { meters { edges { node { address } } } } }', {}, { cookie: cookie! })).code).toBe('UNAUTHENTICATED');
  });
});

test('the member sees that a code of its meter was used, and nobody sees a code', async () => {
  const { code } = await makeInstallCode(inviter, meters.bob1);
  await use(meters.bob1, code);
  const { data, text } = await api.ask('bob', '{ member { meters { edges { node { installCodes { createdAt usedAt withdrawnAt } } } } } }');
  expect(data.member.meters.edges[0].node.installCodes[0]).toMatchObject({ usedAt: expect.any(String), withdrawnAt: null });
  expect(text).not.toContain(code);
  const hash = createHash('sha256').update(Buffer.from(code, 'base64url')).digest();
  expect(await owner`select id from access.install_code where code_hash = ${hash}`).toHaveLength(1);
});

describe('the database', () => {
  const asApi = (setting: [string, string], statement: string) => {
    const sql = connect({ url: api.db.urls.api, max: 1, application: 'test' });
    return sql
      .begin(async (tx) => {
        await tx`select set_config(${setting[0]}, ${setting[1]}, true)`;
        return [...(await tx.unsafe(statement))];
      })
      .finally(() => sql.end());
  };

  test('shows reports of the meter that is installed, of its first day and before, and of no other', async () => {
    const reports = 'select distinct meter from books.report';
    await firstDayIs(today);
    expect(await asApi(['electra.installing', meters.bob1], reports)).toEqual([{ meter: meters.bob1 }]);
    await firstDayIs(today - 1);
    expect(await asApi(['electra.installing', meters.bob1], reports)).toEqual([]);
    expect(await asApi(['electra.installing', ''], reports)).toEqual([]);
  });

  test.each([
    'select code_hash from access.install_code',
    'select holder_hash from access.install_code',
    'update access.install_code set used_at = null',
    "insert into access.install_code (code_hash, meter, expires_at) values ('', '', now())",
  ])('refuses the API %s', async (statement) => {
    await expect(asApi(['electra.viewer', people.operator.address], statement)).rejects.toMatchObject({ code: '42501' });
  });
});
