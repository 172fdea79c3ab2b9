/** Bills draw on a balance as far as it goes, in whichever order they come: nothing is lost, drawn twice, or below zero. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address, seededInts } from '../../../../test/kit/books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../../../../test/kit/postgres.ts';
import { connect, type Sql } from '../../db/index.ts';
import { balanceAccount, balanceOf, drawBills, drawOf, move, payOff } from './balance.ts';
import { balances } from './ledger.ts';

let database: TestPostgres;
let sql: Sql;
beforeAll(async () => {
  database = await startTestPostgres();
  sql = connect({ url: database.urls.books, max: 2, application: 'test balance' });
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await database?.stop();
});

const KEY = Buffer.alloc(33);
const SIGNATURE = Buffer.alloc(64);
const link = (member: string) => sql`
  insert into books.account_link
    (account, member, main_chain_id, member_key, member_signature, account_key, account_signature, since_posting)
  values (${address(`account of ${member}`)}, ${member}, 'main', ${KEY}, ${SIGNATURE}, ${KEY}, ${SIGNATURE},
    (select coalesce(max(id), 0) from books.posting))`;

let journals = 0;
/** A bill of a day; a top-up. Each with the draw that follows it, as releases and the uplink do. */
const post = (from: string, to: string, amountNel: bigint): Promise<unknown> =>
  sql.begin(async (tx) => {
    const cause = `day:${++journals}:1`;
    await move(tx, { journal: cause, day: journals, from, to, amountNel });
    await drawBills(tx, { cause, day: journals });
  });
const bill = (member: string, amountNel: bigint) => post('fund', `member:${member}`, amountNel);
const topUp = (member: string, amountNel: bigint) => post(balanceAccount(member), 'treasury', amountNel);
const state = async (member: string) => ({ has: await balanceOf(sql, member), owes: (await balances(sql)).get(`member:${member}`) ?? 0n });

test('a draw is what is owed, as far as the balance goes; what was earned is all of it', () => {
  expect(drawOf({ owedNel: 5n, balanceNel: 9n })).toBe(5n);
  expect(drawOf({ owedNel: 9n, balanceNel: 5n })).toBe(5n);
  expect(drawOf({ owedNel: 9n, balanceNel: 0n })).toBe(0n);
  expect(drawOf({ owedNel: -9n, balanceNel: 5n })).toBe(-9n);
});

test('what a balance does not cover stays a debt, and the next top-up pays it first', async () => {
  const member = address('ann');
  await bill(member, 700n); // before the link: invoiced as ever
  await link(member);
  await topUp(member, 100n);
  expect(await state(member)).toEqual({ has: 100n, owes: 700n });
  await bill(member, 130n);
  expect(await state(member)).toEqual({ has: 0n, owes: 730n });
  await topUp(member, 50n);
  expect(await state(member)).toEqual({ has: 20n, owes: 700n });
});

test('what a member earns goes to its balance, and a correction that makes a bill smaller too', async () => {
  const member = address('bea');
  await link(member);
  await bill(member, -80n);
  expect(await state(member)).toEqual({ has: 80n, owes: 0n });
  await bill(member, 100n);
  await bill(member, -30n);
  expect(await state(member)).toEqual({ has: 10n, owes: 0n });
});

test('what was paid out beyond a balance is owed: what is earned, or topped up, pays that first', async () => {
  const member = address('eli');
  await link(member);
  await topUp(member, 20n);
  await sql.begin((tx) => payOff(tx, { journal: 'payment:eli:1', day: 1, member, amountNel: 70n }));
  expect(await state(member)).toEqual({ has: 0n, owes: 50n });
  await bill(member, -50n); // a day that was paid out before the database was restored is released again
  expect(await state(member)).toEqual({ has: 0n, owes: 0n });
  await sql.begin((tx) => payOff(tx, { journal: 'payment:eli:2', day: 1, member, amountNel: 10n }));
  await topUp(member, 15n);
  expect(await state(member)).toEqual({ has: 5n, owes: 0n });
  await sql.begin((tx) => payOff(tx, { journal: 'payment:eli:3', day: 1, member, amountNel: 5n }));
  expect(await state(member)).toEqual({ has: 0n, owes: 0n });
});

test('a member without an account has no balance: its bills stay what they were', async () => {
  const member = address('cyd');
  await bill(member, 40n);
  await bill(member, -90n);
  expect(await state(member)).toEqual({ has: 0n, owes: -50n });
});

test('Postgres overdraws no balance, and pays nothing that was not taken off one', async () => {
  const member = address('dee');
  for (const to of [balanceAccount(member), 'transit'])
    await expect(sql.begin((tx) => move(tx, { journal: `x:${to}`, day: 1, from: 'fund', to, amountNel: 1n }))).rejects.toThrow('overdrawn');
});

test('in any order of bills, earnings and top-ups what is owed less what is had is what was billed less what was paid', async () => {
  const below = seededInts(15);
  const people = [0, 1, 2].map((n) => ({ member: address(`any ${n}`), billed: 0n, paid: 0n }));
  for (const { member } of people) await link(member);
  for (let i = 0; i < 150; i++) {
    const one = people[below(3)];
    const amountNel = BigInt(below(1000));
    if (below(3) === 0) {
      await topUp(one.member, amountNel);
      one.paid += amountNel;
    } else {
      const billed = below(4) === 0 ? -amountNel : amountNel;
      await bill(one.member, billed);
      one.billed += billed;
    }
    const { has, owes } = await state(one.member);
    expect(owes - has).toBe(one.billed - one.paid);
    expect(has >= 0n && owes >= 0n && (has === 0n || owes === 0n)).toBe(true);
  }
}, 60_000);
