/**
 * Who watches the time of a community that shares on a main chain (docs/uplink.md): of each shared day that is over, the book is to be
 * proven 30 hours after its freeze, and its net stated on the main chain 60 hours after the day's end. Both are counted from the day itself
 * as well, by chain time alone: a freeze that never comes, a process that does not run, are said like those that are late.
 */
import { DAY_S, dayToDate } from '../../protocol/values/time.ts';
import { chainHead } from './chain-head.ts';
import type { Sql, Tx } from './connect.ts';

/** A book whose day is shared is proven so long after its freeze. */
const SHARED_PROVEN_DUE_S = 30 * 3600;
/** A main chain in production freezes a day so long after its end; another one says it in its index. */
export const MAIN_GRACE_S = 60 * 3600;
/** So long before it is too late it is said that a book is not proven, that a day is not stated. */
const PROVEN_WARNED_S = 6 * 3600;
const STATED_WARNED_S = 12 * 3600;
/** A main chain that is so far behind this one, by this node's index of it, stands still, or that index does: nothing can be stated. */
const STANDS_S = 3600;
/** Missed days are named for two weeks. */
const NAMED_DAYS = 14;

export interface SharingDay {
  day: number;
  /**
   * what it waits for; `halted`: it is proven, and the main chain does not go on, as far as this node's index of it shows; `open`: its
   * time is over, and the main chain has not frozen it; `beyond`: its time is over, and this node's index of the main chain is not there
   * yet; `other`: the main chain has a statement of it that this database does not know
   */
  state: 'unproven' | 'unstated' | 'halted' | 'open' | 'beyond' | 'missed' | 'other';
  /** chain seconds until it is missed, 0 from then on */
  leftS: number;
  /** chain seconds until its book is overdue, 0 from then on */
  provenLeftS: number;
}

interface Row {
  day: number;
  now: bigint;
  grace_s: bigint;
  frozen_unix_s: bigint | null;
  proven: boolean;
  fate: 'stated' | 'missed' | 'other' | null;
}

/** What the index of the main chain says of freezes there. */
export interface MainTime {
  /** how long after a day's end it freezes it */
  graceS: number;
  /** left out: not known */
  seen?: {
    /** the last day that it has frozen; null: none yet */
    frozenTo: number | null;
    /** chain time to which the index reaches */
    chainUnixS: number;
  };
}

/**
 * By this node's index of it; undefined where that does not say.
 * @param untilUnixS `frozenTo` as it was at that moment of chain time; left out: as it is
 */
export async function mainTime(main: Sql | Tx, chainId: string, untilUnixS?: number): Promise<MainTime | undefined> {
  const head = await chainHead(main);
  if (head?.chainId !== chainId) return undefined;
  const until = untilUnixS ?? null;
  const [{ s, frozen }] = await main<{ s: bigint | null; frozen: number | null }[]>`
    select access.grace_s() as s,
      (select max(day) from chain.roster where not late and (${until}::int8 is null or unix_s <= ${until}::int8)) as frozen`;
  return s === null ? undefined : { graceS: Number(s), seen: { frozenTo: frozen, chainUnixS: head.chainUnixS } };
}

/**
 * Days since the community has shared of which somebody should know. Nothing for a community that shares nowhere.
 * @param main left out: of one in production
 */
export async function sharingFindings(sql: Sql | Tx, main: MainTime = { graceS: MAIN_GRACE_S }): Promise<SharingDay[]> {
  const rows = await sql<Row[]>`
    select d.day, h.chain_unix_s::int8 as now, coalesce(access.grace_s(), 0) as grace_s, r.unix_s::int8 as frozen_unix_s, s.fate,
      exists (select from chain.proven_book p where p.day = d.day and p.version = 1 and p.height <= h.height) as proven
    from chain.head h
      cross join lateral (select (h.chain_unix_s / ${DAY_S})::int4 as day) t
      cross join lateral generate_series(t.day - ${NAMED_DAYS}, t.day - 1) as d (day)
      cross join lateral (select main_chain_id from chain.uplink u where u.from_day <= d.day order by u.from_day desc limit 1) u
      left join chain.roster r on r.day = d.day and not r.late
      left join access.uplink_day s on s.day = d.day
    where u.main_chain_id is not null order by d.day`;
  return rows.flatMap((row) => findingOf(row, main));
}

function findingOf({ day, now, grace_s, frozen_unix_s, proven, fate }: Row, { graceS, seen }: MainTime): SharingDay[] {
  const endS = (day + 1) * DAY_S;
  const until = (unixS: number): number => Math.max(0, unixS - Number(now));
  const leftS = until(endS + graceS);
  const provenLeftS = until(Number(frozen_unix_s ?? endS + Number(grace_s)) + SHARED_PROVEN_DUE_S);
  const of = (state: SharingDay['state']): SharingDay[] => [{ day, state, leftS, provenLeftS }];
  if (fate === 'stated') return [];
  if (fate !== null) return of(fate);
  // A main chain that halted freezes later: what it has not frozen may still be stated. Nothing of that is this node's fault.
  if (leftS === 0 && seen && day > (seen.frozenTo ?? -1)) return of(seen.chainUnixS < endS + graceS ? 'beyond' : 'open');
  if (leftS === 0) return of('missed');
  if (!proven) return provenLeftS <= PROVEN_WARNED_S ? of('unproven') : [];
  if (leftS > STATED_WARNED_S) return [];
  return of(seen && Number(now) - seen.chainUnixS > STANDS_S ? 'halted' : 'unstated');
}

const hours = (s: number): string => `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;

/** What somebody can still mend, each with the time that is left. */
export const sharingFaults = (days: readonly SharingDay[]): string[] =>
  days.flatMap(({ day, state, leftS, provenLeftS }) => {
    const missed = `in ${hours(leftS)} the day is missed on the main chain`;
    const date = dayToDate(day);
    if (state === 'unproven') {
      const due = provenLeftS > 0 ? `due in ${hours(provenLeftS)}` : 'overdue';
      return [`${date} is shared, and its book is not proven, which is ${due}; ${missed}: look at books, provers and signer`];
    }
    return state === 'unstated' ? [`${date} is proven and not stated; ${missed}: does electra uplink run? electra uplink status`] : [];
  });

const datesIn = (days: readonly SharingDay[], state: SharingDay['state']): string =>
  days
    .filter((one) => one.state === state)
    .map(({ day }) => dayToDate(day))
    .join(', ');

/** What is over, or waits for others than this node. */
export const sharingOddities = (days: readonly SharingDay[]): string[] =>
  (
    [
      ['halted', 'proven and not stated, while the main chain, or this node’s index of it, does not go on'],
      [
        'open',
        'not stated, and the main chain has not frozen it, though its time is over (does electra uplink run? electra uplink status)',
      ],
      ['beyond', 'not known to be stated, and its time is over: this node’s index of the main chain does not reach that far'],
      ['missed', 'not shared, since it was not stated on the main chain in time'],
      ['other', 'stated on the main chain otherwise than this database knows (docs/uplink.md)'],
    ] as const
  ).flatMap(([state, words]) => (datesIn(days, state) === '' ? [] : [`${words}: ${datesIn(days, state)}`]));
