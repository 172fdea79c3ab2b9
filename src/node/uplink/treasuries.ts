/**
 * Which account on the main chain is the community's treasury, and which was: the one that it joined with, until the main chain's operator
 * has replaced it (`ReplaceTreasury`, seven days, unless vetoed), as this node's index of that chain has it. The chain counts payouts for
 * each treasury, so a payout belongs to one.
 */
import type { Sql } from '../db/index.ts';

/** In force for transactions of blocks `from` + 1 … `to`. */
export interface Term {
  treasury: string;
  from: number;
  /** null: it is in force */
  to: number | null;
}

interface Row {
  treasury: string;
  height: number;
}

/**
 * Oldest first; the last one is in force.
 * @param main the main chain's index
 * @param joined the account that the community's own settings name; an index that was begun by a continued genesis knows no earlier one
 * @param height up to which results are certain
 */
export async function treasuriesOf(
  main: Sql,
  { uplink, joined, height }: { uplink: string; joined: string; height: number },
): Promise<Term[]> {
  const changes = await main<Row[]>`
    select treasury, settled_height as height from chain.register_change
    where uplink = ${uplink} and treasury is not null and fate = 'applied' and settled_height <= ${height}
    order by settled_height, number`;
  return termsOf(changes, joined);
}

/** A registration names the first one again. An account that settings name although it came later was put there after it came. */
function termsOf(changes: readonly Row[], joined: string): Term[] {
  const isNamed = changes.some(({ treasury }) => treasury === joined);
  const all = isNamed ? changes : [{ treasury: joined, height: 0 }, ...changes];
  return all.map(({ treasury, height }, i) => ({ treasury, from: i === 0 ? 0 : height, to: all[i + 1]?.height ?? null }));
}

/** The same as of an earlier block: what came after it is not known yet. */
export const termsAt = (terms: readonly Term[], height: number): Term[] =>
  terms
    .filter(({ from }) => from <= height)
    .map(({ treasury, from, to }) => ({ treasury, from, to: to !== null && to <= height ? to : null }));

/** Who was the treasury and is so no more, after a block: neither who is in force by a later one, nor who comes again. */
export const endedBy = (terms: readonly Term[], height: number): string[] => [
  ...new Set(
    terms
      .map(({ treasury }) => treasury)
      .filter((account) => terms.every(({ treasury, to }) => treasury !== account || (to !== null && to <= height))),
  ),
];

export const inForce = (terms: readonly Term[]): string => terms[terms.length - 1].treasury;

/** Whether what came to an account in a block came to the community: not before it was its treasury, and not after. */
export const isTreasury = (terms: readonly Term[], account: string, height: number): boolean =>
  terms.some(({ treasury, from, to }) => treasury === account && height > from && (to === null || height <= to));

/** The block after which an account first was the community's treasury: what it has paid since, it has paid for it. */
export const since = (terms: readonly Term[], account: string): number | undefined =>
  terms.find(({ treasury }) => treasury === account)?.from;
