/** What the operator's views show: they have no private column, and are empty for everybody else. */
import type { Transaction } from '../pool.ts';
import type { DayPage, Key } from './chain.ts';

export interface WorkCounts {
  last_released_day: number | null;
  open_days: number;
  proofs_waiting: number;
  outbox_pending: number;
  outbox_failed: number;
  refused_boxes: number;
}

export async function readWorkCounts(tx: Transaction): Promise<WorkCounts> {
  const [counts] = await tx.query<WorkCounts>(
    (sql) => sql`
    select (select max(day) from access.day_status where state = 'released') as last_released_day,
      (select count(*)::int from access.day_status where state <> 'released') as open_days,
      (select coalesce(sum(waiting), 0)::int from access.proving) as proofs_waiting,
      (select count(*)::int from access.outbox_status where done_at is null and error is null) as outbox_pending,
      (select count(*)::int from access.outbox_status where done_at is null and error is not null) as outbox_failed,
      (select count(*)::int from access.refused_box) as refused_boxes`,
  );
  return counts;
}

export interface DayStatusRow {
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

export const readDays = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<DayStatusRow[]> =>
  tx.query<DayStatusRow>(
    (sql) => sql`
    select day, version, state, waiting, roster_digest, frozen_unix_s, book_hash, anchor_height, released_at from access.day_status
    where day between ${from} and ${to} ${after ? sql`and (day, version) < (${after[0]}::int4, ${after[1]}::int4)` : sql``}
    order by day desc, version desc limit ${limit}`,
  );

export interface RefusedBoxRow {
  kind: string;
  meter: string;
  day: number;
  slot: number | null;
  reason: string;
  height: number;
}

export const readRefusedBoxes = (tx: Transaction, { after, limit }: { after: Key | null; limit: number }): Promise<RefusedBoxRow[]> =>
  tx.query<RefusedBoxRow>((sql) => {
    const rest = after
      ? sql`where (height, kind, meter, coalesce(slot, day)) < (${after[0]}::int4, ${after[1]}::text, ${after[2]}::text, ${after[3]}::int4)`
      : sql``;
    return sql`
    select kind, meter, day, slot, reason, height from access.refused_box ${rest}
    order by height desc, kind desc, meter desc, coalesce(slot, day) desc limit ${limit}`;
  });

export interface OutboxRow {
  id: string;
  created_at: Date;
  attempts: number;
  sent_at: Date | null;
  tx_hash: string | null;
  error: string | null;
  done_at: Date | null;
}

export const readOutbox = (tx: Transaction, { after, limit }: { after: Key | null; limit: number }): Promise<OutboxRow[]> =>
  tx.query<OutboxRow>(
    (sql) => sql`
    select id, created_at, attempts, sent_at, tx_hash, error, done_at from access.outbox_status
    ${after ? sql`where id > ${after[0]}` : sql``} order by id limit ${limit}`,
  );
