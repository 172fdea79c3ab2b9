/** The database alone, without the API's code: of balances each member sees and asks for its own, and the operator sees no member's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf, fillBalances, SharingApi, TREASURY } from '../../../test/kit/api/balances.ts';
import { people } from '../../../test/kit/api/people.ts';
import { connect, type Sql } from '../db/index.ts';

const { alice, bob, auditor, operator, stranger } = people;
const everybodyElse = [null, auditor.address, stranger.address, ''];
let sharing: SharingApi;
let api: Sql;
beforeAll(async () => {
  sharing = await SharingApi.start();
  await fillBalances(sharing);
  await sharing.moved(stranger.address, 7n);
  await sharing.follow();
  for (const [member, account] of [
    [alice, accountOf('alice')],
    [bob, accountOf('bob')],
  ])
    await sharing.books`insert into books.withdrawal (account, member, main_chain_id, treasury, counter, amount_nel, public_key, signature)
      values (${account.address}, ${member.address}, 'main-1', ${TREASURY}, 1, 10000000000, ${Buffer.alloc(33)}, ${Buffer.alloc(64)})`;
  api = connect({ url: sharing.api.db.urls.api, max: 1, application: 'test' });
}, 120_000);
afterAll(async () => {
  await api?.end();
  await sharing?.stop();
});

const as = (viewer: string | null, statement: string): Promise<readonly Record<string, unknown>[]> =>
  api.begin(async (tx) => {
    if (viewer !== null) await tx`select set_config('electra.viewer', ${viewer}, true)`;
    return tx.unsafe(statement);
  });
const seen = async (viewer: string | null, what: string) => (await as(viewer, `select ${what}`)).map((row) => Object.values(row)[0]);

test.each([
  ['member from books.account_link', alice.address, bob.address],
  ['member from books.withdrawal', alice.address, bob.address],
  [`account from books.posting where account like 'balance:%'`, `balance:${alice.address}`, `balance:${bob.address}`],
])('%s: each member its own', async (what, hers, his) => {
  expect(await seen(alice.address, what)).toEqual([hers]);
  expect(await seen(bob.address, what)).toEqual([his]);
  for (const viewer of [...everybodyElse, operator.address]) expect(await seen(viewer, what), String(viewer)).toEqual([]);
});

test('sums, suspense and open payouts are the operator’s alone, and say of no member', async () => {
  for (const [what, rows] of [
    ['* from access.suspense_entry', 1],
    ['* from access.open_payout', 2],
    ['* from access.money()', 1],
  ] as const) {
    expect((await seen(operator.address, what)).length).toBe(rows);
    for (const viewer of [...everybodyElse, alice.address]) expect(await seen(viewer, what), String(viewer)).toEqual([]);
  }
  const columns = Object.keys((await as(operator.address, 'select * from access.open_payout limit 1'))[0]);
  expect(columns).toEqual(['id', 'account', 'counter', 'amount_nel', 'asked_at', 'state', 'waiting']);
});

const link = (member: string, account: string) => `insert into books.account_link
  (account, member, main_chain_id, member_key, member_signature, account_key, account_signature)
  select '${account}', '${member}', 'main-1', k, s, k, s
  from (select decode(repeat('02', 33), 'hex') k, decode(repeat('02', 64), 'hex') s) x`;
const payout = (member: string) => `
  insert into books.withdrawal (account, member, main_chain_id, treasury, counter, amount_nel, public_key, signature)
  values ('${accountOf('bob').address}', '${member}', 'main-1', '${TREASURY}', 2, 10000000000,
    decode(repeat('02', 33), 'hex'), decode(repeat('02', 64), 'hex'))`;

test('a member asks in its own name, and in nobody else’s', async () => {
  const account = accountOf('alice 2').address;
  await expect(as(alice.address, link(bob.address, account))).rejects.toMatchObject({ code: '42501' });
  await expect(as(alice.address, payout(bob.address))).rejects.toMatchObject({ code: '42501' });
  for (const viewer of [null, operator.address])
    await expect(as(viewer, link(alice.address, account))).rejects.toMatchObject({ code: '42501' });
  await as(alice.address, link(alice.address, account));
});

test('what is judged, the API writes nowhere, and what was signed it does not read', async () => {
  for (const statement of [
    'update books.account_link set since_posting = 0',
    "update books.withdrawal set state = 'taken'",
    'delete from books.account_link',
    'delete from books.withdrawal',
    `insert into books.account_link (account, member, since_posting) values ('a', '${alice.address}', 0)`,
    `insert into books.withdrawal (account, member, state) values ('a', '${alice.address}', 'taken')`,
    "insert into books.posting (journal, account, amount_nel, day, version) values ('x', 'balance:x', 1, 1, 1)",
    'select member_signature from books.account_link',
    'select signature from books.withdrawal',
  ])
    await expect(as(alice.address, statement), statement).rejects.toMatchObject({ code: '42501' });
});
