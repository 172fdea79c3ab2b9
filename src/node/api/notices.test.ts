/** What somebody wants to be told of: theirs alone, from the choice on, until it was seen. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../test/kit/api/harness.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { connect, type Sql } from '../db/index.ts';

let api: TestApi;
let owner: Sql;
let indexer: Sql;
beforeAll(async () => {
  api = await startTestApi();
  const as = (role: 'owner' | 'indexer'): Sql => connect({ url: api.db.urls[role], max: 1, application: 'test' });
  [owner, indexer] = [as('owner'), as('indexer')];
});
beforeEach(() => owner`delete from access.notice`);
afterAll(async () => {
  await Promise.all([owner, indexer].map((sql) => sql.end()));
  await api.stop();
});

type Who = 'alice' | 'bob' | 'auditor' | 'operator';
interface News {
  kind: string;
  at: string;
  meter: string | null;
  day: string | null;
  month: string | null;
}

const choose = (who: Who, kinds: string) => api.ask(who, `mutation { chooseNotices(kinds: [${kinds}]) }`);
const newsOf = async (who: Who): Promise<News[]> =>
  (await api.ask(who, '{ viewer { news { kind at meter day month } } }')).data.viewer.news;
const wantedBy = async (who: Who): Promise<string[]> => (await api.ask(who, '{ viewer { noticesWanted } }')).data.viewer.noticesWanted;
const see = async (who: Who, until: string) => api.ask(who, `mutation { seeNews(until: "${until}") }`);
/** As if the choice had been made so long ago. */
const chosenBefore = (hours: number) => owner`update access.notice set since = now() - ${hours} * interval '1 hour'`;
const kindsOf = (news: readonly News[]): string[] => [...new Set(news.map(({ kind }) => kind))].sort();

describe('news', () => {
  test('are told to nobody who has not chosen', async () => {
    expect(await wantedBy('alice')).toEqual([]);
    expect(await newsOf('alice')).toEqual([]);
  });

  test('begin with the choice: what has happened before counts as seen', async () => {
    expect((await choose('alice', 'BILL, INVOICE')).data.chooseNotices).toEqual(['BILL', 'INVOICE']);
    expect(await newsOf('alice')).toEqual([]);
    await chosenBefore(1);
    expect(kindsOf(await newsOf('alice'))).toEqual(['BILL', 'INVOICE']);
  });

  test('are of the kinds that were chosen, and of nothing else', async () => {
    await choose('alice', 'CORRECTION');
    await chosenBefore(1);
    const [one, ...more] = await newsOf('alice');
    expect(one).toMatchObject({ kind: 'CORRECTION', meter: meters.alice1, day: dayToDate(api.days.first), month: null });
    expect(more).toEqual([]);
  });

  test('are of own meters, of days that are released, and hold no figure', async () => {
    await choose('bob', 'BILL, CORRECTION, INVOICE, PASSKEY');
    await chosenBefore(1);
    const found = await newsOf('bob');
    expect([...new Set(found.flatMap(({ meter }) => meter ?? []))]).toEqual([meters.bob1]);
    const days = new Set(found.flatMap(({ day }) => day ?? []));
    expect([...days].sort()).toEqual([dayToDate(api.days.first), dayToDate(api.days.second)]);
    expect(kindsOf(found)).toEqual(['BILL', 'INVOICE']);
  });

  test('are gone once they were seen, up to what was seen; a moment to come hides nothing of it', async () => {
    await choose('alice', 'BILL, INVOICE, PASSKEY');
    await chosenBefore(1);
    const before = await newsOf('alice');
    const middle = before[Math.floor(before.length / 2)];
    expect((await see('alice', middle.at)).data.seeNews).toBe(true);
    expect(await newsOf('alice')).toEqual(before.filter(({ at }) => at > middle.at));
    await see('alice', '2999-01-01T00:00:00.000Z');
    expect(await newsOf('alice')).toEqual([]);
    await owner`update access.credential set created_at = now() where address = ${people.alice.address}`;
    expect(kindsOf(await newsOf('alice'))).toEqual(['PASSKEY']);
  });

  test('seen by one are not seen by another, and there is nothing to see for who chose nothing', async () => {
    await choose('alice', 'BILL');
    await choose('bob', 'BILL');
    await chosenBefore(1);
    await see('alice', new Date().toISOString());
    expect((await newsOf('bob')).length).toBeGreaterThan(0);
    expect((await see('auditor', new Date().toISOString())).data.seeNews).toBe(false);
  });

  test('of a month ago are told no more', async () => {
    await choose('auditor', 'DAY');
    await chosenBefore(24 * 60);
    expect(kindsOf(await newsOf('auditor'))).toEqual(['DAY']);
    await owner`update access.credential set created_at = now() - interval '32 days' where address = ${people.alice.address}`;
    await choose('alice', 'PASSKEY');
    await chosenBefore(24 * 60);
    expect(await newsOf('alice')).toEqual([]);
  });

  test('end with the choice of nothing, of which nothing is kept', async () => {
    await choose('alice', 'BILL, BILL');
    expect(await wantedBy('alice')).toEqual(['BILL']);
    await choose('alice', '');
    expect(await wantedBy('alice')).toEqual([]);
    expect(await owner`select from access.notice`).toHaveLength(0);
  });

  test('are refused in kinds that there are not, and at moments that are none', async () => {
    expect((await choose('alice', 'WEATHER')).errors).toHaveLength(1);
    for (const until of ['yesterday', '2026-07-01', '2026-07-01T00:00:00Z']) expect((await see('alice', until)).errors).toHaveLength(1);
  });
});

describe('a silent meter', () => {
  const spokeLastS = async (meter: string): Promise<number> => {
    const [{ slot }] = await owner`select max(slot) as slot from books.report where meter = ${meter} and status = 'opened'`;
    return (slot + 1) * 900;
  };

  /** Runs so long after what the meter spoke of last, by chain time. */
  async function later(meter: string, seconds: number, work: () => Promise<void>): Promise<void> {
    const [{ chain_unix_s: before }] = await indexer`select chain_unix_s from chain.cursor`;
    await indexer`update chain.cursor set chain_unix_s = ${String((await spokeLastS(meter)) + seconds)}`;
    try {
      await work();
    } finally {
      await indexer`update chain.cursor set chain_unix_s = ${before}`;
    }
  }

  test('is told to its member, and to the operator, for as long as it is silent, with when it spoke last', async () => {
    await choose('bob', 'SILENT');
    await choose('operator', 'SILENT');
    await later(meters.bob1, 3 * 3_600, async () => {
      const [one] = await newsOf('bob');
      expect(one).toMatchObject({ kind: 'SILENT', meter: meters.bob1, day: null });
      expect(one.at).toBe(new Date((await spokeLastS(meters.bob1)) * 1_000).toISOString());
      expect((await newsOf('operator')).map(({ meter }) => meter)).toContain(meters.bob1);
      await see('bob', new Date().toISOString());
      expect(await newsOf('bob')).toEqual([one]);
    });
  });

  test('is none that has spoken within the last two hours, nor one out of service', async () => {
    await choose('bob', 'SILENT');
    await later(meters.bob1, 7_200, async () => expect(await newsOf('bob')).toEqual([]));
    await later(meters.bob1, 3 * 3_600, async () => {
      await indexer`update chain.meter set last_day = ${api.days.fourth} where id = ${meters.bob1}`;
      expect(await newsOf('bob')).toEqual([]);
      await indexer`update chain.meter set last_day = null where id = ${meters.bob1}`;
    });
  });

  test('of another is told to no member', async () => {
    await choose('alice', 'SILENT');
    await later(meters.bob1, 3 * 3_600, async () => expect((await newsOf('alice')).map(({ meter }) => meter)).not.toContain(meters.bob1));
  });
});
