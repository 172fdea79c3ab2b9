/** A member's balance in ELECTRA as it reads it, and members' money as a whole as the operator does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf, BETWEEN, fillBalances, LAG_LIMIT_S, payoutOf, SharingApi, TREASURY } from '../../../test/kit/api/balances.ts';
import { type Person, people } from '../../../test/kit/api/people.ts';
import { address } from '../../../test/kit/books/index-rows.ts';
import { LIMITS } from './limits.ts';

const OWN = `chainId mainChainId treasury balanceNel owedNel transitNel stepNel mostNel payableNel accountsMost
  accounts { address state why registeredHeight nextNumber }
  entries { edges { node { kind amountNel balanceNel journal } } } payouts { edges { node { number } } }`;
let [sharing, unlocked] = [] as unknown as SharingApi[];
beforeAll(async () => {
  sharing = await SharingApi.start();
  unlocked = await SharingApi.start({ unlocked: true });
}, 120_000);
afterAll(async () => {
  await sharing?.stop();
  await unlocked?.stop();
});

test('who has linked nothing has nothing, and sees between which chains it would', async () => {
  expect(await sharing.member('alice', OWN)).toEqual({
    ...BETWEEN,
    ...{ treasury: TREASURY, balanceNel: '0', owedNel: '0', transitNel: '0', stepNel: '10000000000', payableNel: '0' },
    ...{ mostNel: '1000000000000', accountsMost: LIMITS.accountsPerMember },
    ...{ accounts: [], entries: { edges: [] }, payouts: { edges: [] } },
  });
});

test.each([
  ['by the policies of the tables and the API’s own predicates', () => sharing],
  ['by the API’s own predicates alone', () => unlocked],
])('each member sees its own balance, and nobody else’s: %s', async (_, which) => {
  await fillBalances(which());
  for (const [who, nel, payable] of [
    ['alice', '35000000000', '30000000000'],
    ['bob', '20000000000', '20000000000'],
  ] as const) {
    const seen = await which().member(who, OWN);
    expect(seen).toMatchObject({ balanceNel: nel, owedNel: '0', payableNel: payable });
    expect(seen.accounts).toEqual([
      { address: accountOf(who).address, state: 'LINKED', why: null, registeredHeight: null, nextNumber: '1' },
    ]);
    const { edges } = seen.entries;
    expect(edges).toMatchObject([{ node: { kind: 'TOP_UP', amountNel: nel, balanceNel: nel } }]);
    expect(edges[0].node.journal).toMatch(/^deposit:electra-main-5eed0002:TX\d+:0$/);
  }
});

test('what bills have left open counts from the link on: what was billed before may have been paid elsewhere', async () => {
  const { data } = await sharing.api.ask('alice', '{ member { balanceNel } }');
  expect(BigInt(data.member.balanceNel)).not.toBe(0n);
  await sharing.books`
    insert into books.posting (journal, account, amount_nel, day, version)
    values ('left-open', ${`member:${people.alice.address}`}, 3000000000, 20000, 1), ('left-open', 'fund', -3000000000, 20000, 1)`;
  expect(await sharing.member('alice', 'owedNel')).toEqual({ owedNel: '3000000000' });
  expect(await sharing.member('bob', 'owedNel')).toEqual({ owedNel: '0' });
  await sharing.books`
    insert into books.posting (journal, account, amount_nel, day, version)
    values ('paid', ${`member:${people.alice.address}`}, -3000000000, 20000, 1), ('paid', 'fund', 3000000000, 20000, 1)`;
});

test('entries come in pages, newest first', async () => {
  await sharing.moved(accountOf('alice').address, 10_000_000_000n);
  await sharing.follow();
  const paged = async (rest: string) =>
    sharing.member('alice', `entries(first: 1${rest}) { edges { node { balanceNel } } pageInfo { hasNextPage endCursor } }`);
  const { entries: newest } = await paged('');
  expect(newest).toMatchObject({ edges: [{ node: { balanceNel: '45000000000' } }], pageInfo: { hasNextPage: true } });
  const { entries: oldest } = await paged(`, after: "${newest.pageInfo.endCursor}"`);
  expect(oldest).toMatchObject({ edges: [{ node: { balanceNel: '35000000000' } }], pageInfo: { hasNextPage: false } });
});

test('the operator sees sums, what lies in suspense and what is short, and of no member; nobody else sees even that', async () => {
  await sharing.moved(address('stranger'), 7n);
  await sharing.follow();
  const sums = 'mainChainId treasury balancesNel transitNel treasuryNel holdsNel suspenseNel shortNel';
  const seen = await sharing.money(`${sums} suspense { edges { node { amountNel journal } } } openPayouts { edges { node { account } } }`);
  expect(seen).toMatchObject({
    ...{ mainChainId: BETWEEN.mainChainId, treasury: TREASURY, balancesNel: '65000000000', transitNel: '0' },
    ...{ treasuryNel: '65000000007', holdsNel: null, suspenseNel: '7', shortNel: '0', openPayouts: { edges: [] } },
  });
  expect(seen.suspense.edges).toMatchObject([{ node: { amountNel: '7' } }]);
  for (const who of ['alice', 'auditor', null] as (Person | null)[]) {
    const { errors } = await sharing.api.ask(who, '{ operation { money { balancesNel } } }');
    expect(errors[0].extensions?.code).toBe(who ? 'FORBIDDEN' : 'UNAUTHENTICATED');
  }
});

test('once the treasury is replaced, that one is named, and the numbers of payouts are its own', async () => {
  const { address: account } = accountOf('alice');
  await sharing.moved(account, 10_000_000_000n, 1n);
  await sharing.follow();
  const numbers = async () => (await sharing.member('alice', 'treasury accounts { nextNumber }')) as unknown;
  expect(await numbers()).toEqual({ treasury: TREASURY, accounts: [{ nextNumber: '2' }] });
  const next = address('next treasury');
  await sharing.replaced(next);
  expect(await numbers()).toEqual({ treasury: next, accounts: [{ nextNumber: '1' }] });
  expect(await sharing.money('treasury')).toEqual({ treasury: next });
});

/** With what the index of the main chain is while it is asked. */
const WITHOUT_TREASURY: [string, (of: SharingApi) => Promise<void>][] = [
  ['behind', (of) => of.behind(LAG_LIMIT_S + 60)],
  ['of another chain', (of) => of.mainChain('electra-main-other')],
];
test.each(WITHOUT_TREASURY)(
  'with an index of the main chain that is %s no treasury is named, and the balance is read',
  async (_, spoil) => {
    const shown = 'treasury accounts { nextNumber } balanceNel';
    const before = await sharing.member('alice', shown);
    await spoil(sharing);
    const { balanceNel } = before;
    expect(await sharing.member('alice', shown)).toEqual({ treasury: null, accounts: [{ nextNumber: null }], balanceNel });
    expect(await sharing.money('treasury holdsNel')).toEqual({ treasury: null, holdsNel: null });
    const payout = payoutOf(people.alice, { account: accountOf('alice').address, number: 1n, amountNel: 10_000_000_000n });
    const { errors } = await sharing.askPayout('alice', payout);
    expect(errors[0].extensions?.code).toBe('UNAVAILABLE');
    await sharing.mainChain(BETWEEN.mainChainId);
    await sharing.behind(0);
    expect(await sharing.member('alice', shown)).toEqual(before);
  },
);
