/** Hints: who is told what, when a stream ends, and how many there may be. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { meters, type Person, people } from '../../../test/kit/api/people.ts';
import { until } from '../../../test/kit/until.ts';
import type { Sql } from '../db/index.ts';
import { connect } from '../db/index.ts';
import { signInWithKey } from './client.ts';

let api: TestApi;
let books: Sql;
beforeAll(async () => {
  api = await startTestApi({ limits: { streams: { all: 6, perViewer: 2, perClient: 3, burst: 40, perSecond: 1_000 } } });
  books = connect({ url: api.db.urls.books, max: 1, application: 'test' });
});
afterAll(async () => {
  await books.end();
  await api.stop();
});

interface Open {
  response: Response;
  /** what came, event by event */
  said: string[];
  closed: Promise<void>;
  leave(): void;
}

const LONG_MS = 10_000;
const noneOpen = () => until(() => api.streams.size === 0, LONG_MS, 'all streams to end');

let clients = 0;
async function open(token: string | null, client = `stream-${clients++}`): Promise<Open> {
  const response = await api.fetch(
    '/graphql',
    {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: 'subscription { changed { topic } }' }),
    },
    client,
  );
  const said: string[] = [];
  const reader = response.body!.getReader();
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for (let next = await reader.read(); !next.done; next = await reader.read()) said.push(decoder.decode(next.value));
  };
  return { response, said, closed: read().catch(() => {}), leave: () => void reader.cancel() };
}

const text = ({ said }: Open): string => said.join('');
const freshToken = (who: Person): Promise<string> =>
  signInWithKey({
    fetch: (url: string, init: RequestInit) => api.fetch(new URL(url).pathname, init, `fresh-${clients++}`),
    privKey: people[who].privKey,
  }).then(({ token }) => token);

const report = (meter: string, slot: number) =>
  books`insert into books.report (meter, slot, status, reason, height) values (${meter}, ${slot}, 'refused', 'wrong-context', 1)`;

describe('a stream of hints', () => {
  test('is kept by nobody, tells a member of own meters alone, and everybody who is signed in of days', async () => {
    const [alice, bob] = [await open(await api.token('alice')), await open(await api.token('bob'))];
    expect(alice.response.headers.get('cache-control')).toBe('no-store');
    expect(api.pool.inUse).toBe(0);
    await report(meters.alice1, 1);
    await until(() => text(alice).includes('REPORT'), LONG_MS, 'the hint of a report');
    expect(text(bob)).not.toContain('REPORT');
    await books`update books.day set state = state`;
    await until(() => text(alice).includes('DAY') && text(bob).includes('DAY'), LONG_MS, 'the hint of a day');
    expect(text(alice)).not.toContain(meters.alice1);
    for (const one of [alice, bob]) one.leave();
    await noneOpen();
  });

  test('is refused to nobody, and to a session that is none', async () => {
    const stranger = await open(null);
    await stranger.closed;
    expect(text(stranger)).toContain('UNAUTHENTICATED');
    const gone = await open(Buffer.alloc(32, 1).toString('base64url'));
    await gone.closed;
    expect(text(gone)).toContain('UNAUTHENTICATED');
    expect(api.streams.size).toBe(0);
  });

  test('ends with the session, and says so', async () => {
    const token = await freshToken('alice');
    const [mine, other] = [await open(token), await open(await api.token('bob'))];
    await api.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: 'mutation { signOut }' }),
    });
    await mine.closed;
    expect(text(mine)).toContain('UNAUTHENTICATED');
    expect(api.streams.size).toBe(1);
    other.leave();
    await noneOpen();
  });

  test('ends where the session was found gone, whoever did not say so', async () => {
    const stream = await open(await freshToken('bob'));
    await api.streams.check(async () => new Map());
    await stream.closed;
    expect(text(stream)).toContain('UNAUTHENTICATED');
  });

  test('is one of so many of a person, of a client, and in all', async () => {
    const [alice, bob] = [await api.token('alice'), await api.token('bob')];
    const held = [await open(alice), await open(alice)];
    const third = await open(alice);
    await third.closed;
    expect([third.response.status, text(third)]).toEqual([429, expect.stringContaining('RATE_LIMITED')]);
    held.push(await open(bob, 'one'), await open(await api.token('operator'), 'one'), await open(await api.token('auditor'), 'one'));
    const fourth = await open(bob, 'one');
    expect(fourth.response.status).toBe(429);
    for (const one of held) one.leave();
    await noneOpen();
  });
});
