/**
 * What the operator reads: health, and everything that is missing, refused or stuck. Whoever runs the node holds the database anyway; that is no
 * reason for readings and amounts to travel through the API, so the views behind this file have no private column.
 */
import type { Context } from '../context.ts';
import { dateOfUnixS, headFaults, readHead } from '../chain-head.ts';
import { dayRange, page } from '../connection.ts';
import type { PageArgs } from '../connection.ts';
import { ApiError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { RangeArgs } from './audit.ts';
import { DAY_S, SLOTS_PER_DAY } from '../../../protocol/values/time.ts';

interface Counts {
  meters: number;
  last_frozen_day: number | null;
  last_released_day: number | null;
  open_days: number;
  proofs_waiting: number;
  outbox_pending: number;
  outbox_failed: number;
  refused_boxes: number;
  bad_transactions: number;
}

export async function health(_: unknown, __: unknown, { tx, service }: Context) {
  const head = await readHead(tx, service.now());
  if (!head) throw new ApiError('UNAVAILABLE', 'the index has not begun');
  const [counts] = await tx.query<Counts>(
    (sql) => sql`
    select (select count(*)::int from chain.meter where last_day is null or last_day >= ${Math.floor(head.chainUnixS / DAY_S)}) as meters,
      (select max(day) from chain.roster where not late) as last_frozen_day,
      (select max(day) from access.day_status where state = 'released') as last_released_day,
      (select count(*)::int from access.day_status where state <> 'released') as open_days,
      (select coalesce(sum(waiting), 0)::int from access.proving) as proofs_waiting,
      (select count(*)::int from access.outbox_status where done_at is null and error is null) as outbox_pending,
      (select count(*)::int from access.outbox_status where done_at is null and error is not null) as outbox_failed,
      (select count(*)::int from access.refused_box) as refused_boxes,
      (select count(*)::int from chain.bad_transaction) as bad_transactions`,
  );
  const reasons = headFaults(head, service);
  return {
    chainId: head.chainId,
    indexedHeight: head.height,
    checkedHeight: head.checkedHeight,
    chainTime: dateOfUnixS(head.chainUnixS),
    lagS: head.lagS,
    lagLimitS: service.lagLimitS,
    ready: reasons.length === 0,
    reasons,
    meters: counts.meters,
    lastFrozenDay: counts.last_frozen_day,
    lastReleasedDay: counts.last_released_day,
    openDays: counts.open_days,
    proofsWaiting: counts.proofs_waiting,
    outboxPending: counts.outbox_pending,
    outboxFailed: counts.outbox_failed,
    refusedBoxes: counts.refused_boxes,
    badTransactions: counts.bad_transactions,
  };
}

interface DayStatusRow {
  day: number;
  version: number;
  state: string;
  waiting: string | null;
  roster_digest: Uint8Array;
  frozen_unix_s: bigint;
  book_hash: Uint8Array | null;
  anchor_height: number | null;
  released_at: Date | null;
}

export const days = (_: unknown, args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<DayStatusRow>(args, {
    shape: ['int', 'int'],
    keyOf: (row) => [row.day, row.version],
    read: (after, limit) =>
      tx.query<DayStatusRow>(
        (sql) => sql`
      select day, version, state, waiting, roster_digest, frozen_unix_s, book_hash, anchor_height, released_at from access.day_status
      where day between ${from} and ${to} ${after ? sql`and (day, version) < (${after[0]}::int4, ${after[1]}::int4)` : sql``}
      order by day desc, version desc limit ${limit}`,
      ),
  });
};

export const DayStatus = {
  state: (row: DayStatusRow) => row.state.toUpperCase(),
  rosterDigest: (row: DayStatusRow) => row.roster_digest,
  frozenAt: (row: DayStatusRow) => dateOfUnixS(row.frozen_unix_s),
  bookHash: (row: DayStatusRow) => row.book_hash,
  anchorHeight: (row: DayStatusRow) => row.anchor_height,
  releasedAt: (row: DayStatusRow) => row.released_at,
};

interface MissingRow {
  meter: string;
  day: number;
  frozen: boolean;
  late_height: number | null;
}

/** Only of days that have ended: before, nothing is missing. */
export const missingStatements = async (_: unknown, args: PageArgs & { from: number; to: number }, { tx, service }: Context) => {
  const { from, to } = dayRange(args, LIMITS.rangeDays);
  const head = await readHead(tx, service.now());
  const last = Math.min(to, head ? Math.floor(head.chainUnixS / DAY_S) - 1 : -1);
  return page<MissingRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.day, row.meter],
    read: (after, limit) =>
      tx.query<MissingRow>(
        (sql) => sql`
      select m.id as meter, d.day, r.id is not null as frozen, s.height as late_height
      from generate_series(${from}::int4, ${last}::int4) d(day)
      join chain.meter m on m.first_day <= d.day and (m.last_day is null or d.day <= m.last_day)
      left join chain.roster r on r.id = d.day::text and r.height <= ${head?.checkedHeight ?? 0}
      left join chain.sealed_statement s on s.id = m.id || '-' || d.day
      where (s.id is null or s.height > r.height) ${after ? sql`and (d.day, m.id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
      order by d.day desc, m.id desc limit ${limit}`,
      ),
  });
};

export const MissingStatement = { lateHeight: (row: MissingRow) => row.late_height };

interface RefusedBoxRow {
  kind: string;
  meter: string;
  day: number;
  slot: number | null;
  reason: string;
  height: number;
}

export const refusedBoxes = (_: unknown, args: PageArgs, { tx }: Context) =>
  page<RefusedBoxRow>(args, {
    shape: ['int', 'text', 'text', 'int'],
    keyOf: (row) => [row.height, row.kind, row.meter, row.slot ?? row.day],
    read: (after, limit) =>
      tx.query<RefusedBoxRow>(
        (sql) => sql`
    select kind, meter, day, slot, reason, height from access.refused_box
    ${after ? sql`where (height, kind, meter, coalesce(slot, day)) < (${after[0]}::int4, ${after[1]}::text, ${after[2]}::text, ${after[3]}::int4)` : sql``}
    order by height desc, kind desc, meter desc, coalesce(slot, day) desc limit ${limit}`,
      ),
  });

export const RefusedBox = { slot: (row: RefusedBoxRow) => (row.slot === null ? null : row.slot % SLOTS_PER_DAY) };

interface BadTransactionRow {
  id: string;
  height: number;
  tx_index: number;
  hash: string;
  reason: string;
  detail: string;
}

export const badTransactions = (_: unknown, args: PageArgs, { tx }: Context) =>
  page<BadTransactionRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.height, row.id],
    read: (after, limit) =>
      tx.query<BadTransactionRow>(
        (sql) => sql`
    select id, height, tx_index, hash, reason, detail from chain.bad_transaction
    ${after ? sql`where (height, id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
    order by height desc, id desc limit ${limit}`,
      ),
  });

export const BadTransaction = { txIndex: (row: BadTransactionRow) => row.tx_index };

interface OutboxRow {
  id: string;
  created_at: Date;
  attempts: number;
  sent_at: Date | null;
  tx_hash: string | null;
  error: string | null;
  done_at: Date | null;
}

export const outbox = (_: unknown, args: PageArgs, { tx }: Context) =>
  page<OutboxRow>(args, {
    shape: ['text'],
    keyOf: (row) => [row.id],
    read: (after, limit) =>
      tx.query<OutboxRow>(
        (sql) => sql`
    select id, created_at, attempts, sent_at, tx_hash, error, done_at from access.outbox_status ${after ? sql`where id > ${after[0]}` : sql``} order by id limit ${limit}`,
      ),
  });

export const OutboxMessage = {
  name: (row: OutboxRow) => row.id,
  createdAt: (row: OutboxRow) => row.created_at,
  sentAt: (row: OutboxRow) => row.sent_at,
  txHash: (row: OutboxRow) => row.tx_hash,
  doneAt: (row: OutboxRow) => row.done_at,
};
