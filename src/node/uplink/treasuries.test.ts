/** Which account was the treasury when, as the index of the main chain has it, and which transfers are the community's by that. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address } from '../../../test/kit/books/index-rows.ts';
import { type MainIndex, startMainIndex } from '../../../test/kit/main-index.ts';
import type { Sql } from '../db/index.ts';
import { mainView } from './main-view.ts';
import { movesOf } from './moves.ts';
import { lastCounters } from './requests.ts';
import { endedBy, inForce, type Term, termsAt, treasuriesOf } from './treasuries.ts';

const MAIN = 'electra-main-5eed0002';
const [UPLINK, FIRST, SECOND, MEMBER] = ['uplink', 'first', 'second', 'member'].map(address);
let [of, index, sql] = [] as unknown as [MainIndex, MainIndex['index'], Sql];
beforeAll(async () => {
  of = await startMainIndex({ chainId: MAIN, treasury: FIRST });
  ({ index, sql } = of);
}, 120_000);
afterAll(() => of?.stop());

let number = 0;
const change = (what: string, { treasury, height, fate = 'applied', uplink = UPLINK }: Record<string, unknown>) => index.sql`
  insert into chain.register_change (id, number, what, uplink, treasury, height, due_unix_s, fate, settled_height)
  values (${String(++number)}, ${number}, ${what}, ${uplink as string}, ${treasury as string}, 1, 1, ${fate as string},
    ${height as number})`;
const transfer = (height: number, sender: string, receiver: string, counter: number | null = null) => index.sql`
  insert into chain.transfer (id, tx_hash, sender, receiver, amount_nel, counter, height, unix_s)
  values (${`${height}-0-0`}, ${`TX${height}`}, ${sender}, ${receiver}, 7, ${counter}, ${height}, 1)`;
const movesTo = async (terms: Term[], height: number) =>
  (await movesOf(sql, { mainChainId: MAIN, terms, height, from: { mark: null, height: 0, accounts: [] } })).moves;
const asked = (joined: string, height = 1000) => treasuriesOf(sql, { uplink: UPLINK, joined, height });

test('the account that was joined with is the treasury until another is in force: not while that waits, or is vetoed', async () => {
  await change('treasury', { treasury: SECOND, height: null, fate: null });
  await change('treasury', { treasury: SECOND, height: 90, fate: 'vetoed' });
  await change('treasury', { treasury: SECOND, height: 90, uplink: address('other') });
  expect(await asked(FIRST)).toEqual([{ treasury: FIRST, from: 0, to: null }]);
  await change('register', { treasury: FIRST, height: 50 });
  await change('treasury', { treasury: SECOND, height: 100 });
  expect(await asked(FIRST, 99)).toEqual([{ treasury: FIRST, from: 0, to: null }]);
  const both = [
    { treasury: FIRST, from: 0, to: 100 },
    { treasury: SECOND, from: 100, to: null },
  ];
  expect(await asked(FIRST)).toEqual(both);
  expect(inForce(await asked(FIRST))).toBe(SECOND);
  expect(await asked(SECOND)).toEqual(both); // as settings name it once it is replaced
});

test('a top-up is what came to whoever was the treasury then; a payout what a treasury has paid since it was one', async () => {
  await transfer(60, MEMBER, FIRST);
  await transfer(61, MEMBER, SECOND); // not the community's yet
  await transfer(62, SECOND, MEMBER, 1); // another community's, of old
  await transfer(100, MEMBER, FIRST); // replaced by the end of this block
  await transfer(101, MEMBER, FIRST); // the community's no more
  await transfer(102, MEMBER, SECOND);
  await transfer(103, SECOND, MEMBER, 2);
  await transfer(104, FIRST, MEMBER, 1); // paid late
  const terms = await asked(FIRST);
  expect((await movesTo(terms, 1000)).map(({ height }) => height)).toEqual([60, 100, 102, 103, 104]);
  expect((await movesTo(terms, 101)).map(({ height }) => height)).toEqual([60, 100]);
});

test('moves of a block come in its order: by transaction, then by message', async () => {
  for (const place of ['11-0', '2-10', '2-9'])
    await index.sql`
      insert into chain.transfer (id, tx_hash, sender, receiver, amount_nel, counter, height, unix_s)
      values (${`200-${place}`}, ${place}, ${MEMBER}, ${SECOND}, 7, null, 200, 1)`;
  const moves = await movesTo(await asked(FIRST), 1000);
  expect(moves.filter(({ height }) => height === 200).map(({ txHash }) => txHash)).toEqual(['2-9', '2-10', '11-0']);
  await index.sql`delete from chain.transfer where height = 200`;
});

test('numbers go on from what the account has paid for anybody, and wait for what is the community’s to post', async () => {
  await transfer(105, SECOND, address('before'), 4);
  await index.sql`update chain.transfer set height = 63 where height = 105`;
  const last = await lastCounters(sql, { terms: await asked(FIRST), height: 1000, accounts: [MEMBER, address('before')] });
  const own = new Map([
    [SECOND, 2n],
    [FIRST, 1n], // replaced, and paid late
  ]);
  expect(last.get(MEMBER)).toEqual({ shown: 2n, own });
  expect(last.get(address('before'))).toEqual({ shown: 4n, own: new Map() });
  const others = { terms: await asked(FIRST), height: 1000, accounts: [address('other')] };
  expect(await lastCounters(sql, others)).toEqual(new Map());
});

test('what the community has is what the treasury in force has', async () => {
  const held = { 'unix-s': '1000', [`balance:${FIRST}`]: '5', [`balance:${SECOND}`]: '70', [`escrow:${UPLINK}`]: '3' };
  for (const [name, value] of Object.entries(held))
    await index.sql`insert into chain.main_state (name, value, height) values (${name}, ${value}, 200)`;
  const view = mainView(sql, { chainId: MAIN, uplink: UPLINK, treasury: FIRST });
  const found = await view.treasury();
  expect([found?.totalNel, found && inForce(found.terms), found?.ended]).toEqual([73n, SECOND, [FIRST]]);
  await index.sql`update chain.main_state set height = 80`;
  expect((await view.treasury())?.totalNel).toBe(8n);
});

test('a treasury that the proven state does not know yet has not ended by it, whichever of them the settings name', async () => {
  await index.sql`update chain.main_state set height = 80`; // replaced at 100, which the index knows
  for (const treasury of [FIRST, SECOND]) {
    const found = await mainView(sql, { chainId: MAIN, uplink: UPLINK, treasury }).treasury();
    expect([found?.terms, found?.ended]).toEqual([[{ treasury: FIRST, from: 0, to: null }], []]);
  }
});

test('one that comes again has not ended, also by a block at which another is in force; as of that block it has', async () => {
  const terms = [
    { treasury: FIRST, from: 0, to: 100 },
    { treasury: SECOND, from: 100, to: 200 },
    { treasury: FIRST, from: 200, to: null },
  ];
  expect([endedBy(terms, 150), endedBy(terms, 200)]).toEqual([[], [SECOND]]);
  expect(termsAt(terms, 150)).toEqual([terms[0], { treasury: SECOND, from: 100, to: null }]);
  expect(endedBy(termsAt(terms, 150), 150)).toEqual([FIRST]);
});
