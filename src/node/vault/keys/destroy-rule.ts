/**
 * When the private key of an epoch may go: by the chain's clock, never the machine's, only when the chain has stopped taking the epoch (its
 * overlap after the successor's publication is over), and only when everything sealed to it is opened. What is not opened by then stays
 * shut for good.
 */

/** What the rule has to know; times are the chain's, in seconds. */
export interface EpochStanding {
  chainUnixS: number;
  /** since when the next epoch is in force; null: this is the newest */
  successorUnixS: number | null;
  overlapS: number;
  known: boolean;
  unopened: number;
}

/** Why the key is still needed, or null. */
export function stillNeeded(epoch: number, { chainUnixS, successorUnixS, overlapS, known, unopened }: EpochStanding): string | null {
  if (!known) return `the chain knows no epoch ${epoch}`;
  if (successorUnixS === null) return `${epoch} is the newest on the chain: meters seal to it (\`electra key rotate\` begins the next)`;
  const freeUnixS = successorUnixS + overlapS;
  if (chainUnixS <= freeUnixS) return `the chain takes epoch ${epoch} until ${new Date(freeUnixS * 1000).toISOString()}`;
  return unopened > 0 ? `${unopened} box(es) of epoch ${epoch} are not opened yet; without the key nobody ever will` : null;
}
