/**
 * Which openings of own bills are kept: of those that an exchange node hands out, none that does not open what the main chain has of the
 * bill, and none in place of another where the chain says of neither that it is right. So an exchange that lies later takes nobody's claim
 * along.
 */
import { type BillOpening, billCommitment, compareBills, gridId, meterDay, meterTag } from '../../protocol/index.ts';

type Bill = Pick<BillOpening, 'day' | 'meter'>;
const nameOf = ({ day, meter }: Bill): string => `${day}:${meter}`;
const byName = (openings: readonly BillOpening[]) => new Map(openings.map((one) => [nameOf(one), one]));

/** Those of `asked` that say something else than what is kept. */
export function newOpenings(kept: readonly BillOpening[], asked: readonly BillOpening[]): BillOpening[] {
  const known = byName(kept);
  return asked.filter((one) => {
    const old = known.get(nameOf(one));
    return old?.amountNel !== one.amountNel || old.s !== one.s;
  });
}

export interface Chosen {
  /** in the order of bills */
  openings: BillOpening[];
  /** that do not open what the chain has */
  refused: BillOpening[];
}

/** `bills`: what the chain has of each of `news`, null where it keeps none */
export function chosenOpenings(
  mainChainId: string,
  kept: readonly BillOpening[],
  news: readonly BillOpening[],
  bills: readonly (bigint | null)[],
): Chosen {
  const chosen = byName(kept);
  const refused: BillOpening[] = [];
  for (const [i, one] of news.entries()) {
    const bill = bills[i];
    const opens = () => billCommitment(meterDay(gridId(mainChainId), meterTag(one.meter), one.day), one.amountNel, one.s) === bill;
    if (bill === null ? !chosen.has(nameOf(one)) : opens()) chosen.set(nameOf(one), one);
    else if (bill !== null) refused.push(one);
  }
  return { openings: [...chosen.values()].sort(compareBills), refused };
}
