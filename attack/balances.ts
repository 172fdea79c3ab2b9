/**
 * Attacks of members on each other's balances in ELECTRA, and on the community's (docs/balance.md), against a real API and Postgres and
 * what `electra uplink run` does with them. Each request is refused at the door, and by the node again where somebody has written it into
 * the books past the door. Taken out: the same request as it would stand in the books, had nobody looked; then somebody's money is
 * another's.
 */

import { balanceAccount, move, TRANSIT } from '../src/node/books/money/balance.ts';
import { connect } from '../src/node/db/index.ts';
import { takeLinks } from '../src/node/uplink/requests.ts';
import { BALANCE_STEP_NEL as STEP } from '../src/protocol/balance/texts.ts';
import { accountOf, BETWEEN, insertLink, insertPayout, linkOf, payoutOf, SharingApi, TREASURY } from '../test/kit/api/balances.ts';
import type { Answer } from '../test/kit/api/harness.ts';
import { people } from '../test/kit/api/people.ts';
import { onClose } from '../test/kit/attack/clean-up.ts';
import type { Attack, Outcome } from './attack.ts';

const group = 'balances';
const { alice, bob } = people;
const [hers, his] = [accountOf('alice'), accountOf('bob')];
const MUCH = 60n * STEP;

/** Alice and Bob with an account and 600 ELECTRA each, come by honestly. */
async function begun(): Promise<SharingApi> {
  const sharing = await SharingApi.start();
  onClose(() => sharing.stop());
  await sharing.link('alice', linkOf(alice, hers));
  await sharing.link('bob', linkOf(bob, his));
  for (const account of [hers, his]) await sharing.moved(account.address, MUCH);
  await sharing.follow();
  return sharing;
}
let running: Promise<SharingApi> | undefined;
const community = (): Promise<SharingApi> => {
  running ??= begun();
  return running;
};

type Who = 'alice' | 'bob';
const atDoor = ({ errors }: Answer): string[] => errors.map(({ extensions }) => `door: ${extensions?.field}`);
const balanceOf = async (sharing: SharingApi, who: Who): Promise<bigint> => BigInt((await sharing.member(who, 'balanceNel')).balanceNel);

/** What the node says of a link that somebody has written into the books. */
async function judgedLink(sharing: SharingApi, member: string, link: ReturnType<typeof linkOf>): Promise<string[]> {
  await insertLink(sharing.books, member, link);
  await sharing.follow();
  const [{ fault }] = await sharing.books`select fault from books.account_link where account = ${link.account} and member = ${member}`;
  return fault === null ? [] : [`node: ${fault}`];
}

/** The same of a payout. */
async function judgedPayout(sharing: SharingApi, member: string, payout: ReturnType<typeof payoutOf>): Promise<string[]> {
  const id = await insertPayout(sharing.books, member, payout);
  await sharing.follow();
  const [{ state, waiting }] = await sharing.books`select state, waiting from books.withdrawal where id = ${id}::int8`;
  return state === 'refused' ? [`node: ${waiting}`] : [];
}

/** Writes a payout down, takes it off the balance and pays it, as API, node and treasury would that do not look at it. */
async function payBlindly(sharing: SharingApi, member: string, payout: ReturnType<typeof payoutOf>): Promise<void> {
  const { books } = sharing;
  const id = await insertPayout(books, member, payout);
  const amountNel = BigInt(payout.amountNel);
  await books.begin(async (tx) => {
    await move(tx, { journal: `withdrawal:${id}`, day: 1, from: TRANSIT, to: balanceAccount(member), amountNel });
    await tx`update books.withdrawal set state = 'taken' where id = ${id}::int8`;
  });
  await sharing.moved(payout.account, amountNel, BigInt(payout.number));
  await sharing.follow();
}

/** Whether Alice is poorer by just so much after it. */
async function costsAlice(sharing: SharingApi, amountNel: bigint, work: () => Promise<unknown>): Promise<boolean> {
  const before = await balanceOf(sharing, 'alice');
  await work();
  return before - (await balanceOf(sharing, 'alice')) === amountNel;
}

const nextOfAlice = async (sharing: SharingApi): Promise<bigint> =>
  BigInt((await sharing.member('alice', 'accounts { address nextNumber }')).accounts[0].nextNumber);

/** What Alice's wallet has signed: 20 ELECTRA to her account, under the number that is next. */
const signedByAlice = async (sharing: SharingApi) =>
  payoutOf(alice, { account: hers.address, number: await nextOfAlice(sharing), amountNel: 2n * STEP });

/** Alice asks for it, and it is paid. Returns the state in which it was answered. */
async function payHonestly(sharing: SharingApi, said: ReturnType<typeof payoutOf>): Promise<string | undefined> {
  const { data } = await sharing.askPayout('alice', said);
  await sharing.follow();
  await sharing.moved(said.account, BigInt(said.amountNel), BigInt(said.number));
  await sharing.follow();
  return data?.askPayout?.state;
}

/** What Alice signed, with something else in it: whoever holds her session, or the API itself, sends it. */
async function changedPayout(
  change: (said: ReturnType<typeof payoutOf>) => object,
  { how, isPaid = false }: { how: string; isPaid?: boolean },
): Promise<Outcome> {
  const sharing = await community();
  const said = await signedByAlice(sharing);
  if (isPaid) await payHonestly(sharing, said);
  const changed = { ...said, ...change(said) };
  const refusals = [...atDoor(await sharing.askPayout('alice', changed)), ...(await judgedPayout(sharing, alice.address, changed))];
  const succeeds = await costsAlice(sharing, BigInt(changed.amountNel), () => payBlindly(sharing, alice.address, changed));
  return { refusals, without: { succeeds, how } };
}

async function foreignAccount(): Promise<Outcome> {
  const sharing = await community();
  const victim = accountOf('a victim');
  const [honest, own] = [linkOf(bob, victim), linkOf(bob, accountOf('bob too'))];
  const link = { ...honest, accountKey: own.accountKey, accountSignature: own.accountSignature };
  const refusals = [...atDoor(await sharing.link('bob', link)), ...(await judgedLink(sharing, bob.address, link))];
  await sharing.books`
    update books.account_link set since_posting = (select max(id) from books.posting), fault = null
    where account = ${victim.address} and member = ${bob.address}`;
  const before = await balanceOf(sharing, 'bob');
  await sharing.moved(victim.address, STEP);
  await sharing.follow();
  const succeeds = (await balanceOf(sharing, 'bob')) - before === STEP;
  return { refusals, without: { succeeds, how: 'what the account tops up is the balance of who has linked it' } };
}

async function foreignChains(): Promise<Outcome> {
  const sharing = await community();
  const [elsewhere, onAnother] = [
    { ...BETWEEN, chainId: 'electra-other-1' },
    { ...BETWEEN, mainChainId: 'electra-main-2' },
  ];
  const links = [elsewhere, onAnother].map((between, n) => linkOf(bob, accountOf(`bob elsewhere ${n}`), between));
  const refusals: string[] = [];
  for (const link of links) refusals.push(...atDoor(await sharing.link('bob', link)), ...(await judgedLink(sharing, bob.address, link)));
  await insertLink(sharing.books, bob.address, linkOf(bob, accountOf('bob elsewhere'), elsewhere));
  const taken = await takeLinks(sharing.books, elsewhere);
  return { refusals, without: { succeeds: taken === 1, how: 'between the chains that it was signed for it holds' } };
}

async function foreignSession(): Promise<Outcome> {
  const sharing = await community();
  const said = await signedByAlice(sharing);
  const refusals = [...atDoor(await sharing.askPayout('bob', said)), ...(await judgedPayout(sharing, bob.address, said))];
  const api = connect({ url: sharing.api.db.urls.api, max: 1, application: 'attack' });
  const inHerName = api.begin(async (tx) => {
    await tx`select set_config('electra.viewer', ${bob.address}, true)`;
    await tx`insert into books.withdrawal (account, member, main_chain_id, treasury, counter, amount_nel, public_key, signature)
      values (${said.account}, ${alice.address}, ${BETWEEN.mainChainId}, ${TREASURY}, 1, 10000000000, ${Buffer.alloc(33)},
        ${Buffer.alloc(64)})`;
  });
  refusals.push(
    ...(await inHerName.then(
      () => [],
      ({ code }: { code?: string }) => [`database: ${code}`],
    )),
  );
  await api.end();
  const answered = await payHonestly(sharing, said);
  return { refusals, without: { succeeds: answered === 'ASKED', how: 'asked for by her own session it is taken' } };
}

/** In a community of its own, for it ends with Postgres' own guards taken away. */
async function twoAtOnce(): Promise<Outcome> {
  const sharing = await begun();
  const [one, two] = [hers, accountOf('alice too')].map(({ address }) =>
    payoutOf(alice, { account: address, number: 1n, amountNel: MUCH }),
  );
  const less = payoutOf(alice, { account: hers.address, number: 1n, amountNel: STEP });
  const answers = await Promise.all([sharing.askPayout('alice', one), sharing.askPayout('alice', less)]);
  const refusals = answers.flatMap(atDoor);
  const beside = insertPayout(sharing.books, alice.address, two);
  refusals.push(
    ...(await beside.then(
      () => [],
      (error: { constraint_name?: string }) => [`database: ${error.constraint_name}`],
    )),
  );
  const asked = answers[0].errors.length === 0 ? one : less;
  await sharing.follow();
  await sharing.moved(hers.address, BigInt(asked.amountNel), 1n);
  await sharing.follow();
  const again = () => payBlindly(sharing, alice.address, { ...two, number: '7' });
  await sharing.books`update books.withdrawal set state = 'refused', done_at = now() where state = 'asked'`;
  if (asked === less) await payBlindly(sharing, alice.address, { ...one, number: '2' });
  refusals.push(
    ...(await again().then(
      () => [],
      ({ code }: { code?: string }) => [`database: ${code}`],
    )),
  );
  const owner = connect({ url: sharing.api.db.urls.owner, max: 1, application: 'attack' });
  await owner`alter table books.posting disable trigger posting_never_overdrawn`;
  await owner.end();
  await sharing.books`update books.withdrawal set state = 'refused', done_at = now() where state = 'asked'`;
  await again();
  return { refusals, without: { succeeds: (await balanceOf(sharing, 'alice')) < 0n, how: 'both are paid, and the balance is below zero' } };
}

const BY_SIGNATURE = ['door: signature', 'node: the signature does not hold: signature'];

export const balanceAttacks: readonly Attack[] = [
  {
    ...{ name: 'account-of-somebody-else', group, by: 'member', run: foreignAccount },
    does: 'links an account that is another’s, by a signature of a key of its own',
    refusedBy: ['door: accountKey', 'node: the signature does not hold: account address'],
  },
  {
    ...{ name: 'link-of-other-chains', group, by: 'member', run: foreignChains },
    does: 'sends a link that was signed for another community, and one for another main chain',
    refusedBy: ['door: memberSignature', 'node: the signature does not hold: member signature'],
  },
  {
    ...{ name: 'payout-to-another-account', group, by: 'network' },
    does: 'sends what Alice signed, with an account of its own in the place of hers',
    refusedBy: BY_SIGNATURE,
    run: () =>
      changedPayout(() => ({ account: accountOf('a thief').address }), {
        how: 'the treasury pays it to the thief, out of Alice’s balance',
      }),
  },
  {
    ...{ name: 'payout-of-another-amount', group, by: 'network' },
    does: 'sends what Alice signed, of ten times the amount',
    refusedBy: BY_SIGNATURE,
    run: () => changedPayout(({ amountNel }) => ({ amountNel: `${amountNel}0` }), { how: 'ten times as much leaves Alice’s balance' }),
  },
  {
    ...{ name: 'payout-under-another-number', group, by: 'network' },
    does: 'sends what was paid to Alice under the next number, to have it paid again',
    refusedBy: BY_SIGNATURE,
    run: () =>
      changedPayout(({ number }) => ({ number: String(BigInt(number) + 1n) }), {
        how: 'the same signature takes it off Alice’s balance once more',
        isPaid: true,
      }),
  },
  {
    ...{ name: 'payout-by-another-session', group, by: 'member', run: foreignSession },
    does: 'asks for Alice’s payout in a session of its own, and writes it down in her name',
    refusedBy: ['door: pubKey', 'node: the signature does not hold: address', 'database: 42501'],
  },
  {
    ...{ name: 'two-payouts-at-once', group, by: 'member', run: twoAtOnce },
    does: 'asks for all of its balance twice, to two accounts, at once',
    refusedBy: ['door: number', 'database: withdrawal_one_open', 'database: 23514'],
  },
];
