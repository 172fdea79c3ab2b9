/**
 * What is wrong between the chain and this node's tables, for whoever looks after it: the API's /ready and metrics, a person's health
 * check. Asked of the views `chain.frozen_day` and `chain.differing_roster` that the indexer makes (src/node/indexer/write/schema.ts).
 */
import { VOID_AFTER_S } from '../../protocol/day/void.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import type { Sql, Tx } from './connect.ts';
import { type MainTime, type SharingDay, sharingFaults, sharingFindings, sharingOddities } from './sharing-findings.ts';

export interface IndexFindings {
  /** what the index could not read or place, by reason */
  badTransactions: { reason: string; transactions: number }[];
  /** rosters that the chain proved to be others than the indexed statements say, and the meters in question */
  rosters: { day: number; late: boolean; meters: string[] }[];
  /** days that the chain has frozen, by proof, and of which the index has no roster */
  unindexedDays: number[];
  /** days that the chain has frozen a while ago, and of which there is no book */
  unbookedDays: number[];
  /** days whose book the chain should have verified by now, and has not; void ones are no longer among them */
  unprovenDays: number[];
  /** days whose book was not proven in time, and can't be any more */
  voidDays: number[];
  /** days of which there is no book, as fewer than two communities had stated them by their freeze: nobody's fault here */
  voidAtFreeze: number[];
  /** shared days that are running out of time on the main chain, or are missed there */
  sharing: SharingDay[];
}

/** Real seconds after a freeze in which the books may be elsewhere. */
const BOOKED_WITHIN_S = 600;
const DAYS_MAX = 100;
const NO_VOID = { voidDays: [], voidAtFreeze: [] };

/**
 * Nothing before the index has begun. Any role that may read the schemas chain and access may ask.
 * @param main of the main chain that the community shares on, where it is known (sharing-findings.ts)
 */
export async function indexFindings(sql: Sql | Tx, main?: MainTime): Promise<IndexFindings> {
  const [{ made }] = await sql<{ made: boolean }[]>`select to_regclass('chain.differing_roster') is not null as made`;
  if (!made) return { badTransactions: [], rosters: [], unindexedDays: [], unbookedDays: [], unprovenDays: [], ...NO_VOID, sharing: [] };
  const badTransactions = await sql<{ reason: string; transactions: number }[]>`
    select reason, count(*)::int4 as transactions from chain.bad_transaction group by reason order by reason`;
  const rosters = await sql<{ day: number; late: boolean; meters: string[] }[]>`
    select day, late, meters from chain.differing_roster order by day desc, late limit ${DAYS_MAX}`;
  const missing = await sql<{ day: number; indexed: boolean }[]>`
    select f.day, f.indexed from chain.frozen_day f, chain.head h
    where not f.indexed
      or (h.chain_unix_s - f.unix_s > ${BOOKED_WITHIN_S} * h.rate and not exists (select from access.booked_day b where b.day = f.day))
    order by f.day limit ${DAYS_MAX}`;
  const unproven = await sql<{ day: number; void: boolean }[]>`
    select f.day, h.chain_unix_s >= f.unix_s + ${VOID_AFTER_S} as void from chain.frozen_day f, chain.head h
    where f.indexed and h.chain_unix_s > f.unix_s + access.anchor_due_s()
      and exists (select from access.booked_day b where b.day = f.day)
      and not exists (select from access.void_day v where v.day = f.day)
      and not exists (select from chain.proven_book p where p.day = f.day and p.version = 1 and p.height <= h.height)
    order by f.day limit ${DAYS_MAX}`;
  const atFreeze = await sql<{ day: number }[]>`select day from access.void_day order by day limit ${DAYS_MAX}`;
  const days = (indexed: boolean): number[] => missing.filter((row) => row.indexed === indexed).map(({ day }) => day);
  const late = (of: boolean): number[] => unproven.filter((row) => row.void === of).map(({ day }) => day);
  return {
    badTransactions: [...badTransactions],
    rosters: [...rosters],
    unindexedDays: days(false),
    unbookedDays: days(true),
    unprovenDays: late(false),
    voidDays: late(true),
    voidAtFreeze: atFreeze.map(({ day }) => day),
    sharing: await sharingFindings(sql, main),
  };
}

const DATES_NAMED = 5;
const datesOf = (days: readonly number[]): string =>
  days.slice(0, DATES_NAMED).map(dayToDate).join(', ') + (days.length > DATES_NAMED ? ` and ${days.length - DATES_NAMED} more` : '');

/** Days that stand still until somebody acts. */
export const missingDays = ({ unindexedDays, unbookedDays, unprovenDays, sharing }: IndexFindings): string[] => [
  ...(unindexedDays.length > 0 ? [`the chain has frozen ${datesOf(unindexedDays)}, and the index has no roster of it`] : []),
  ...(unbookedDays.length > 0 ? [`the chain has frozen ${datesOf(unbookedDays)}, and there is no book of it`] : []),
  ...(unprovenDays.length > 0 ? [`the chain has no proofs of the book of ${datesOf(unprovenDays)}, which were due`] : []),
  ...sharingFaults(sharing),
];

/** Days without a book, for good. */
export const voidInWords = ({ voidDays, voidAtFreeze }: Pick<IndexFindings, 'voidDays' | 'voidAtFreeze'>): string[] => [
  ...(voidDays.length > 0 ? [`void, since no book was proven in time: ${datesOf(voidDays)}`] : []),
  ...(voidAtFreeze.length > 0 ? [`void, since fewer than two communities had stated them by their freeze: ${datesOf(voidAtFreeze)}`] : []),
];

/** What was odd and holds nothing up, without the name of a meter. */
export const oddities = ({ badTransactions, rosters, sharing, ...found }: IndexFindings): string[] => [
  ...voidInWords(found),
  ...badTransactions.map(({ reason, transactions }) => `${transactions} × ${reason} in the blocks`),
  ...(rosters.length > 0
    ? [`the proven roster is not that of the indexed statements: ${datesOf([...new Set(rosters.map(({ day }) => day))])}`]
    : []),
  ...sharingOddities(sharing),
];
