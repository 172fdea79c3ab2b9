/**
 * Whose signature an operator's word may bear: the operator of genesis, and those who came after it by the chain's own state, where the
 * audit has seen it proven; otherwise those whom each one before has signed over to.
 *
 * Each for its time: a key that was handed on may be anybody's, so it says nothing about what came later. No signature has a time; but
 * nobody can sign the bill of a book before the book is there.
 */
import { DAY_S, monthDays, operatorsOf, ProtocolError } from '../../protocol/index.ts';
import type { Verdict } from '../audit/index.ts';
import type { Bundle } from '../bundle.ts';

/** `untilUnixS`: chain time at which the next one came into force; null: it is the last, or its time is not proven. */
export interface KnownOperator {
  address: string;
  untilUnixS: number | null;
}

/** From the audit's terms, or from addresses alone. One that came back has the time of its last term. */
function known(terms: readonly { address: string; sinceUnixS: number | null }[]): KnownOperator[] {
  const until = new Map<string, number | null>();
  for (const [i, { address }] of terms.entries()) until.set(address, terms[i + 1]?.sinceUnixS ?? null);
  return [...until].map(([address, untilUnixS]) => ({ address, untilUnixS }));
}

/** `fault`: why operators.json names nobody after the one of genesis. Undefined where genesis itself cannot be read. */
export function operatorsIn(
  { genesis, operators }: Bundle,
  audit: Pick<Verdict, 'operators'>,
): { operators: KnownOperator[]; fault: string | null } | undefined {
  if (!genesis.value) return undefined;
  const { operator, chainId, rotations } = genesis.value;
  const alone = [{ address: operator, untilUnixS: null }];
  if (operators?.fault) return { operators: alone, fault: operators.fault.message };
  try {
    const signed = operatorsOf(chainId, operator, operators?.value ?? null, rotations.length);
    return { operators: known(audit.operators ?? signed.map((address) => ({ address, sinceUnixS: null }))), fault: null };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { operators: alone, fault: error.message };
  }
}

/** Of whom a signed text says that it is: the operator of that address, or the last one, whom it then does not fit. */
export const namedOperator = (operators: readonly KnownOperator[], address: string): KnownOperator =>
  operators.find((one) => one.address === address) ?? operators.at(-1)!;

/**
 * The moment of chain time before which nobody can have signed these bills: the latest of their books' anchors, or of their days' ends
 * where the bundle does not show the anchor; with the month that they are of.
 */
export function signableUnixS(month: string, bills: readonly { day: number; version: number }[], days: Bundle['days']): number {
  const anchors = days.flatMap(({ day, chain }) => (chain?.anchors ?? []).map((anchor) => ({ day, ...anchor })));
  const anchored = new Map(anchors.map(({ day, version, unixS }) => [`${day}/${version}`, unixS]));
  const ends = bills.map(({ day, version }) => anchored.get(`${day}/${version}`) ?? (day + 1) * DAY_S);
  return Math.max(monthDays(month).first * DAY_S, ...ends);
}

/** Why an operator cannot have signed what was not there before a moment; null where it can. */
export const handedOver = ({ address, untilUnixS }: KnownOperator, unixS: number): string | null =>
  untilUnixS === null || untilUnixS >= unixS
    ? null
    : `signed by ${address}, whose time as the operator ended at chain time ${untilUnixS}, ${unixS - untilUnixS} s before it could be`;
