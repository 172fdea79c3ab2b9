import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Community } from '../../../../test/kit/books/community.ts';
import { builders, community, passes, pretendProofs, quiet, substituteHolds } from '../../../../test/kit/books/community.ts';
import { closing, seededInts, someStatement } from '../../../../test/kit/books/index-rows.ts';
import { keyIds } from '../../../../test/kit/development-keys.ts';
import { commitDay, dayToDate, gridId, meterTag, parseBook } from '../../../protocol/index.ts';
import { settleOutbox } from '../outbox.ts';
import { advanceDays } from '../pipeline.ts';
import { draftDay } from './draft.ts';
import { redraftDay } from './redraft.ts';

let c: Community;
const int = seededInts(2);
const first = 20_635;
beforeAll(async () => {
  c = await community(5);
});
afterAll(() => c.stop());

const step = () => advanceDays({ sql: c.sql, builders, audit: passes, log: quiet });
const dayRow = async (day: number) =>
  (await c.sql`select state, waiting, encode(book_hash, 'hex') as hash, book from books.day where day = ${day} and version = 1`)[0];
/** A day whose book is anchored, so that it can no longer be disputed. */
const anchor = (day: number) => c.index.anchor(day, 1, Buffer.alloc(32, 1));
const entry = async (meter: string, day: number) => (await c.sql`select * from books.entry where meter = ${meter} and day = ${day}`)[0];
const [m0, m1, m2, m3, m4] = Array.from({ length: 5 }, (_, i) => () => c.meters[i].meter);

describe('the first day, all metered', () => {
  test('is drafted with one entry and one proof input per meter, and the clearing', async () => {
    for (const { meter } of c.meters) await c.index.statement(meter, { statement: someStatement(first, int) });
    const digest = await c.index.freeze(first);
    await step();
    expect(await dayRow(first)).toMatchObject({ state: 'frozen', waiting: '5 statement(s) not opened yet' });
    await c.openAll();
    expect(await step()).toBe(1);
    const row = await dayRow(first);
    expect(row).toMatchObject({ state: 'drafted', waiting: null });
    const book = parseBook(row.book);
    expect(book).toMatchObject({
      chainId: c.index.chainId,
      day: first,
      version: 1,
      rosterDigest: digest,
      keys: keyIds(),
    });
    expect(book.meters.map(({ meter, source }) => [meter, source])).toEqual(c.meters.map(({ meter }) => [meter, 'metered']));
    const inputs = await c.sql`select id, circuit, meter, encode(book_hash, 'hex') as hash from prove.input order by id`;
    expect(inputs.map(({ id }) => id).sort()).toEqual(
      [...c.meters.map(({ meter }) => `${row.hash}:${meter}`), `${row.hash}:clearing`].sort(),
    );
    expect(new Set(inputs.map(({ hash }) => hash))).toEqual(new Set([row.hash]));
  });
});

describe('a day with every kind of trouble', () => {
  const day = first + 1;
  test('waits for its disputes, asks for each with its reason, and for nobody else', async () => {
    const endOf = async (meter: string) => {
      const e = await entry(meter, first);
      return { importStartWh: e.import_end_wh as bigint, exportStartWh: e.export_end_wh as bigint };
    };
    await c.index.statement(m0(), { statement: someStatement(day, int, await endOf(m0())) });
    await c.index.statement(m1(), { statement: someStatement(day, int, { importStartWh: 7n, exportStartWh: 7n }) }); // its registers jump
    // it committed to something else
    await c.index.statement(m2(), { statement: someStatement(day, int, await endOf(m2())), commitment: 1n });
    await c.index.statement(m3(), { statement: someStatement(day, int, await endOf(m3()), 900_000) }); // above its maximum
    await c.index.freeze(day); // and the last one said nothing
    await c.openAll();
    await step();
    expect(await dayRow(day)).toMatchObject({ state: 'frozen', waiting: '3 dispute(s) not on the chain yet' });
    const asked = await c.sql`select id, message from books.outbox order by id`;
    expect(asked.map(({ id, message }) => [id, message.value.reason]).sort()).toEqual(
      [
        [`dispute:${m1()}:${day}`, 'registers-jump'],
        [`dispute:${m2()}:${day}`, 'commitment-mismatch'],
        [`dispute:${m3()}:${day}`, 'above-max-wh'],
      ].sort(),
    );
    await step();
    expect((await c.sql`select count(*)::int as n from books.outbox`)[0].n).toBe(3);
  });
  test('goes on once the chain has them all, and books each by its source', async () => {
    await c.index.dispute(m1(), day, 'registers-jump');
    await c.index.dispute(m2(), day, 'commitment-mismatch');
    await step();
    expect(await dayRow(day)).toMatchObject({ state: 'frozen', waiting: '1 dispute(s) not on the chain yet' });
    await c.index.dispute(m3(), day, 'above-max-wh');
    await step();
    const waiting = `a copy waits for the anchor of ${dayToDate(first)}: until then that day may be disputed`;
    expect(await dayRow(day)).toMatchObject({ state: 'frozen', waiting });
    await anchor(first);
    expect(await step()).toBe(1);
    expect(await settleOutbox(c.sql)).toBe(3);
    const book = parseBook((await dayRow(day)).book);
    const sources = Object.fromEntries(book.meters.map((m) => [m.meter, m.source]));
    expect(sources).toEqual({ [m0()]: 'metered', [m1()]: 'disputed', [m2()]: 'disputed', [m3()]: 'disputed', [m4()]: 'substitute' });
  });
  test("takes the roster's C where metered, and one of its own elsewhere, over the substitute's values", async () => {
    const book = parseBook((await dayRow(day)).book);
    for (const { meter } of c.meters) {
      const [e, yesterday] = [await entry(meter, day), await entry(meter, first)];
      const C = commitDay({
        gridId: gridId(c.index.chainId),
        meterTag: meterTag(meter),
        day,
        importStartWh: e.import_start_wh,
        exportStartWh: e.export_start_wh,
        importWh: e.import_wh,
        exportWh: e.export_wh,
        blinding: Uint8Array.from(e.blinding),
      });
      expect(book.meters.find((m) => m.meter === meter)!.C).toBe(C);
      const [{ on_chain: onChain }] = await c.sql`
          select (select encode(commitment, 'hex') from chain.sealed_statement where meter = ${meter} and day = ${day}) as on_chain`;
      expect(onChain === C.toString(16).padStart(64, '0')).toBe(meter === m0());
      if (meter !== m0()) expect([e.import_wh, e.export_wh]).toEqual([yesterday.import_wh, yesterday.export_wh]);
      expect([e.import_start_wh, e.export_start_wh]).toEqual([yesterday.import_end_wh, yesterday.export_end_wh]);
    }
  });
  test('names the day that each of the others copies, by the commitment on its roster, and wants a proof of it', async () => {
    const row = await dayRow(day);
    const onRoster = new Map(parseBook((await dayRow(first)).book).meters.map(({ meter, C }) => [meter, C]));
    for (const { meter, source, copied } of parseBook(row.book).meters)
      expect(copied).toEqual(source === 'metered' ? null : { fromDay: first, from: onRoster.get(meter) });
    const wanted = await c.sql`select id, meter, signals from prove.input where circuit = 'substitute' and day = ${day} order by meter`;
    const others = c.meters.map(({ meter }) => meter).filter((meter) => meter !== m0());
    expect(wanted.map(({ id }) => id).sort()).toEqual(others.map((meter) => `${row.hash}:${meter}:substitute`).sort());
    for (const { signals } of wanted) expect(await substituteHolds(signals)).toBe(true);
  });
  test('links every meter to the day before: L0 is the L1 of yesterday', async () => {
    const [before, after] = [parseBook((await dayRow(first)).book), parseBook((await dayRow(day)).book)];
    for (const [i, m] of after.meters.entries()) expect(m.L0).toBe(before.meters[i].L1);
  });
});

describe('the day after a substitute', () => {
  const day = first + 2;
  test('may begin at another register: nobody knew the true one, so nothing is disputed, and the link stays open', async () => {
    for (const { meter } of c.meters) {
      const e = await entry(meter, day - 1);
      const jump = meter === m0() ? 0n : 12_345n;
      await c.index.statement(meter, {
        statement: someStatement(day, int, { importStartWh: e.import_end_wh + jump, exportStartWh: e.export_end_wh }),
      });
    }
    await c.index.freeze(day);
    await c.openAll();
    await step();
    const book = parseBook((await dayRow(day)).book);
    const before = parseBook((await dayRow(day - 1)).book);
    expect(book.meters.every(({ source }) => source === 'metered')).toBe(true);
    expect(book.meters.filter((m, i) => m.L0 === before.meters[i].L1).map(({ meter }) => meter)).toEqual([m0()]);
  });
});

describe('the operator’s own dispute', () => {
  const day = first + 3;
  test('of a statement that opened well is followed too', async () => {
    for (const { meter } of c.meters) {
      const e = await entry(meter, day - 1);
      await c.index.statement(meter, {
        statement: someStatement(day, int, { importStartWh: e.import_end_wh, exportStartWh: e.export_end_wh }),
      });
    }
    await c.index.freeze(day);
    await c.index.dispute(m4(), day, 'seal broken');
    await anchor(day - 1);
    await c.openAll();
    await step();
    expect(parseBook((await dayRow(day)).book).meters.map(({ source }) => source)).toEqual([
      'metered',
      'metered',
      'metered',
      'metered',
      'disputed',
    ]);
  });
});

describe('a late statement', () => {
  test('is opened and kept, and the day stays what the roster says', async () => {
    const day = first + 4;
    const before = await entry(m0(), day - 1);
    for (const { meter } of c.meters.slice(1))
      await c.index.statement(meter, {
        statement: someStatement(day, int, closing({ ...someStatement(day, int), importStartWh: 0n, exportStartWh: 0n })),
      });
    await c.index.freeze(day);
    for (const { meter } of c.meters.slice(1)) await c.index.dispute(meter, day, 'x'); // not the point here
    await anchor(day - 1);
    await c.index.statement(m0(), {
      statement: someStatement(day, int, { importStartWh: before.import_end_wh, exportStartWh: before.export_end_wh }),
    });
    await c.openAll();
    await step();
    expect(await entry(m0(), day)).toMatchObject({ source: 'substitute' });
    expect(parseBook((await dayRow(day)).book).meters.find(({ meter }) => meter === m0())!.copied!.fromDay).toBe(day - 1);
    expect((await c.sql`select status from books.statement where meter = ${m0()} and day = ${day}`)[0].status).toBe('opened');
  });
});

describe('closing a day', () => {
  const day = first + 5;
  test('eight times at once yields one book', async () => {
    for (const { meter } of c.meters) {
      // after day +4, substitutes or disputes, they may begin wherever the connection can have brought them
      const e = await entry(meter, day - 1);
      await c.index.statement(meter, {
        statement: someStatement(day, int, { importStartWh: e.import_end_wh + 99n, exportStartWh: e.export_end_wh }),
      });
    }
    await c.index.freeze(day);
    await c.openAll();
    await c.sql`
      insert into books.day (day, version, state, roster_digest, frozen_unix_s)
      select day, 1, 'frozen', digest, unix_s::int8 from chain.roster where day = ${day}`;
    const results = await Promise.all(Array.from({ length: 8 }, () => draftDay({ sql: c.sql, day, builders })));
    expect(results.map(({ state }) => state).sort()).toEqual(['drafted', ...Array(7).fill('unchanged')]);
    const { hash } = await dayRow(day);
    expect(results.filter((r) => r.state === 'drafted')).toEqual([{ state: 'drafted', hash }]);
    expect((await c.sql`select count(*)::int as n from books.entry where day = ${day}`)[0].n).toBe(5);
    expect(
      (await c.sql`select count(*)::int as n, count(distinct book_hash)::int as books from prove.input where day = ${day}`)[0],
    ).toEqual({ n: 6, books: 1 });
  });
  test('again changes nothing', async () => {
    const before = await dayRow(day);
    expect(await draftDay({ sql: c.sql, day, builders })).toEqual({ state: 'unchanged' });
    expect(await dayRow(day)).toEqual(before);
  });
  test('waits for the day before it', async () => {
    await c.index.freeze(day + 1);
    await c.index.freeze(day + 2);
    await anchor(day);
    await c.sql`
      insert into books.day (day, version, state, roster_digest, frozen_unix_s)
      select day, 1, 'frozen', digest, unix_s::int8 from chain.roster where day > ${day}`;
    expect(await draftDay({ sql: c.sql, day: day + 2, builders })).toEqual({ state: 'waiting', why: 'the day before is not drafted yet' });
    expect((await draftDay({ sql: c.sql, day: day + 1, builders })).state).toBe('drafted');
    expect((await draftDay({ sql: c.sql, day: day + 2, builders })).state).toBe('drafted');
  });
});

describe('drafting again', () => {
  const day = first + 6;
  test('redraws every mask of the day and of those after it, over the same readings and links', async () => {
    const before = { hash: (await dayRow(day)).hash, entries: await c.sql`select * from books.entry where day = ${day} order by meter` };
    expect(await redraftDay(c.sql, day)).toEqual([day, day + 1]);
    expect((await c.sql`select count(*)::int as n from prove.input where day >= ${day}`)[0].n).toBe(0);
    await step();
    await step();
    const after = { hash: (await dayRow(day)).hash, entries: await c.sql`select * from books.entry where day = ${day} order by meter` };
    expect(after.hash).not.toBe(before.hash);
    after.entries.forEach((e, i) => {
      for (const key of ['mask_k', 'mask_v', 'bill_blinding', 'mask', 'bill', 'masked_sum'])
        expect(e[key]).not.toBe(before.entries[i][key]);
      for (const key of ['import_wh', 'export_wh', 'amount_nel', 'link_open', 'link_close']) expect(e[key]).toEqual(before.entries[i][key]);
    });
  });
  test('is refused from the audit on, by us and by Postgres', async () => {
    await pretendProofs(c.sql);
    await step(); // proven
    await step(); // audited
    expect(await dayRow(day)).toMatchObject({ state: 'audited' });
    await expect(redraftDay(c.sql, day)).rejects.toMatchObject({ code: 'not-redraftable', message: expect.stringContaining('audited') });
    await expect(redraftDay(c.sql, 1)).rejects.toMatchObject({ code: 'not-redraftable', message: expect.stringContaining('no book') });
    const refused = { code: '23001' };
    await expect(c.sql`update books.day set book = 'x' where day = ${day}`).rejects.toMatchObject(refused);
    await expect(c.sql`update books.day set totals_blinding = 1 where day = ${day}`).rejects.toMatchObject(refused);
    await expect(c.sql`update books.day set state = 'drafted' where day = ${day}`).rejects.toMatchObject(refused);
    await expect(c.sql`delete from books.entry where day = ${day}`).rejects.toMatchObject(refused);
    await expect(
      c.sql`
        insert into books.entry select (jsonb_populate_record(e, '{"meter":"electra1new"}')).*
        from books.entry e where day = ${day} limit 1`,
    ).rejects.toMatchObject(refused);
    await expect(c.sql`delete from books.day where day = ${day}`).rejects.toMatchObject({ code: '42501' });
    await c.sql`update books.day set waiting = 'allowed' where day = ${day}`;
  });
});
