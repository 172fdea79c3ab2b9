/** Members' balances follow the main chain: top-ups once, payouts once, whatever is killed, restored, or comes in which order. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address } from '../../../test/kit/books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import {
  accountLinkText,
  accountOfPublicKey,
  accountText,
  BALANCE_STEP_NEL as STEP,
  signedTextDigest,
  withdrawalText,
} from '../../protocol/index.ts';
import { balanceOf } from '../books/money/balance.ts';
import { balances } from '../books/money/ledger.ts';
import { connect, type Sql } from '../db/index.ts';
import { endLeft, leftPayouts, wasPaid } from './left.ts';
import { payMembers, toPay } from './pay.ts';
import { type Move, readFrom } from './reading.ts';
import { takeLinks, takeWithdrawals } from './requests.ts';
import { ledgerOf, postTreasury, shortOf, type Treasury } from './treasury.ts';

const [TREASURY, NEXT] = ['treasury', 'next'].map(address);
const BETWEEN = { chainId: 'community-1', mainChainId: 'main-1' };
const PAYER = { ...BETWEEN, treasury: TREASURY };
let database: TestPostgres;
let sql: Sql;
beforeAll(async () => {
  database = await startTestPostgres();
  sql = connect({ url: database.urls.books, max: 3, application: 'test balances' });
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await database?.stop();
});

const keyOf = (n: number) => {
  const secret = new Uint8Array(32).fill(n);
  const publicKey = secp256k1.getPublicKey(secret, true);
  const own = accountText(accountOfPublicKey(publicKey));
  const digestOf = (text: string) => signedTextDigest(own, text);
  const sign = (text: string) => Buffer.from(secp256k1.sign(digestOf(text), secret, { prehash: false, lowS: true, format: 'compact' }));
  return { address: own, publicKey: Buffer.from(publicKey), sign };
};
type Key = ReturnType<typeof keyOf>;
const [ANN, ANN_ACCOUNT, BEA, BEA_ACCOUNT] = [keyOf(1), keyOf(2), keyOf(3), keyOf(4)];

async function link(member: Key, account: Key, signer = account): Promise<void> {
  const text = accountLinkText({ ...BETWEEN, member: member.address, account: account.address });
  await sql`
    insert into books.account_link (account, member, main_chain_id, member_key, member_signature, account_key, account_signature)
    values (${account.address}, ${member.address}, 'main-1', ${member.publicKey}, ${member.sign(text)}, ${signer.publicKey},
      ${signer.sign(text)})`;
}
async function ask(
  member: Key,
  account: Key,
  counter: bigint,
  amountNel: bigint,
  { signer = member, treasury = TREASURY } = {},
): Promise<void> {
  const text = withdrawalText({ ...BETWEEN, treasury, member: member.address, account: account.address, counter, amountNel });
  await sql`
    insert into books.withdrawal (account, member, main_chain_id, treasury, counter, amount_nel, public_key, signature)
    values (${account.address}, ${member.address}, 'main-1', ${treasury}, ${String(counter)},
      ${String(amountNel)}, ${signer.publicKey}, ${signer.sign(text)})`;
}
const requests = () => sql<{ state: string; waiting: string | null }[]>`select state, waiting from books.withdrawal order by id`;

const topUp = (from: string, amountNel: bigint, height: number): Move => ({
  ...{ txHash: `TX${height}`, index: 0, sender: from, receiver: TREASURY, amountNel, counter: null, height, unixS: height * 1000 },
});
const payment = (to: string, counter: bigint, amountNel: bigint, height: number, sender = TREASURY): Move => ({
  ...{ txHash: `TX${height}`, index: 0, sender, receiver: to, amountNel, counter, height, unixS: height * 1000 },
});
const holding = (totalNel: bigint): Treasury => ({
  ...{ balanceNel: totalNel, escrowNel: 0n, claimsNel: 0n, debtsNel: 0n, totalNel },
  ...{ settled: [], waiting: [], voidClaims: [] },
});
const moves: Move[] = [];
async function follow(height: number, totalNel: bigint, treasury = TREASURY, mainChainId = 'main-1'): Promise<number> {
  const from = await readFrom(sql, { mainChainId, terms: [] });
  return postTreasury(sql, holding(totalNel), {
    ...{ height, chainUnixS: height * 1000, mainChainId, treasury, ended: treasury === TREASURY ? [] : [TREASURY] },
    reading: { from, terms: [], moves: mainChainId === 'main-1' ? moves : [], height },
  });
}
const takeAsked = (last: [string, bigint][] = [], treasury = TREASURY) =>
  takeWithdrawals(sql, {
    payer: { ...BETWEEN, treasury },
    last: new Map(last.map(([account, number]) => [account, { shown: number, own: new Map([[treasury, number]]) }])),
    chainUnixS: 100_000,
  });

test('a top-up of a linked account is its member’s, once; a stranger’s lies in suspense', async () => {
  await link(ANN, ANN_ACCOUNT);
  expect(await takeLinks(sql, BETWEEN)).toBe(1);
  moves.push(topUp(ANN_ACCOUNT.address, 3n * STEP, 10), topUp(address('stranger'), 7n, 11));
  expect(await follow(20, 3n * STEP + 7n)).toBe(2);
  expect(await Promise.all([follow(20, 3n * STEP + 7n), follow(21, 3n * STEP + 7n)])).toEqual([0, 0]);
  expect(await balanceOf(sql, ANN.address)).toBe(3n * STEP);
  expect(await ledgerOf(sql)).toMatchObject({ treasuryNel: 3n * STEP + 7n, suspenseNel: -7n, balancesNel: 3n * STEP, transitNel: 0n });
});

test('one that came before its account was linked leaves suspense with the link, of the same block too', async () => {
  moves.push(topUp(BEA_ACCOUNT.address, 1n * STEP, 25));
  await follow(30, 4n * STEP + 7n);
  expect(await ledgerOf(sql)).toMatchObject({ suspenseNel: -STEP - 7n });
  await link(BEA, BEA_ACCOUNT);
  await takeLinks(sql, BETWEEN);
  await follow(30, 4n * STEP + 7n);
  expect(await ledgerOf(sql)).toMatchObject({ treasuryNel: 4n * STEP + 7n, suspenseNel: -7n, balancesNel: 4n * STEP });
});

test('a link that the account has not signed is refused, and links nothing', async () => {
  const [cyd, victim] = [keyOf(5), keyOf(6)];
  await link(cyd, victim, cyd);
  expect(await takeLinks(sql, BETWEEN)).toBe(0);
  moves.push(topUp(victim.address, 5n * STEP, 31));
  await follow(40, 9n * STEP + 7n);
  expect(await balanceOf(sql, cyd.address)).toBe(0n);
  expect(await ledgerOf(sql)).toMatchObject({ suspenseNel: -5n * STEP - 7n });
});

test('a payout is refused with another number, another signature, or beyond the balance', async () => {
  for (const one of [
    () => ask(ANN, ANN_ACCOUNT, 2n, STEP),
    () => ask(ANN, ANN_ACCOUNT, 1n, STEP, { signer: BEA }),
    () => ask(ANN, ANN_ACCOUNT, 1n, 4n * STEP),
    () => ask(ANN, BEA_ACCOUNT, 1n, STEP),
  ]) {
    await one();
    expect(await takeAsked()).toBe(0);
  }
  const why = (await requests()).map(({ waiting }) => waiting?.split(':')[0]);
  expect(why).toEqual([
    'payout number 2',
    'the signature does not hold',
    `the balance has ${3n * STEP} nELECTRA`,
    'the account is not linked to this member',
  ]);
});

test('a payout leaves the balance, is paid, and is over when the chain shows it: killed in between, nothing is paid twice', async () => {
  await ask(ANN, ANN_ACCOUNT, 1n, 2n * STEP);
  await expect(ask(ANN, ANN_ACCOUNT, 1n, STEP)).rejects.toThrow('withdrawal_on');
  expect(await Promise.all([takeAsked(), takeAsked()])).toContain(1);
  expect(await ledgerOf(sql)).toMatchObject({ balancesNel: 2n * STEP, transitNel: 2n * STEP });
  const chain = new Map<string, bigint>();
  const sent: number[] = [];
  const send = async () => {
    const code = chain.size === 0 ? 0 : 22; // counter: it was paid
    chain.set(ANN_ACCOUNT.address, 1n);
    sent.push(code);
    return { code, codespace: code ? 'electra' : '', log: 'counter', txHash: 'P', height: 45 };
  };
  await sql`update books.account_link set registered_height = 1 where since_posting is not null`;
  const paying = { sql, payer: PAYER, send, log: { info: () => {}, warn: () => {} } };
  expect(await toPay(paying)).toEqual({ accounts: 0, payouts: 1, amountNel: 2n * STEP }); // asked of, it sends nothing
  expect(sent).toEqual([]);
  expect([await payMembers(paying), await payMembers(paying)]).toEqual([
    { registered: 0, paid: 1, refused: 0 },
    { registered: 0, paid: 0, refused: 0 },
  ]);
  expect(sent).toEqual([0, 22]);
  moves.push(payment(ANN_ACCOUNT.address, 1n, 2n * STEP, 45));
  await follow(50, 7n * STEP + 7n);
  expect(await follow(51, 7n * STEP + 7n)).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'paid', waiting: null });
  const [where] = await sql`select paid_height, paid_tx from books.withdrawal where state = 'paid'`;
  expect(where).toEqual({ paid_height: 45, paid_tx: 'TX45' });
  expect(await ledgerOf(sql)).toMatchObject({ treasuryNel: 7n * STEP + 7n, balancesNel: 2n * STEP, transitNel: 0n });
});

test('another amount under its number ends a payout, gives back what was taken, and is taken off for what was paid', async () => {
  await ask(ANN, ANN_ACCOUNT, 2n, STEP);
  expect(await takeAsked([[ANN_ACCOUNT.address, 1n]])).toBe(1);
  moves.push(payment(ANN_ACCOUNT.address, 2n, 4n * STEP, 52));
  await follow(60, 3n * STEP + 7n);
  expect((await requests()).at(-1)).toMatchObject({ state: 'refused' });
  expect(await balanceOf(sql, ANN.address)).toBe(0n); // 4 steps are 3 more than it had: it owes them
  expect((await balances(sql)).get(`member:${ANN.address}`)).toBe(3n * STEP);
  expect(await ledgerOf(sql)).toMatchObject({ treasuryNel: 3n * STEP + 7n, suspenseNel: -5n * STEP - 7n, transitNel: 0n });
});

test('a payment that a restored database knows nothing of is taken off the balance, before anything more is', async () => {
  moves.push(topUp(ANN_ACCOUNT.address, 5n * STEP, 61));
  await follow(62, 8n * STEP + 7n);
  expect(await balanceOf(sql, ANN.address)).toBe(2n * STEP); // what it owed comes first
  await ask(ANN, ANN_ACCOUNT, 4n, STEP); // the chain shows a third payment, of all that the balance has
  expect(await takeAsked([[ANN_ACCOUNT.address, 3n]])).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'asked', waiting: null });
  moves.push(payment(ANN_ACCOUNT.address, 3n, 2n * STEP, 63));
  await follow(64, 6n * STEP + 7n);
  expect(await balanceOf(sql, ANN.address)).toBe(0n);
  expect(await takeAsked([[ANN_ACCOUNT.address, 3n]])).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'refused', waiting: 'the balance has 0 nELECTRA' });
});

test('a number that was paid is not taken again by an index that is made anew', async () => {
  moves.push(topUp(ANN_ACCOUNT.address, STEP, 65));
  await follow(66, 7n * STEP + 7n);
  await ask(ANN, ANN_ACCOUNT, 3n, STEP);
  expect(await takeAsked()).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'refused', waiting: 'payout number 3: expected 4' });
});

test('whoever asks for another’s account keeps nobody from it, and what is no address stops nothing', async () => {
  const [cyd, dan, account] = [keyOf(5), keyOf(7), keyOf(8)];
  await link(cyd, account, cyd);
  const nobody = `electra1${'q'.repeat(38)}`;
  await sql`
    insert into books.account_link (account, member, main_chain_id, member_key, member_signature, account_key, account_signature)
    values (${nobody}, ${cyd.address}, 'main-1', ${cyd.publicKey}, ${Buffer.alloc(64)}, ${cyd.publicKey}, ${Buffer.alloc(64)})`;
  await link(dan, account);
  expect(await takeLinks(sql, BETWEEN)).toBe(1);
  await link(cyd, account); // signed by the account too, and too late
  expect(await takeLinks(sql, BETWEEN)).toBe(0);
  const links = await sql<{ member: string; fault: string | null }[]>`
    select member, fault from books.account_link where account = ${account.address} order by fault nulls first`;
  expect(links).toEqual([
    { member: dan.address, fault: null },
    { member: cyd.address, fault: 'the account is linked to another member' },
  ]);
  await expect(sql`delete from books.account_link where member = ${dan.address}`).rejects.toThrow('permission denied');
});

test('a payout of a treasury that the proven state does not know yet stays taken, and is over when the chain shows it paid', async () => {
  const [hal, hals] = [keyOf(15), keyOf(16)];
  await link(hal, hals);
  await takeLinks(sql, BETWEEN);
  moves.push(topUp(hals.address, STEP, 67));
  await follow(67, 5n * STEP + 7n);
  await ask(hal, hals, 1n, STEP, { treasury: NEXT });
  expect(await takeAsked([], NEXT)).toBe(1); // by the index's newest block
  await follow(68, 5n * STEP + 7n); // by a state of before
  expect([(await requests()).at(-1), await balanceOf(sql, hal.address)]).toEqual([{ state: 'taken', waiting: null }, 0n]);
  moves.push(payment(hals.address, 1n, STEP, 69, NEXT));
  await follow(69, 4n * STEP + 7n);
  expect((await requests()).at(-1)).toEqual({ state: 'paid', waiting: null });
});

test('a treasury that was replaced pays no more: what was taken for it is given back, unless the chain shows it paid', async () => {
  const [eve, eves, fay, fays] = [keyOf(9), keyOf(10), keyOf(11), keyOf(12)];
  await link(eve, eves);
  await link(fay, fays);
  expect(await takeLinks(sql, BETWEEN)).toBe(2);
  moves.push(topUp(eves.address, 3n * STEP, 70), topUp(fays.address, 3n * STEP, 71));
  await follow(72, 13n * STEP + 7n);
  await ask(eve, eves, 1n, STEP);
  await ask(fay, fays, 1n, STEP);
  expect(await takeAsked()).toBe(2);
  moves.push(payment(fays.address, 1n, STEP, 75));
  await follow(80, 12n * STEP + 7n, NEXT); // replaced at 79
  expect((await requests()).slice(-2)).toEqual([
    { state: 'refused', waiting: `the community’s treasury is ${NEXT} on main-1 now: ask again, for that one` },
    { state: 'paid', waiting: null },
  ]);
  expect([await balanceOf(sql, eve.address), await balanceOf(sql, fay.address)]).toEqual([3n * STEP, 2n * STEP]);
  expect(await ledgerOf(sql)).toMatchObject({ transitNel: 0n });
});

test('what was signed for the treasury before is refused, and numbers begin anew with the one in force', async () => {
  const [fay, fays] = [keyOf(11), keyOf(12)];
  await ask(fay, fays, 1n, STEP);
  expect(await takeAsked([], NEXT)).toBe(0);
  expect((await requests()).at(-1)?.waiting).toBe(`it was signed for the treasury ${TREASURY}, expected ${NEXT}, which is in force`);
  await ask(fay, fays, 2n, STEP, { treasury: NEXT });
  expect(await takeAsked([], NEXT)).toBe(0);
  expect((await requests()).at(-1)?.waiting).toBe('payout number 2: expected 1');
  await ask(fay, fays, 1n, STEP, { treasury: NEXT });
  expect(await takeAsked([], NEXT)).toBe(1);
  const asked = { sql, payer: { ...BETWEEN, treasury: NEXT } };
  expect([(await toPay(asked)).payouts, (await toPay({ sql, payer: PAYER })).payouts]).toEqual([1, 0]);
  moves.push(payment(fays.address, 1n, STEP, 85, NEXT));
  await follow(90, 11n * STEP + 7n, NEXT);
  expect((await requests()).at(-1)).toEqual({ state: 'paid', waiting: null });
  expect(await balanceOf(sql, fay.address)).toBe(STEP);
});

test('what a replaced treasury pays even so is taken off the balance: nobody has it twice', async () => {
  const [eve, eves] = [keyOf(9), keyOf(10)];
  moves.push(payment(eves.address, 1n, STEP, 91));
  await follow(92, 11n * STEP + 7n, NEXT); // out of an account that is the community's no more
  expect(await balanceOf(sql, eve.address)).toBe(2n * STEP);
  expect(await follow(93, 11n * STEP + 7n, NEXT)).toBe(0);
});

test('what was topped up and paid out before a link that a restored database has lost is no balance once it is there again', async () => {
  const [guy, guys] = [keyOf(25), keyOf(26)];
  moves.push(topUp(guys.address, STEP, 12), payment(guys.address, 1n, STEP, 13, NEXT));
  expect(await follow(93, 11n * STEP + 7n, NEXT)).toBe(0); // not known whose it is
  await link(guy, guys);
  expect(await takeLinks(sql, BETWEEN)).toBe(1);
  await ask(guy, guys, 2n, STEP, { treasury: NEXT });
  expect(await takeAsked([[guys.address, 1n]], NEXT)).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'asked', waiting: null });
  expect(await follow(93, 11n * STEP + 7n, NEXT)).toBe(2);
  expect(await takeAsked([[guys.address, 1n]], NEXT)).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'refused', waiting: 'the balance has 0 nELECTRA' });
});

test('a payout waits for what the chain shows paid to the member’s other account, and by the treasury before', async () => {
  const [ivy, one, other] = [keyOf(27), keyOf(28), keyOf(29)];
  for (const account of [one, other]) await link(ivy, account);
  expect(await takeLinks(sql, BETWEEN)).toBe(2);
  moves.push(topUp(one.address, 2n * STEP, 14));
  await follow(93, 13n * STEP + 7n, NEXT);
  await ask(ivy, other, 1n, STEP, { treasury: NEXT });
  for (const by of [NEXT, TREASURY]) {
    const last = new Map([[one.address, { shown: 0n, own: new Map([[by, 1n]]) }]]);
    expect(await takeWithdrawals(sql, { payer: { ...BETWEEN, treasury: NEXT }, last, chainUnixS: 100_000 })).toBe(0);
    expect((await requests()).at(-1)).toEqual({ state: 'asked', waiting: null });
    moves.push(payment(one.address, 1n, STEP, by === NEXT ? 15 : 16, by));
    await follow(93, 12n * STEP + 7n, NEXT);
  }
  expect(await takeAsked([[one.address, 1n]], NEXT)).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'refused', waiting: 'the balance has 0 nELECTRA' });
});

test('an index that is made anew while a round runs has nothing given back that it has not shown paid yet', async () => {
  const [jan, jans] = [keyOf(30), keyOf(31)];
  await link(jan, jans);
  await takeLinks(sql, BETWEEN);
  moves.push(topUp(jans.address, 2n * STEP, 17));
  await follow(93, 14n * STEP + 7n, NEXT);
  await ask(jan, jans, 1n, STEP);
  expect(await takeAsked()).toBe(1);
  const from = await readFrom(sql, { mainChainId: 'main-1', terms: [] });
  const anew = { from, terms: [], moves: [], height: 12 };
  const round = { height: 93, chainUnixS: 93_000, mainChainId: 'main-1', treasury: NEXT, ended: [TREASURY], reading: anew };
  expect(await postTreasury(sql, holding(14n * STEP + 7n), round)).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'taken', waiting: null });
  moves.push(payment(jans.address, 1n, STEP, 79));
  await follow(93, 13n * STEP + 7n, NEXT);
  expect([(await requests()).at(-1), await balanceOf(sql, jan.address)]).toEqual([{ state: 'paid', waiting: null }, STEP]);
});

test('what is given back while others are paid before it is not paid any more', async () => {
  const [kim, kims, lea, leas] = [keyOf(32), keyOf(33), keyOf(34), keyOf(35)];
  await link(kim, kims);
  await link(lea, leas);
  moves.push(topUp(kims.address, STEP, 18), topUp(leas.address, STEP, 19));
  await takeLinks(sql, BETWEEN);
  await follow(93, 15n * STEP + 7n, NEXT);
  await sql`update books.account_link set registered_height = 1 where since_posting is not null`;
  await ask(kim, kims, 1n, STEP);
  await ask(lea, leas, 1n, STEP);
  expect(await takeAsked()).toBe(2);
  const sent: string[] = [];
  const send = async () => {
    sent.push('one');
    await follow(93, 15n * STEP + 7n, NEXT); // replaced meanwhile: both are given back
    return { code: 0, codespace: '', log: '', txHash: 'P', height: 93 };
  };
  expect(await payMembers({ sql, payer: PAYER, send, log: { info: () => {}, warn: () => {} } })).toMatchObject({ paid: 1, refused: 0 });
  expect(sent).toEqual(['one']);
});

test('an account that is another main chain’s member is not linked on this one, and a payout of another is not paid', async () => {
  const [gus, account] = [keyOf(13), keyOf(14)];
  await link(gus, account);
  expect(await takeLinks(sql, { ...BETWEEN, mainChainId: 'main-2' })).toBe(0);
  await ask(gus, account, 1n, STEP, { treasury: NEXT });
  const payer = { ...BETWEEN, mainChainId: 'main-2', treasury: NEXT };
  expect(await takeWithdrawals(sql, { payer, last: new Map(), chainUnixS: 100_000 })).toBe(0);
  expect((await requests()).at(-1)).toEqual({ state: 'refused', waiting: 'it was signed for main-1, expected main-2' });
});

test('payouts of a main chain that was left stay taken and say so, until the operator ends each, once', async () => {
  const [ida, idas] = [keyOf(17), keyOf(18)];
  await link(ida, idas);
  await takeLinks(sql, BETWEEN);
  moves.push(topUp(idas.address, 2n * STEP, 93));
  await follow(94, 10n * STEP + 7n, NEXT);
  const ends: unknown[] = [];
  for (const isPaid of [false, true]) {
    await ask(ida, idas, 1n, STEP, { treasury: NEXT });
    expect(await takeAsked([], NEXT)).toBe(1);
    await follow(5 + ends.length, 0n, address('joined later'), 'main-2');
    expect((await requests()).at(-1)).toEqual({
      state: 'taken',
      waiting: expect.stringContaining('the main chain of this payout was left'),
    });
    expect(await leftPayouts(sql, 'main-1')).toEqual([]);
    const [one, ...others] = await leftPayouts(sql, 'main-2');
    expect([one, others, await leftPayouts(sql, null)]).toEqual([
      expect.objectContaining({ mainChainId: 'main-1', treasury: NEXT, account: idas.address, number: 1n, amountNel: STEP }),
      ...[[], [one]],
    ]);
    expect([await endLeft(sql, one.id, { isPaid, day: 1 }), await endLeft(sql, one.id, { isPaid, day: 1 })]).toEqual([true, false]);
    ends.push([(await requests()).at(-1)?.state, await balanceOf(sql, ida.address), (await ledgerOf(sql)).transitNel]);
  }
  expect(ends).toEqual([
    ['refused', 2n * STEP, 0n],
    ['paid', STEP, 0n],
  ]);
});

test('a payout that was ended as paid is paid once where that chain is followed still, or again', async () => {
  const [ida, idas] = [keyOf(17), keyOf(18)];
  const before = await ledgerOf(sql);
  moves.push(payment(idas.address, 1n, STEP, 95, NEXT));
  await follow(95, 9n * STEP + 7n, NEXT);
  expect(await balanceOf(sql, ida.address)).toBe(STEP);
  expect((await balances(sql)).get(`member:${ida.address}`) ?? 0n).toBe(0n);
  const { balancesNel } = before;
  expect(await ledgerOf(sql)).toMatchObject({ treasuryNel: 9n * STEP + 7n, balancesNel, transitNel: 0n });
  expect(await follow(95, 9n * STEP + 7n, NEXT)).toBe(0);
});

/** Whether payout 2 was paid, by a chain whose blocks and last numbers are these. */
const decided = (...shown: readonly [number, bigint][]): Promise<boolean> => {
  const [left, stop] = [[...shown], new AbortController()];
  const last = async () => {
    const [height, number] = left.shift() ?? [0, 0n];
    if (left.length === 0) stop.abort(new Error('no block comes'));
    return { height, number };
  };
  return wasPaid(2n, { last, lifeBlocks: 30, everyMs: 0, signal: stop.signal });
};

test('a payout was not paid once no block can take what was signed; where the chain stands still, nothing is said of it', async () => {
  expect(await decided([5, 2n])).toBe(true);
  expect(await decided([5, 1n], [35, 1n], [35, 2n], [36, 3n])).toBe(true); // it was on its way
  expect(await decided([5, 1n], [35, 1n], [36, 1n], [37, 1n])).toBe(false);
  await expect(decided([5, 1n], [35, 1n], [35, 1n])).rejects.toThrow('no block comes');
});

test('what members have beyond the treasury is a sentence', () => {
  expect(shortOf({ treasuryNel: 5n, balancesNel: 4n, transitNel: 1n })).toBeNull();
  expect(shortOf({ treasuryNel: 5n, balancesNel: 4n, transitNel: 2n })).toContain('1 are not covered');
});

test('what was signed, and what is over, can no longer change', async () => {
  await expect(sql`update books.account_link set member = ${BEA.address} where account = ${ANN_ACCOUNT.address}`).rejects.toThrow(
    'can no longer',
  );
  await expect(sql`update books.withdrawal set state = 'taken', done_at = null where state = 'paid'`).rejects.toThrow('can no longer');
  await expect(sql`delete from books.withdrawal`).rejects.toThrow();
});
