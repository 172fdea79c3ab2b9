import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Days } from '../../../test/kit/api/community.ts';
import { blindingOf, fillCommunity } from '../../../test/kit/api/community.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import type { Sql } from '../db/index.ts';
import { connect } from '../db/index.ts';

let db: TestPostgres;
let days: Days;
let api: Sql;
beforeAll(async () => {
  db = await startTestPostgres();
  days = await fillCommunity(db, Date.now());
  api = connect({ url: db.urls.api, max: 1, application: 'test' });
});
afterAll(async () => {
  await api.end();
  await db.stop();
});

/** One statement as electra_api, with the viewer set as the API sets it: no code of the API in between. */
const as = (viewer: string | null, statement: string): Promise<readonly Record<string, unknown>[]> =>
  api.begin(async (tx) => {
    if (viewer !== null) await tx`select set_config('electra.viewer', ${viewer}, true)`;
    return tx.unsafe(statement);
  });
const { alice, bob, auditor, operator, stranger } = people;
const nobodyElse = [null, auditor.address, operator.address, stranger.address, ''];

describe('the database itself shows a member only what is theirs', () => {
  test.each([
    ['books.member', 'address', [alice.address], [bob.address]],
    ['books.statement', 'meter', [meters.alice1, meters.alice2], [meters.bob1]],
    ['books.report', 'meter', [meters.alice1, meters.alice2], [meters.bob1]],
    ['books.entry', 'meter', [meters.alice1, meters.alice2], [meters.bob1]],
    ['books.invoice', 'member', [alice.address], [bob.address]],
    ['books.posting', 'account', [`member:${alice.address}`], [`member:${bob.address}`]],
    ['prove.proof', 'meter', [meters.alice1, meters.alice2], [meters.bob1]],
    ['access.pending_bill', 'meter', [meters.alice1, meters.alice2], [meters.bob1]],
  ])('%s', async (table, column, hers, his) => {
    const seen = async (viewer: string | null) =>
      [...new Set((await as(viewer, `select ${column} as x from ${table}`)).map((row) => row.x))].sort();
    expect(await seen(alice.address)).toEqual([...hers].sort());
    expect(await seen(bob.address)).toEqual(his);
    for (const viewer of nobodyElse) expect(await seen(viewer), String(viewer)).toEqual([]);
  });
  test('what somebody wants to be told of: each its own, and nobody chooses for another', async () => {
    const owner = connect({ url: db.urls.owner, max: 1, application: 'test' });
    await owner`insert into access.notice (address, kinds) values (${bob.address}, array['SILENT'])`;
    await owner.end();
    const seen = async (viewer: string | null) => (await as(viewer, 'select address as x from access.notice')).map((row) => row.x);
    for (const who of [alice, bob]) expect(await seen(who.address)).toEqual([who.address]);
    for (const viewer of nobodyElse) expect(await seen(viewer), String(viewer)).toEqual([]);
    const choose = (address: string) => as(alice.address, `insert into access.notice (address, kinds) values ('${address}', array['DAY'])`);
    await expect(choose(people.stranger.address)).rejects.toMatchObject({ code: '42501' });
    expect(await as(alice.address, `delete from access.notice where address = '${bob.address}' returning 1`)).toHaveLength(0);
    expect(await as(alice.address, `update access.notice set kinds = array['BILL'] returning address`)).toHaveLength(1);
  });
  test('passkeys and invitations: each its own, the operator all invitations, and nobody gives a passkey to another', async () => {
    const owner = connect({ url: db.urls.owner, max: 1, application: 'test' });
    for (const [n, { address }] of [alice, bob].entries()) {
      await owner`insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite)
        values (${address}, ${Buffer.alloc(16, 200 + n)}, '\\x01', 0, 'x', false)`;
      await owner`insert into access.invite (code_hash, address, expires_at) values (${Buffer.alloc(32, 200 + n)}, ${address}, now())`;
    }
    await owner.end();
    const seen = async (viewer: string | null, table: string) =>
      [...new Set((await as(viewer, `select address as x from access.${table}`)).map((row) => row.x))].sort();
    for (const table of ['credential', 'invite'])
      for (const who of [alice, bob]) expect(await seen(who.address, table)).toEqual([who.address]);
    for (const viewer of nobodyElse) {
      expect(await seen(viewer, 'credential'), String(viewer)).toEqual([]);
      if (viewer !== operator.address) expect(await seen(viewer, 'invite'), String(viewer)).toEqual([]);
    }
    expect(await seen(operator.address, 'invite')).toEqual([alice.address, bob.address].sort());
    const give = (address: string) =>
      as(
        alice.address,
        `insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite)
         values ('${address}', '\\x${Buffer.from(address).toString('hex').slice(0, 40)}', '\\x01', 0, 'x', false)`,
      );
    await give(alice.address);
    await expect(give(bob.address)).rejects.toMatchObject({ code: '42501' });
    const remove = (address: string) => as(alice.address, `delete from access.credential where address = '${address}' returning 1`);
    expect(await remove(bob.address)).toHaveLength(0);
    expect((await remove(alice.address)).length).toBeGreaterThan(0);
  });
  test('what blinds a statement, of own meters', async () => {
    const seen = async (viewer: string | null) =>
      (await as(viewer, 'select distinct blinding from books.statement')).map((row) => row.blinding);
    expect(new Set(await seen(alice.address))).toEqual(new Set([meters.alice1, meters.alice2].map(blindingOf)));
    expect(new Set(await seen(bob.address))).toEqual(new Set([blindingOf(meters.bob1)]));
    for (const viewer of nobodyElse) expect(await seen(viewer), String(viewer)).toEqual([]);
  });
  test('entries and proofs only of released days', async () => {
    expect((await as(alice.address, 'select distinct day from books.entry order by 1')).map((r) => r.day)).toEqual([
      days.first,
      days.second,
    ]);
    expect((await as(alice.address, 'select distinct day from prove.proof order by 1')).map((r) => r.day)).toEqual([
      days.first,
      days.second,
    ]);
    expect((await as(alice.address, 'select distinct day from access.pending_bill')).map((r) => r.day)).toEqual([days.third]);
  });
  test('a setting that outlives its transaction does not exist', async () => {
    await as(alice.address, 'select 1');
    expect(await api`select count(meter)::int as n from books.entry`).toMatchObject([{ n: 0 }]);
  });
});

describe('days', () => {
  test('are visible when released, to everybody', async () => {
    for (const viewer of [alice.address, ...nobodyElse])
      expect((await as(viewer, 'select day, version from books.day order by day, version')).length).toBe(3);
  });
  test('their status is for whoever is signed in, their delays for the operator', async () => {
    expect(await as(null, 'select * from access.day_status')).toEqual([]);
    const third = `select state, book_hash, waiting from access.day_status where day = ${days.third}`;
    expect(await as(alice.address, third)).toMatchObject([{ state: 'proven', book_hash: null, waiting: null }]);
    expect(await as(operator.address, third)).toMatchObject([{ state: 'proven', book_hash: null, waiting: 'the audit runs' }]);
  });
});

describe('what the operator needs', () => {
  test.each(['access.refused_box', 'access.outbox_status', 'access.proving'])(
    '%s is seen by the operator and by nobody else',
    async (view) => {
      expect((await as(operator.address, `select * from ${view}`)).length).toBeGreaterThan(0);
      for (const viewer of [null, alice.address, bob.address, auditor.address, stranger.address])
        expect(await as(viewer, `select * from ${view}`)).toEqual([]);
    },
  );
  test('has no private column', async () => {
    const columns = (await as(operator.address, 'select * from access.refused_box limit 1'))[0];
    expect(Object.keys(columns)).toEqual(['kind', 'meter', 'day', 'slot', 'reason', 'height']);
  });
});

describe('no grant reaches', () => {
  test.each([
    'select mask_k from books.entry',
    'select mask_v from books.entry',
    'select blinding from books.entry',
    'select * from books.entry',
    'select * from books.report where false or meter is not null',
    'select total_import_wh from books.day',
    'select total_export_wh from books.day',
    'select totals_blinding from books.day',
    'select mask_sum from books.day',
    'select outside_cost_nel from books.day',
    'select waiting from books.day',
    'select * from books.day',
    'select * from books.link',
    'select blinding from books.link',
    'select * from books.outbox',
    'select message from books.outbox',
    'select * from books.progress',
    'select * from prove.input',
    'select signals from prove.input',
    'select * from prove.proof',
    "insert into access.auditor (address) values ('electra1x')",
    'update access.setting set challenge_key = challenge_key',
    'delete from access.auditor',
    "update access.session set address = 'electra1x'",
    'delete from books.posting',
    "update books.day set state = 'released'",
    "insert into books.member (address, name) values ('a', 'b')",
    'delete from chain.meter',
    "update chain.meter set member = 'x'",
    'alter table books.entry disable row level security',
    'drop policy own_released on books.entry',
    'set role electra_books',
    'set session authorization electra_owner',
  ])('%s', async (statement) => {
    if (statement.includes('books.report')) return expect((await as(null, 'select meter from books.report')).length).toBe(0);
    await expect(as(operator.address, statement)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the rules hold for every table', () => {
  test('row-level security is on, and forced, on all of books and on proofs', async () => {
    const owner = connect({ url: db.urls.owner, max: 1, application: 'test' });
    const open = await owner`
      select oid::regclass::text as name from pg_class
      where relkind = 'r' and (relnamespace = 'books'::regnamespace or oid = 'prove.proof'::regclass)
        and not (relrowsecurity and relforcerowsecurity)`;
    await owner.end();
    expect([...open]).toEqual([]);
  });
  test('the columns that electra_api may read are these', async () => {
    const owner = connect({ url: db.urls.owner, max: 1, application: 'test' });
    const rows = await owner`
      select table_schema || '.' || table_name as name, string_agg(column_name, ' ' order by column_name) as columns
      from information_schema.column_privileges
      where grantee = 'electra_api' and privilege_type = 'SELECT' and table_schema in ('books', 'prove') group by 1 order by 1`;
    await owner.end();
    expect(Object.fromEntries(rows.map((row) => [row.name, row.columns]))).toEqual({
      'books.account_link': 'account fault linked_at main_chain_id member registered_height since_posting',
      'books.withdrawal': 'account amount_nel asked_at counter done_at id main_chain_id member paid_height paid_tx state treasury waiting',
      'books.alarm': 'detail kind',
      'books.day':
        'anchor_height book book_hash buy_nel_per_wh day fee_per_day_nel feed_in_nel_per_wh frozen_unix_s proofs ' +
        'released_at retail_nel_per_wh roster_digest sell_nel_per_wh state version',
      'books.entry':
        'amount_nel bill bill_blinding commitment day export_end_wh export_start_wh export_wh import_end_wh ' +
        'import_start_wh import_wh link_close link_open mask masked_sum member meter source version',
      'books.final_reading': 'blinding day export_wh import_wh link meter',
      'books.invoice': 'invoice issued_at member month revision total_nel',
      'books.market_day': 'buy_nel_per_wh day main_chain_id sell_nel_per_wh shared_nel_per_wh',
      'books.member': 'address name',
      'books.posting': 'account amount_nel day id journal version',
      'books.released_entry': 'amount_nel bill_blinding book_hash day export_wh import_wh member meter source version',
      'books.released_source': 'day meter source version', // of everybody: as the public books have it, released days alone
      'books.settlement': 'amount_nel from_day member meter',
      'books.shared_energy': 'day given_wh member meter taken_wh',
      'books.report': 'export_register_wh flags height import_register_wh meter power_w reason slot status',
      'books.statement': 'blinding day export_start_wh export_wh flags height import_start_wh import_wh meter reason status',
      'prove.proof': 'book_hash circuit day meter proof version',
    });
  });
  test('the rooms that write see everything', async () => {
    const books = connect({ url: db.urls.books, max: 1, application: 'test' });
    expect((await books`select count(*)::int as n from books.entry`)[0].n).toBe(10);
    expect((await books`select count(*)::int as n from prove.proof`)[0].n).toBe(12);
    await books.end();
    const prover = connect({ url: db.urls.prover, max: 1, application: 'test' });
    expect((await prover`select count(*)::int as n from prove.proof`)[0].n).toBe(12);
    await prover.end();
  });
});

test('before the index has begun nobody has a role, and nothing fails', async () => {
  const empty = await startTestPostgres();
  const sql = connect({ url: empty.urls.api, max: 1, application: 'test' });
  expect(await sql`select * from access.roles_of(${operator.address})`).toMatchObject([{ member: false, auditor: false, operator: false }]);
  expect(await sql`select count(meter)::int as n from books.report`).toMatchObject([{ n: 0 }]);
  await sql.end();
  await empty.stop();
});
