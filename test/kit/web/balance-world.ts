/** A member's balance in each of its states, as the service tells it; the rest of the member is that of member-world.ts. */
import { type Wallet, walletOf } from '../api/people.ts';
import { honestWorld, METER, type MemberWorld, NAME } from './member-world.ts';

/** Wallets with keys that are no secret: the member's, and that of the account on the main chain. */
export const OWNER: Wallet = walletOf('rosa');
export const ACCOUNT: Wallet = walletOf('account of rosa');
const OTHER = walletOf('other account of rosa').address;
export const TREASURY = walletOf('treasury').address;
export const [CHAIN_ID, MAIN_CHAIN_ID] = ['electra-hillside-9f3c01ab', 'electra-main-5eed0002'];

type Json = Record<string, unknown>;

export const list = (nodes: readonly Json[]) => ({
  edges: nodes.map((node) => ({ node })),
  pageInfo: { hasNextPage: false, endCursor: null },
});

const EMPTY: Json = {
  ...{ chainId: CHAIN_ID, mainChainId: MAIN_CHAIN_ID, treasury: TREASURY },
  ...{ balanceNel: '0', owedNel: '0', transitNel: '0', stepNel: '10000000000', payableNel: '0', accountsMost: 2 },
  ...{ accounts: [], entries: list([]), payouts: list([]) },
};
const LINKED: Json = { address: ACCOUNT.address, state: 'LINKED', why: null, registeredHeight: 48_112, nextNumber: '3' };

const entry = (day: string, kind: string, amountNel: string, balanceNel: string): Json => ({
  ...{ day, kind, amountNel, balanceNel, journal: `${kind}:${day}:${amountNel}` },
});
const ENTRIES = [
  entry('2026-07-02', 'BILLS', '-3412345678', '46037654322'),
  entry('2026-07-01', 'BILLS', '1250000000', '49450000000'),
  entry('2026-06-30', 'PAYOUT', '-20000000000', '48200000000'),
  entry('2026-06-28', 'RETURNED', '10000000000', '68200000000'),
  entry('2026-06-27', 'PAYOUT', '-10000000000', '58200000000'),
  entry('2026-06-26', 'BILLS', '-1800000000', '68200000000'),
  entry('2026-06-25', 'TOP_UP', '70000000000', '70000000000'),
];
const payout = (number: string, state: string, why: string | null, amountNel = '20000000000'): Json => ({
  ...{ account: ACCOUNT.address, number, amountNel, state, why },
  askedAt: `2026-06-${26 + Number(number)}T09:12:00.000Z`,
  paidHeight: state === 'PAID' ? 50_331 : null,
  doneAt: state === 'PAID' || state === 'REFUSED' ? `2026-06-${27 + Number(number)}T10:30:00.000Z` : null,
});
export const PAID = payout('2', 'PAID', null);
const REFUSED = payout('1', 'REFUSED', 'the balance has 4500000000 nELECTRA');

export const full = (more: Json = {}): Json => ({
  ...EMPTY,
  ...{ balanceNel: '46037654322', payableNel: '40000000000', accounts: [LINKED] },
  ...{ entries: list(ENTRIES), payouts: list([PAID, REFUSED]) },
  ...more,
});
export const underWay = (state: string, why: string | null): Json =>
  full({ payableNel: '0', transitNel: '20000000000', payouts: list([payout('3', state, why), PAID, REFUSED]) });
export const asked = (state: string, why: string | null): Json => ({
  ...EMPTY,
  accounts: [{ address: ACCOUNT.address, state, why, registeredHeight: null, nextNumber: '1' }],
});

export const paidOther = (): Json =>
  full({ payouts: list([payout('1', 'REFUSED', 'the treasury has paid 30000000000 nELECTRA under this number')]) });
/** While the node does not know which one is in force. */
export const withoutTreasury = (): Json => full({ treasury: null, accounts: [{ ...LINKED, nextNumber: null }] });
export const twoAccounts = (state: 'LINKED' | 'REFUSED'): Json => {
  const why = state === 'REFUSED' ? 'the account is linked to another member' : null;
  return { ...EMPTY, accounts: [ACCOUNT.address, OTHER].map((address) => ({ ...LINKED, address, state, why })) };
};

/** @param electra null: the community shares on no main chain */
export const balanceWorld = (electra: Json | null): MemberWorld => {
  const world = honestWorld();
  const meters = { edges: [{ node: { address: METER } }], pageInfo: { hasNextPage: false, endCursor: null } };
  return { ...world, viewer: { ...world.viewer, address: OWNER.address, name: NAME }, member: { meters, electra } };
};

/** For pictures. */
export const BALANCE_WORLDS = {
  'balance-none': () => balanceWorld(null),
  'balance-unlinked': () => balanceWorld(EMPTY),
  'balance-asked': () => balanceWorld(asked('ASKED', null)),
  'balance-refused': () => balanceWorld(asked('REFUSED', 'the account is linked to another member')),
  'balance-new': () =>
    balanceWorld({ ...EMPTY, owedNel: '3120000000', accounts: [{ ...LINKED, registeredHeight: null, nextNumber: '1' }] }),
  'balance-full': () => balanceWorld(full({ accounts: [LINKED, { ...LINKED, address: OTHER, nextNumber: '1' }] })),
  'balance-waits': () => balanceWorld(underWay('TAKEN', 'electra 12: the treasury has less')),
};
