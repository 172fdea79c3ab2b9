/**
 * Names of journals that follow a main chain. Each names the chain: blocks, weeks and payouts of another one that the community joins later
 * begin anew. (`src/node/db/migrations/0032_treasuries.sql` says the same.)
 */

/** A chain's id as a part of a name: without the colon that parts are told by. */
const chainPart = (mainChainId: string): string => mainChainId.replaceAll('%', '%25').replaceAll(':', '%3A');

/** Of a kind, of one main chain. */
const prefix = (kind: string, mainChainId: string): string => `${kind}:${chainPart(mainChainId)}:`;

export const treasuryPrefix = (mainChainId: string): string => prefix('treasury', mainChainId);

export const settlementPrefix = (mainChainId: string): string => prefix('settlement', mainChainId);

/** A settled week. */
export const settlementJournal = (mainChainId: string, fromDay: number): string => `${settlementPrefix(mainChainId)}${fromDay}`;

export const depositPrefix = (mainChainId: string): string => prefix('deposit', mainChainId);

/** Payouts that one treasury has paid to one account; the number follows. */
export const paymentPrefix = (mainChainId: string, { treasury, account }: { treasury: string; account: string }): string =>
  `${prefix('payment', mainChainId)}${treasury}:${account}:`;
