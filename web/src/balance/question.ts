/** What the page of a member's balance asks, and the shapes of the answers. Amounts come as decimal text, for they may be large. */
import {
  ACCOUNT_FIELDS,
  type AccountAnswer,
  BALANCE_FIELDS,
  type BalanceAnswer,
  ENTRY_FIELDS,
  type EntryAnswer,
  type EntryKind,
  PAYOUT_FIELDS,
  type PayoutAnswer,
} from '../../../src/protocol/balance/answers.ts';
import { ask } from '../api/client.ts';

export type { EntryKind };
export type OwnAccount = AccountAnswer;
export type Entry = EntryAnswer;

export interface Payout extends PayoutAnswer {
  askedAt: string;
  doneAt: string | null;
}

interface Page<T> {
  edges: readonly { node: T }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface ElectraAnswer extends BalanceAnswer {
  owedNel: string;
  stepNel: string;
  accounts: readonly OwnAccount[];
  accountsMost: number;
  entries: Page<Entry>;
  payouts: Page<Payout>;
}

export interface Electra
  extends Omit<ElectraAnswer, 'entries' | 'payouts' | 'balanceNel' | 'owedNel' | 'transitNel' | 'stepNel' | 'payableNel'> {
  /** what the member has, what bills have left open since the link, and what is on its way to it */
  balanceNel: bigint;
  owedNel: bigint;
  transitNel: bigint;
  stepNel: bigint;
  /** the most that a payout may be just now */
  payableNel: bigint;
  /** newest first */
  entries: readonly Entry[];
  /** where earlier ones begin; null: there are none */
  earlier: string | null;
  /** newest first */
  payouts: readonly Payout[];
}

/** Where it can be asked for payouts, and topped up: it is known which treasury is in force. */
export type Served = Electra & { treasury: string };
export const isServed = (of: Electra): of is Served => of.treasury !== null;

export interface Balance {
  timeZone: string;
  currency: string;
  meters: readonly string[];
  /** null: the community shares on no main chain */
  electra: Electra | null;
}

const PAGE = 'pageInfo { hasNextPage endCursor }';
const ELECTRA = `${BALANCE_FIELDS} owedNel stepNel accountsMost accounts { ${ACCOUNT_FIELDS} }
  entries(first: 20, after: $after) { edges { node { ${ENTRY_FIELDS} } } ${PAGE} }
  payouts(first: 20) { edges { node { ${PAYOUT_FIELDS} askedAt doneAt } } ${PAGE} }`;

const readElectra = ({ entries, payouts, ...of }: ElectraAnswer): Electra => ({
  ...of,
  balanceNel: BigInt(of.balanceNel),
  owedNel: BigInt(of.owedNel),
  transitNel: BigInt(of.transitNel),
  stepNel: BigInt(of.stepNel),
  payableNel: BigInt(of.payableNel),
  entries: entries.edges.map(({ node }) => node),
  earlier: entries.pageInfo.hasNextPage ? entries.pageInfo.endCursor : null,
  payouts: payouts.edges.map(({ node }) => node),
});

/** @param after where the movements that are shown begin; null: with the newest. @throws ApiTrouble */
export async function askBalance(after: string | null): Promise<Balance> {
  const { service, member } = await ask<{
    service: Pick<Balance, 'timeZone' | 'currency'>;
    member: { meters: { edges: readonly { node: { address: string } }[] }; electra: ElectraAnswer | null };
  }>(
    `query ($after: String) { service { timeZone currency }
       member { meters(first: 100) { edges { node { address } } } electra { ${ELECTRA} } } }`,
    { after },
  );
  return {
    ...service,
    meters: member.meters.edges.map(({ node }) => node.address),
    electra: member.electra && readElectra(member.electra),
  };
}

/** The account that is linked, and both signatures of the text. @throws ApiTrouble */
export const linkAccount = (account: string, byMember: Signed, byAccount: Signed): Promise<unknown> =>
  ask(
    `mutation ($account: String!, $memberKey: String!, $memberSignature: String!, $accountKey: String!, $accountSignature: String!) {
      linkAccount(account: $account, memberKey: $memberKey, memberSignature: $memberSignature, accountKey: $accountKey,
        accountSignature: $accountSignature) { address } }`,
    {
      account,
      memberKey: byMember.pubKey,
      memberSignature: byMember.signature,
      accountKey: byAccount.pubKey,
      accountSignature: byAccount.signature,
    },
  );

/** Key and signature by ADR-36, in base64. */
export interface Signed {
  pubKey: string;
  signature: string;
}

/** @throws ApiTrouble */
export const askPayout = (of: { account: string; number: string; amountNel: string }, by: Signed): Promise<unknown> =>
  ask(
    `mutation ($account: String!, $number: String!, $amountNel: String!, $pubKey: String!, $signature: String!) {
      askPayout(account: $account, number: $number, amountNel: $amountNel, pubKey: $pubKey, signature: $signature) { state } }`,
    { ...of, ...by },
  );
