/**
 * What the operator reads: health, and everything that is missing, refused or stuck. Whoever runs the node holds the database anyway; that
 * is no reason for readings and amounts to travel through the API, so the views behind this file have no private column.
 */
import { DAY_S, SLOTS_PER_DAY } from '../../../protocol/values/time.ts';
import { missingDays, oddities } from '../../db/index-findings.ts';
import { dateOfUnixS, headFaults, readFindings, readHead, readMain } from '../chain-head.ts';
import type { PageArgs } from '../connection.ts';
import { dayRange, page } from '../connection.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { readAlarms } from '../rows/alarms.ts';
import type { BadTransactionRow, MissingRow } from '../rows/chain.ts';
import { readBadTransactions, readChainCounts, readFacts, readMissing } from '../rows/chain.ts';
import type { DayStatusRow, OutboxRow, RefusedBoxRow } from '../rows/operation.ts';
import { readDays, readOutbox, readRefusedBoxes, readWorkCounts } from '../rows/operation.ts';
import type { RangeArgs } from './audit.ts';

export async function health(_: unknown, __: unknown, { tx, service }: Context) {
  const head = await readHead(tx, service.now());
  if (!head) throw new ApiError('UNAVAILABLE', 'the index has not begun');
  const chain = await readChainCounts(tx, Math.floor(head.chainUnixS / DAY_S));
  const work = await readWorkCounts(tx);
  const main = await readMain(service);
  const findings = await readFindings(tx, main);
  const reasons = [...headFaults(head, service), ...missingDays(findings), ...(await readAlarms(tx))];
  return {
    chainId: head.chainId,
    indexedHeight: head.height,
    checkedHeight: head.checkedHeight,
    chainTime: dateOfUnixS(head.chainUnixS),
    lagS: head.lagS,
    lagLimitS: service.lagLimitS,
    ready: reasons.length === 0,
    reasons,
    oddities: [...oddities(findings), ...(main?.faults ?? [])],
    meters: chain.meters,
    lastFrozenDay: chain.last_frozen_day,
    lastReleasedDay: work.last_released_day,
    openDays: work.open_days,
    proofsWaiting: work.proofs_waiting,
    outboxPending: work.outbox_pending,
    outboxFailed: work.outbox_failed,
    refusedBoxes: work.refused_boxes,
    badTransactions: chain.bad_transactions,
  };
}

export const days = (_: unknown, args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<DayStatusRow>(args, {
    shape: ['int', 'int'],
    keyOf: (row) => [row.day, row.version],
    read: (after, limit) => readDays(tx, { from, to, after, limit }),
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

/** Only of days that have ended: before, nothing is missing. */
export const missingStatements = async (_: unknown, args: PageArgs & { from: number; to: number }, { tx, service }: Context) => {
  const { from, to } = dayRange(args, LIMITS.rangeDays);
  const head = await readHead(tx, service.now());
  const last = Math.min(to, head ? Math.floor(head.chainUnixS / DAY_S) - 1 : -1);
  const graceS = Number((await readFacts(tx))?.grace_s ?? 0);
  const freezesAt = ({ frozen, day }: MissingRow): Date | null => (frozen ? null : dateOfUnixS((day + 1) * DAY_S + graceS));
  return page<MissingRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.day, row.meter],
    read: async (after, limit) =>
      (await readMissing(tx, { from, to: last, after, limit, upTo: head?.checkedHeight ?? 0 })).map((row) => ({
        ...row,
        freezesAt: freezesAt(row),
      })),
  });
};

export const MissingStatement = { lateHeight: (row: MissingRow) => row.late_height };

export const refusedBoxes = (_: unknown, args: PageArgs, { tx }: Context) =>
  page<RefusedBoxRow>(args, {
    shape: ['int', 'text', 'text', 'int'],
    keyOf: (row) => [row.height, row.kind, row.meter, row.slot ?? row.day],
    read: (after, limit) => readRefusedBoxes(tx, { after, limit }),
  });

export const RefusedBox = { slot: (row: RefusedBoxRow) => (row.slot === null ? null : row.slot % SLOTS_PER_DAY) };

export const badTransactions = (_: unknown, args: PageArgs, { tx }: Context) =>
  page<BadTransactionRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.height, row.id],
    read: (after, limit) => readBadTransactions(tx, { after, limit }),
  });

export const BadTransaction = { txIndex: (row: BadTransactionRow) => row.tx_index };

export const outbox = (_: unknown, args: PageArgs, { tx }: Context) =>
  page<OutboxRow>(args, {
    shape: ['text'],
    keyOf: (row) => [row.id],
    read: (after, limit) => readOutbox(tx, { after, limit }),
  });

export const OutboxMessage = {
  name: (row: OutboxRow) => row.id,
  createdAt: (row: OutboxRow) => row.created_at,
  sentAt: (row: OutboxRow) => row.sent_at,
  txHash: (row: OutboxRow) => row.tx_hash,
  doneAt: (row: OutboxRow) => row.done_at,
};
