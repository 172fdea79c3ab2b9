/** What members ask for about their balances: each accepted, and refused with its field where it cannot hold. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountOf, BETWEEN, linkOf, payoutOf, SharingApi, signed, TREASURY } from '../../../test/kit/api/balances.ts';
import { type Answer, startTestApi } from '../../../test/kit/api/harness.ts';
import { people } from '../../../test/kit/api/people.ts';
import { accountLinkText, withdrawalText } from '../../protocol/index.ts';
import { LIMITS } from './limits.ts';

const STEP = 10_000_000_000n;
const { alice, bob } = people;
const [mine, his] = [accountOf('alice'), accountOf('bob')];
const honest = linkOf(alice, mine);
let sharing: SharingApi;
beforeAll(async () => {
  sharing = await SharingApi.start();
  sharing.api.freeze();
}, 120_000);
afterAll(async () => sharing?.stop());

const refusal = ({ errors }: Answer) => ({ code: errors[0]?.extensions?.code, field: errors[0]?.extensions?.field });
const bad = (field: string) => ({ code: 'BAD_USER_INPUT', field });
/** So that what one test asks limits no other. */
const rested = () => sharing.api.later(3_600_000);

describe('a link', () => {
  test.each([
    ['with an account that is none', { account: 'electra1x' }, 'account'],
    ['with the member’s own address as the account', { account: alice.address }, 'account'],
    ['with a key that is too short', { memberKey: 'AAAA' }, 'memberKey'],
    ['with a second spelling of a signature', { accountSignature: ` ${honest.accountSignature}` }, 'accountSignature'],
    ['with a key that is no point', { memberKey: Buffer.alloc(33, 5).toString('base64') }, 'memberKey'],
    ['with the account’s signature by the member', { ...honest, accountKey: honest.memberKey }, 'accountKey'],
    ['with the member’s signature by the account', { ...honest, memberKey: honest.accountKey }, 'memberKey'],
    ['for another member', linkOf(bob, mine), 'memberKey'],
    ['that was signed for another community', linkOf(alice, mine, { ...BETWEEN, chainId: 'electra-other-1' }), 'memberSignature'],
    ['that was signed for another main chain', linkOf(alice, mine, { ...BETWEEN, mainChainId: 'electra-main-2' }), 'memberSignature'],
    [
      'of whose text the account has signed another',
      { accountSignature: signed(mine, accountLinkText({ ...BETWEEN, member: bob.address, account: mine.address })).signature },
      'accountSignature',
    ],
  ])('%s is refused', async (_, change, field) => {
    expect(refusal(await sharing.link('alice', { ...honest, ...change }))).toEqual(bad(field));
    expect(await sharing.member('alice', 'accounts { address }')).toEqual({ accounts: [] });
  });

  test('by both signatures is taken, asked again answers the same, and holds once the node has judged it', async () => {
    rested();
    const asked = { address: mine.address, state: 'ASKED', why: null, nextNumber: '1' };
    const answers = await Promise.all([1, 2, 3].map(() => sharing.link('alice', honest)));
    for (const { data } of answers) expect(data.linkAccount).toEqual(asked);
    await sharing.follow();
    expect((await sharing.link('alice', honest)).data.linkAccount).toEqual({ ...asked, state: 'LINKED' });
  });

  test('of an account that is another member’s says so when it is judged, and is in nobody’s way; it may be asked for again', async () => {
    for (const _ of [1, 2]) {
      expect((await sharing.link('bob', linkOf(bob, mine))).data.linkAccount).toMatchObject({ state: 'ASKED' });
      await sharing.follow();
      expect(await sharing.member('bob', 'accounts { state why }')).toEqual({
        accounts: [{ state: 'REFUSED', why: 'the account is linked to another member' }],
      });
    }
    expect(await sharing.member('alice', 'accounts { state }')).toEqual({ accounts: [{ state: 'LINKED' }] });
    expect((await sharing.link('bob', linkOf(bob, his))).errors).toEqual([]);
  });

  test('goes to so many accounts of a member and no further, with so many that are refused', async () => {
    const accounts = Array.from({ length: LIMITS.accountsPerMember }, (_, n) => accountOf(`alice ${n}`));
    const answers = await Promise.all(accounts.map((account) => sharing.link('alice', linkOf(alice, account))));
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(LIMITS.accountsPerMember - 1);
    expect(answers.filter(({ errors }) => errors.length > 0).map(refusal)).toEqual([bad('account')]);
    const taken = Array.from({ length: LIMITS.accountsAsked - 2 }, (_, n) => accountOf(`taken ${n}`)); // bob has asked for two
    for (const account of taken)
      await sharing.books`
        insert into books.account_link (account, member, main_chain_id, member_key, member_signature, account_key, account_signature, fault)
        values (${account.address}, ${bob.address}, ${BETWEEN.mainChainId}, ${Buffer.alloc(33)}, ${Buffer.alloc(64)}, ${Buffer.alloc(33)},
          ${Buffer.alloc(64)}, 'the account is linked to another member')`;
    expect(refusal(await sharing.link('bob', linkOf(bob, accountOf('bob 2'))))).toEqual(bad('account'));
    expect((await sharing.link('bob', linkOf(bob, taken[0]))).errors).toEqual([]);
  });
});

const ask = (number: bigint, amountNel: bigint, account = mine) =>
  sharing.askPayout('alice', payoutOf(alice, { account: account.address, number, amountNel }));

describe('a payout', () => {
  test('beyond the balance is refused, and the most is said', async () => {
    rested();
    expect(refusal(await ask(1n, STEP))).toEqual(bad('amountNel'));
    for (const [account, amountNel] of [
      [mine, 5n * STEP],
      [his, 3n * STEP],
    ] as const)
      await sharing.moved(account.address, amountNel);
    await sharing.follow();
    expect(refusal(await ask(1n, 6n * STEP))).toEqual(bad('amountNel'));
    expect(await sharing.member('alice', 'balanceNel payableNel')).toEqual({
      balanceNel: String(5n * STEP),
      payableNel: String(5n * STEP),
    });
  });

  const payout = { account: mine.address, number: 1n, amountNel: STEP };
  const said = payoutOf(alice, payout);
  const of = (change: object) =>
    signed(
      alice,
      withdrawalText({
        ...BETWEEN,
        treasury: TREASURY,
        member: alice.address,
        account: mine.address,
        counter: 1n,
        amountNel: STEP,
        ...change,
      }),
    );
  test.each([
    ['with another amount than was signed', { amountNel: String(2n * STEP) }, 'signature'],
    ['that is no whole step', { amountNel: String(STEP + 1n) }, 'amountNel'],
    ['of more than one payout may be', { amountNel: String(101n * STEP) }, 'amountNel'],
    ['of less than nothing', { amountNel: String(-STEP) }, 'amountNel'],
    ['with another number than was signed', { number: '2' }, 'signature'],
    ['with the number after the next', payoutOf(alice, { ...payout, number: 2n }), 'number'],
    ['with no number', { number: '0x1' }, 'number'],
    ['with a number that Postgres does not hold', { number: '9'.repeat(19) }, 'number'],
    ['to another’s account, as it was signed', payoutOf(alice, { ...payout, account: his.address }), 'account'],
    ['to another account than was signed', { account: his.address }, 'signature'],
    ['by another member’s wallet', payoutOf(bob, payout), 'pubKey'],
    ['by the account', payoutOf(mine, { ...payout, account: his.address }), 'pubKey'],
    ['that was signed for another main chain', { signature: of({ mainChainId: 'electra-main-2' }).signature }, 'signature'],
    ['that was signed for another treasury', { signature: of({ treasury: his.address }).signature }, 'signature'],
    ['that was signed for another community', { signature: of({ chainId: 'electra-other-1' }).signature }, 'signature'],
    ['by the text of a link', { signature: honest.memberSignature }, 'signature'],
  ])('%s is refused', async (_, change, field) => {
    expect(refusal(await sharing.askPayout('alice', { ...said, ...change }))).toEqual(bad(field));
    expect(await sharing.member('alice', 'payouts { edges { node { number } } }')).toEqual({ payouts: { edges: [] } });
  });

  test('asked for by another member’s session is refused, and by nobody’s', async () => {
    rested();
    expect(refusal(await sharing.askPayout('bob', said))).toEqual(bad('pubKey'));
    for (const who of ['auditor', 'operator'] as const)
      expect(refusal(await sharing.askPayout(who, said))).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('is taken once, of two at once one, leaves the balance, and ends when the main chain shows it', async () => {
    const answers = await Promise.all([ask(1n, 2n * STEP), ask(1n, 2n * STEP), ask(1n, 3n * STEP)]);
    const taken = answers.filter(({ errors }) => errors.length === 0);
    expect(taken.length).toBeLessThan(3);
    expect(new Set(taken.map(({ data }) => data.askPayout.amountNel)).size).toBe(1);
    for (const refused of answers.filter(({ errors }) => errors.length > 0)) expect(refusal(refused)).toEqual(bad('number'));
    const amountNel = BigInt(taken[0].data.askPayout.amountNel);
    await sharing.follow();
    expect((await ask(1n, amountNel)).data.askPayout).toMatchObject({ state: 'TAKEN', number: '1', why: null });
    const shown =
      'balanceNel transitNel payableNel accounts { nextNumber } payouts { edges { node { state number doneAt paidHeight paidTx } } }';
    expect(await sharing.member('alice', shown)).toMatchObject({
      ...{ balanceNel: String(5n * STEP - amountNel), transitNel: String(amountNel), payableNel: '0' },
      payouts: { edges: [{ node: { state: 'TAKEN', number: '1', doneAt: null, paidHeight: null, paidTx: null } }] },
    });
    expect(refusal(await ask(2n, STEP))).toEqual(bad('number'));
    const { openPayouts, ...sums } = await sharing.money(
      'balancesNel transitNel openPayouts { edges { node { account number amountNel state why } } }',
    );
    expect(sums).toEqual({ balancesNel: String(8n * STEP - amountNel), transitNel: String(amountNel) });
    const open = { account: mine.address, number: '1', amountNel: String(amountNel), state: 'TAKEN', why: null };
    expect(openPayouts.edges).toEqual([{ node: open }]);
    const paidHeight = await sharing.moved(mine.address, amountNel, 1n);
    await sharing.follow();
    const paid = { state: 'PAID', doneAt: expect.any(String), paidHeight, paidTx: `TX${paidHeight}` };
    const after = await sharing.member('alice', `${shown} entries { edges { node { kind amountNel } } }`);
    expect(after).toMatchObject({ transitNel: '0', payouts: { edges: [{ node: paid }] } });
    expect(after.accounts[0].nextNumber).toBe('2');
    expect(after.entries.edges[0]).toEqual({ node: { kind: 'PAYOUT', amountNel: String(-amountNel) } });
    expect((await ask(2n, STEP)).data.askPayout).toMatchObject({ state: 'ASKED' });
  });

  test('that the main chain shows, and these books do not know, takes its number', async () => {
    await sharing.moved(his.address, STEP, 1n);
    await sharing.follow();
    expect((await sharing.member('bob', 'accounts { state nextNumber }')).accounts).toContainEqual({ state: 'LINKED', nextNumber: '2' });
    expect(await sharing.member('bob', 'entries(first: 1) { edges { node { kind amountNel } } }')).toEqual({
      entries: { edges: [{ node: { kind: 'PAID', amountNel: String(-STEP) } }] },
    });
  });

  test('is one of so many in a day', async () => {
    rested();
    const asked = LIMITS.payoutsPerDay - 1;
    await sharing.books`
      insert into books.withdrawal (account, member, counter, amount_nel, public_key, signature, state, done_at)
      select ${his.address}, ${bob.address}, n, 10000000000, ${Buffer.alloc(33)}, ${Buffer.alloc(64)}, 'refused', now()
      from generate_series(1, ${asked}) n`;
    const again = () => sharing.askPayout('bob', payoutOf(bob, { account: his.address, number: 2n, amountNel: STEP }));
    expect((await again()).errors).toEqual([]);
    await sharing.follow();
    await sharing.moved(his.address, STEP, 2n);
    await sharing.follow();
    const third = await sharing.askPayout('bob', payoutOf(bob, { account: his.address, number: 3n, amountNel: STEP }));
    expect(refusal(third)).toMatchObject({ code: 'RATE_LIMITED' });
  });
});

test('requests are limited as sign-ins are', async () => {
  const bent = { ...linkOf(bob, his), account: 'x' };
  const answers = await Promise.all(Array.from({ length: LIMITS.signIn.burst + 1 }, () => sharing.link('bob', bent)));
  expect(answers.map(refusal)).toContainEqual({ code: 'RATE_LIMITED', field: undefined });
});

test('where the community shares nowhere there is nothing to ask for', async () => {
  const alone = await startTestApi();
  const link = `mutation { linkAccount(account: "${mine.address}", memberKey: "", memberSignature: "", accountKey: "", accountSignature: "")
    { state } }`;
  expect(refusal(await alone.ask('alice', link))).toMatchObject({ code: 'NOT_FOUND' });
  await alone.stop();
});
