/** Sessions of pages: a cookie that no script reads, and that counts on requests of this site's own pages alone. */
import { toBase64 } from '@cosmjs/encoding';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { people } from '../../../test/kit/api/people.ts';
import { connect } from '../db/index.ts';
import { signText } from './adr36.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

async function send(query: string, headers: Record<string, string> = {}): Promise<{ response: Response; body: string }> {
  const response = await api.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { response, body: await response.text() };
}

/** Signs alice in as a page does. @returns the cookie as a browser sends it back, and as it was set */
async function signedIn(): Promise<{ cookie: string; set: string; body: string }> {
  const { address, privKey } = people.alice;
  const asked = await send(`mutation { requestChallenge(address: "${address}") { text } }`);
  const text: string = JSON.parse(asked.body).data.requestChallenge.text;
  const { publicKey, signature } = signText({ address, privateKey: privKey, text });
  const { response, body } = await send(
    `mutation { signIn(address: "${address}", pubKey: "${toBase64(publicKey)}", signature: "${toBase64(signature)}",
      challenge: ${JSON.stringify(text)}, cookie: true) { token address } }`,
    OWN_PAGE,
  );
  const set = response.headers.get('set-cookie') ?? '';
  return { cookie: set.split(';')[0], set, body };
}

const WHO = '{ viewer { address } }';

describe("a page's session", () => {
  test('is a cookie that no script, no other site and no plain connection gets, and no token in the answer', async () => {
    const { set, body } = await signedIn();
    expect(set).toMatch(/^__Host-electra=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict$/);
    expect(JSON.parse(body).data.signIn).toEqual({ token: null, address: people.alice.address });
    expect(body).not.toContain(set.split(/[=;]/)[1]);
  });

  test('is who is signed in, on a request of an own page', async () => {
    const { cookie } = await signedIn();
    expect(JSON.parse((await send(WHO, { cookie, ...OWN_PAGE })).body).data.viewer).toEqual({ address: people.alice.address });
    const byOrigin = await send(WHO, { cookie, origin: 'http://localhost', host: 'localhost' });
    expect(JSON.parse(byOrigin.body).data.viewer).toEqual({ address: people.alice.address });
  });

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour on the domain', { 'sec-fetch-site': 'same-site' }],
    ['another origin, in a browser that says no more', { origin: 'https://evil.example' }],
    ['nowhere', {}],
  ])('is refused on a request from %s', async (_where, headers) => {
    const { cookie } = await signedIn();
    const { body } = await send(WHO, { cookie, ...headers });
    expect(JSON.parse(body).errors[0].extensions.code).toBe('FORBIDDEN');
  });

  test('opens own files too, so that a download is a plain link', async () => {
    const { cookie } = await signedIn();
    const path = '/export/bills.csv?from=2026-01-01&to=2026-01-31';
    expect((await api.fetch(path, { headers: { cookie, 'sec-fetch-site': 'same-origin' } })).status).toBe(200);
    expect((await api.fetch(path, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
  });

  test('ends with sign-out, for the service and in the browser', async () => {
    const { cookie } = await signedIn();
    const { response } = await send('mutation { signOut }', { cookie, ...OWN_PAGE });
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-electra=; .*Max-Age=0/);
    expect(JSON.parse((await send(WHO, { cookie, ...OWN_PAGE })).body).errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  test('may be opened by a program that is signed in, for a page of its own', async () => {
    const token = await api.token('bob');
    const { response, body } = await send('mutation { openPageSession { token address } }', { authorization: `Bearer ${token}` });
    const cookie = response.headers.get('set-cookie')!.split(';')[0];
    expect(JSON.parse(body).data.openPageSession).toEqual({ token: null, address: people.bob.address });
    expect(cookie).not.toContain(token);
    expect(JSON.parse((await send(WHO, { cookie, ...OWN_PAGE })).body).data.viewer).toEqual({ address: people.bob.address });
  });
});

describe('own sessions', () => {
  const SESSIONS = '{ viewer { sessions { id way createdAt lastUsedAt expiresAt current } } }';
  const listed = async (headers: Record<string, string>): Promise<{ id: string; way: string; current: boolean; lastUsedAt: string }[]> =>
    JSON.parse((await send(SESSIONS, headers)).body).data.viewer.sessions;

  test('are listed with how they began, and which of them asks; without anything that signs in', async () => {
    const { cookie } = await signedIn();
    const sessions = await listed({ cookie, ...OWN_PAGE });
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(sessions.map(({ way }) => way)).toContain('WALLET');
    expect(JSON.stringify(sessions)).not.toContain(cookie.split('=')[1]);
    const [opened] = await listed({ authorization: `Bearer ${await api.token('bob')}` });
    expect(opened.way).toBe('PAGE');
  });

  test('end one by one, and never another’s', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const mine = (await listed({ cookie: one.cookie, ...OWN_PAGE })).find(({ current }) => current)!;
    const end = async (headers: Record<string, string>): Promise<boolean> =>
      JSON.parse((await send(`mutation { endSession(id: "${mine.id}") }`, headers)).body).data.endSession;
    expect(await end({ authorization: `Bearer ${await api.token('bob')}` })).toBe(false);
    expect(await end({ cookie: other.cookie, ...OWN_PAGE })).toBe(true);
    expect(JSON.parse((await send(WHO, { cookie: one.cookie, ...OWN_PAGE })).body).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(await end({ cookie: other.cookie, ...OWN_PAGE })).toBe(false);
  });

  const opened = async (token: string, headers: Record<string, string> = {}): Promise<string> => {
    const { response } = await send('mutation { openPageSession { address } }', { authorization: `Bearer ${token}`, ...headers });
    return response.headers.get('set-cookie')!.split(';')[0];
  };
  const pagesOf = async (token: string): Promise<number> =>
    (await listed({ authorization: `Bearer ${token}` })).filter(({ way }) => way === 'PAGE').length;
  const isSomebody = async (cookie: string): Promise<boolean> =>
    JSON.parse((await send(WHO, { cookie, ...OWN_PAGE })).body).data?.viewer != null;

  test('of a link that is opened in a browser again take the place of the one before, and of no other browser’s or person’s', async () => {
    const token = await api.token('auditor');
    const elsewhere = await opened(token);
    const first = await opened(token);
    const { cookie: alices } = await signedIn();
    const before = await pagesOf(token);
    const second = await opened(token, { cookie: first, ...OWN_PAGE });
    expect(await pagesOf(token)).toBe(before);
    expect([await isSomebody(first), await isSomebody(second), await isSomebody(elsewhere)]).toEqual([false, true, true]);
    await opened(token, { cookie: alices, ...OWN_PAGE });
    expect(await isSomebody(alices)).toBe(true);
    expect(await isSomebody(await opened(token, { cookie: second, 'sec-fetch-site': 'cross-site' }))).toBe(true);
    expect(await isSomebody(second)).toBe(true);
  });

  test('of programs are few: with one more, the one not used for longest ends, and none that began otherwise', async () => {
    const token = await api.token('auditor');
    const most = JSON.parse((await send('{ viewer { pageSessionsMost sessionsMost } }', { authorization: `Bearer ${token}` })).body).data
      .viewer;
    expect(most).toEqual({ pageSessionsMost: 5, sessionsMost: 20 });
    const cookies: string[] = [];
    for (let i = 0; i < 5; i++) cookies.push(await opened(token));
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    const { address } = people.auditor;
    await owner`update access.session set last_used_at = now() + interval '1 hour' where address = ${address} and way = 'page'`;
    const { id } = (await listed({ cookie: cookies[3], ...OWN_PAGE })).find(({ current }) => current)!;
    await owner`update access.session set last_used_at = '2026-01-01' where id = ${id}`;
    await owner.end();
    await opened(token);
    expect(await pagesOf(token)).toBe(5);
    expect([await isSomebody(cookies[3]), await isSomebody(cookies[0])]).toEqual([false, true]);
    expect(await isSomebody(`__Host-electra=${token}`)).toBe(true);
  });

  test('end all at once but the one that asks, of one way where it is named, and nobody else’s', async () => {
    const token = await api.token('auditor');
    const page = await opened(token);
    const bobs = await opened(await api.token('bob'));
    const end = async (way: string): Promise<number> =>
      JSON.parse((await send(`mutation { endOtherSessions${way} }`, { cookie: page, ...OWN_PAGE })).body).data.endOtherSessions;
    const others = (await pagesOf(token)) - 1;
    expect(others).toBeGreaterThan(0);
    expect(await end('(way: PAGE)')).toBe(others);
    expect([await isSomebody(page), await isSomebody(`__Host-electra=${token}`)]).toEqual([true, true]);
    expect(await end('')).toBeGreaterThan(0);
    expect([await isSomebody(page), await isSomebody(`__Host-electra=${token}`), await isSomebody(bobs)]).toEqual([true, false, true]);
  });

  test('say when they were used last', async () => {
    const { cookie } = await signedIn();
    const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
    await owner`update access.session set last_used_at = '2026-01-01'`;
    const used = async () => (await listed({ cookie, ...OWN_PAGE })).find(({ current }) => current)!.lastUsedAt;
    expect(await used()).toBe('2026-01-01T00:00:00.000Z'); // read before it is written down
    expect(Date.now() - Date.parse(await used())).toBeLessThan(60_000);
    await owner.end();
  });
});
