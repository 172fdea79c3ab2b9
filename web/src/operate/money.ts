/** What the operator is told of members' money: sums, and what the main chain shows of payouts. */
import { ask } from '../api/client.ts';

export interface OpenPayout {
  account: string;
  number: string;
  amountNel: string;
  askedAt: string;
  state: 'ASKED' | 'TAKEN';
  /** as the main chain said it */
  why: string | null;
}

interface Answer {
  mainChainId: string;
  treasury: string | null;
  balancesNel: string;
  transitNel: string;
  treasuryNel: string;
  holdsNel: string | null;
  suspenseNel: string;
  shortNel: string;
  suspense: { edges: readonly { node: { day: string; amountNel: string } }[] };
  openPayouts: { edges: readonly { node: OpenPayout }[] };
}

export interface Money {
  mainChainId: string;
  treasury: string | null;
  /** what members have, and what is on its way to them */
  balancesNel: bigint;
  transitNel: bigint;
  /** what the community has on the main chain, escrow and settled weeks with it; and what the account itself holds */
  treasuryNel: bigint;
  holdsNel: bigint | null;
  suspenseNel: bigint;
  shortNel: bigint;
  /** newest first, some of them */
  suspense: readonly { day: string; amountNel: string }[];
  /** oldest first */
  openPayouts: readonly OpenPayout[];
}

/** Null where the community shares on no main chain. @throws ApiTrouble */
export async function askMoney(): Promise<Money | null> {
  const { operation } = await ask<{ operation: { money: Answer | null } }>(
    `{ operation { money { mainChainId treasury balancesNel transitNel treasuryNel holdsNel suspenseNel shortNel
         suspense(first: 5) { edges { node { day amountNel } } }
         openPayouts(first: 100) { edges { node { account number amountNel askedAt state why } } } } } }`,
  );
  const { money } = operation;
  if (!money) return null;
  return {
    ...money,
    balancesNel: BigInt(money.balancesNel),
    transitNel: BigInt(money.transitNel),
    treasuryNel: BigInt(money.treasuryNel),
    holdsNel: money.holdsNel === null ? null : BigInt(money.holdsNel),
    suspenseNel: BigInt(money.suspenseNel),
    shortNel: BigInt(money.shortNel),
    suspense: money.suspense.edges.map(({ node }) => node),
    openPayouts: money.openPayouts.edges.map(({ node }) => node),
  };
}
