/**
 * One step of every day through its states:
 *
 *   frozen ─ draft ─▸ drafted ─ all proofs there ─▸ proven ─ the node audits itself ─▸ audited
 *   audited ─ the chain's anchor is this book ─▸ anchored ─▸ released
 *
 * A correction (version > 1) goes the same way from `drafted` on; draftCorrections makes its draft.
 *
 * Each arrow is one transaction under the day's lock that checks the state it starts from, so any step may be repeated, run twice at once,
 * or be cut off by a crash. The order is the protocol's (§6): nothing is anchored that did not pass the audit, and no proof leaves the node
 * before the chain's anchor equals the book's hash. What is in a day's way is written to books.day.waiting for the operator.
 */
import { decodeRoster, isVoidAtFreeze, parseBook, parseSharedBook } from '../../protocol/index.ts';
import type { ChainHead, Sql, Tx } from '../db/index.ts';
import { chainHead } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import { daysToCorrect, draftCorrection } from './draft/correct.ts';
import { draftDay } from './draft/draft.ts';
import type { Builders } from './draft/jobs.ts';
import type { Draws } from './draft/randomness.ts';
import { BooksFatal } from './errors.ts';
import { anchorsOf, frozenRosters, isProven, isSharedChain, rostersOf, voidDays } from './intake/chain-view.ts';
import { lockDay } from './lock.ts';
import { postCorrection, postDay } from './money/ledger.ts';
import { askAnchor } from './outbox.ts';
import type { BundleFiles } from './release/bundle.ts';
import { draftBundle } from './release/bundle.ts';
import { proofsText } from './release/proofs-text.ts';
import { draftSharedDay } from './shared/draft.ts';
import { noteSharedEnergy } from './shared/energy.ts';
import type { SharedBuilders } from './shared/jobs.ts';

/**
 * The audit of src/reader/audit, of a community's days or of communities', with the node's options (draft, development keys where they are
 * used): it only has to name an exit code and what failed.
 */
export type SelfAudit = (
  files: BundleFiles,
  /** `nowUnixS`: chain time as the index has it, which a draft does not show */
  at: { nowUnixS: number },
) => Promise<{ exitCode: number; checks: readonly { status: string; id: string; name: string; detail: string }[] }>;

export interface PipelineOptions {
  sql: Sql;
  builders: Builders;
  audit: SelfAudit;
  /** for a chain whose members are communities (docs/exchange.md) */
  exchange?: Exchange;
  /** called after a draft is committed: prove.input has new rows, the provers' queue may offer them at once */
  onDrafted?: (day: number) => void;
  draws?: Draws;
  log: Log;
}

export interface Exchange {
  builders: SharedBuilders;
}

/** @throws BooksFatal where this program was not made to serve communities */
export function exchangeOf({ exchange }: Pick<PipelineOptions, 'exchange'>): Exchange {
  if (!exchange) throw new BooksFatal('wrong-chain', 'the members of this chain are communities, and this node books households');
  return exchange;
}

interface DayRow {
  day: number;
  version: number;
  state: string;
  hash: string | null;
  waiting: string | null;
  /** what stops the day for good, as a code: migrations/0007_blocked_by.sql */
  blocked_by: 'self-audit' | 'foreign-anchor' | 'void' | null;
}

/** Where the chain is, and whose: of a community, or of communities that share. */
type Head = ChainHead & { shared: boolean };

/**
 * Notes newly frozen days and takes every unfinished day as far as it goes now. Returns how many steps were made: 0 means wait for the
 * chain, the provers or the vault.
 */
export async function advanceDays(options: PipelineOptions): Promise<number> {
  const { sql } = options;
  const at = await chainHead(sql);
  if (!at) return 0;
  const head: Head = { ...at, shared: await isSharedChain(sql) };
  let steps = await noteFrozenDays(sql, head);
  const days = await sql<DayRow[]>`
    select day, version, state, encode(book_hash, 'hex') as hash, waiting, blocked_by
    from books.day where state <> 'released' order by day, version`;
  for (const day of days) steps += await advance(day, head, options);
  return steps;
}

async function noteFrozenDays(sql: Sql, head: Head): Promise<number> {
  return sql.begin(async (tx) => {
    const noted = await tx<{ day: number }[]>`
      insert into books.day (day, version, state, roster_digest, frozen_unix_s)
      select r.day, 1, 'frozen', r.digest, r.unix_s::int8 from ${frozenRosters(tx, { late: false, upTo: head.height })} r
      where not exists (select from books.day d where d.day = r.day and d.version = 1)
      on conflict do nothing returning day`;
    if (head.shared && noted.length > 0) await noteVoidDays(tx, noted);
    return noted.length;
  }) as Promise<number>;
}

const VOID = 'void at its freeze: fewer than two stated it, so there is nobody to share with';

/** Notes which of the days have no book to come, whatever happens (docs/shared-rule.md). */
async function noteVoidDays(tx: Tx, noted: readonly { day: number }[]): Promise<void> {
  const rosters = await rostersOf(
    tx,
    noted.map(({ day }) => day),
  );
  const days = rosters.filter(({ encoded }) => isVoidAtFreeze(decodeRoster(encoded).meters)).map(({ day }) => day);
  await tx`update books.day set blocked_by = 'void', waiting = ${VOID} where version = 1 and day = any(${days})`;
}

async function advance(row: DayRow, head: Head, options: PipelineOptions): Promise<number> {
  switch (row.state) {
    case 'frozen':
      if (row.blocked_by === 'void') return 0;
      return row.version === 1 ? draft(row, head, options) : 0; // a correction that was taken back: draftCorrections
    case 'drafted':
      return collectProofs(row, head, options);
    case 'proven':
      return auditSelf(row, head, options);
    case 'audited':
      return seeAnchor(row, head, options);
    case 'anchored':
      return release(row, head, options);
    default:
      return 0;
  }
}

async function draft({ day, waiting }: DayRow, { shared }: Head, options: PipelineOptions): Promise<number> {
  const { sql, onDrafted, draws, log } = options;
  const result = await (shared
    ? draftSharedDay({ sql, day, builders: exchangeOf(options).builders, draws })
    : draftDay({ sql, day, builders: options.builders, draws }));
  if (result.state === 'drafted') {
    log.info({ day, bookHash: result.hash }, 'book drafted');
    onDrafted?.(day);
  }
  if (result.state === 'waiting' && result.why !== waiting) log.info({ day }, `day waits: ${result.why}`);
  return result.state === 'drafted' ? 1 : 0;
}

/**
 * Drafts what is to be corrected in days whose late rosters are frozen; from there advanceDays takes it on. Returns how many corrections
 * were drafted.
 */
export async function draftCorrections({ sql, builders, onDrafted, draws, log }: PipelineOptions): Promise<number> {
  if (await isSharedChain(sql)) return 0; // nothing is corrected where communities share
  let drafted = 0;
  for (const day of await daysToCorrect(sql)) {
    const result = await draftCorrection({ sql, day, builders, draws });
    if (result.state !== 'drafted') continue;
    drafted++;
    log.info({ day, bookHash: result.hash }, 'correction drafted');
    onDrafted?.(day);
  }
  return drafted;
}

/** Does a step if the day is still as the caller saw it. */
async function step({ day, version, state, hash }: DayRow, sql: Sql, work: (tx: Tx) => Promise<boolean>): Promise<number> {
  const done = await sql.begin(async (tx) => {
    await lockDay(tx, day);
    const [now] = await tx<
      { state: string; hash: string | null }[]
    >`select state, encode(book_hash, 'hex') as hash from books.day where day = ${day} and version = ${version}`;
    return now.state === state && now.hash === hash ? work(tx) : false;
  });
  return done ? 1 : 0;
}

const collectProofs = (row: DayRow, head: Head, { sql, log }: PipelineOptions): Promise<number> =>
  step(row, sql, async (tx) => {
    const { day, version } = row;
    const proofs = await proofsText(tx, { chainId: head.chainId, day, version, hash: row.hash! });
    if ('missing' in proofs) return false;
    await tx`
      update books.day set state = 'proven', proofs = ${proofs.text}, waiting = null, blocked_by = null, updated_at = now()
      where day = ${day} and version = ${version}`;
    log.info({ day, version }, 'all proofs there');
    return true;
  });

const dayBeforeIs = async (sql: Sql | Tx, head: Head, { day, version }: DayRow, states: readonly string[]): Promise<boolean> => {
  if (version > 1) return true;
  const [before] = await (head.shared
    ? sql<{ state: string }[]>`
        select state from books.day d
        where day < ${day} and version = 1 and blocked_by is distinct from 'void'
          and not exists (select from ${voidDays(sql, head)} v where v.day = d.day)
        order by day desc limit 1`
    : sql<{ state: string }[]>`select state from books.day where day = ${day - 1} and version = 1`);
  return !before || states.includes(before.state);
};

/** A draft's audit is partial by nature: nothing of it is on the chain. All that is due of a draft has passed then. */
const PARTIAL = 4;

async function auditSelf(row: DayRow, head: Head, { sql, audit, log }: PipelineOptions): Promise<number> {
  const { day, version } = row;
  if (row.blocked_by === 'self-audit') return 0; // nothing changes by asking again: a redraft clears it
  if (!(await dayBeforeIs(sql, head, row, ['audited', 'anchored', 'released']))) return 0; // it could still be redrafted, and this with it
  const verdict = await audit(await draftBundle(sql, day), { nowUnixS: head.chainUnixS });
  if (verdict.exitCode !== PARTIAL) {
    const failed = verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable');
    const why = `the audit of the node itself failed: ${failed
      .slice(0, 3)
      .map(({ id, name, detail }) => `${id} ${name}: ${detail}`)
      .join('; ')}`.slice(0, 1000);
    log.error({ day, version }, `not anchored: ${why}`);
    await step(row, sql, async (tx) => {
      await block(tx, row, 'self-audit', why);
      return false;
    });
    return 0;
  }
  return step(row, sql, async (tx) => {
    const [{ book }] = await tx<{ book: string }[]>`select book from books.day where day = ${day} and version = ${version}`;
    await askAnchor(tx, head.shared ? { ...parseSharedBook(book), version } : parseBook(book), Buffer.from(row.hash!, 'hex'));
    await tx`
      update books.day set state = 'audited', waiting = null, blocked_by = null, updated_at = now()
      where day = ${day} and version = ${version}`;
    log.info({ day, version }, 'audited; to be anchored');
    return true;
  });
}

const block = (tx: Tx, { day, version }: DayRow, by: NonNullable<DayRow['blocked_by']>, why: string) => tx`
  update books.day set blocked_by = ${by}, waiting = ${why}, updated_at = now()
  where day = ${day} and version = ${version} and (blocked_by is distinct from ${by} or waiting is distinct from ${why})`;

const seeAnchor = (row: DayRow, head: Head, { sql, log }: PipelineOptions): Promise<number> =>
  step(row, sql, async (tx) => {
    const { day, version, hash } = row;
    const anchor = (await anchorsOf(tx, day, head.height)).find((one) => one.version === version);
    if (!anchor) return false;
    if (anchor.bookHash !== hash) {
      const why =
        'the chain has another book of this day anchored: this database is not the one it was made from (restore the right backup)';
      if (row.blocked_by !== 'foreign-anchor') log.error({ day, version }, why);
      await block(tx, row, 'foreign-anchor', why);
      return false;
    }
    await tx`
      update books.day set state = 'anchored', anchor_height = ${anchor.height}, waiting = null, blocked_by = null, updated_at = now()
      where day = ${day} and version = ${version}`;
    log.info({ day, version, height: anchor.height }, 'anchored');
    return true;
  });

const release = (row: DayRow, head: Head, { sql, log }: PipelineOptions): Promise<number> =>
  step(row, sql, async (tx) => {
    const { day, version } = row;
    if (!(await dayBeforeIs(tx, head, row, ['released']))) return false; // a bundle shows the day before it too
    if (head.shared && !(await isProven(tx, day, head.height))) return false; // nobody owes by a book that may still become void
    await (version === 1 ? postDay : postCorrection)(tx, day, version);
    if (head.shared) await noteSharedEnergy(tx, day);
    await tx`
      update books.day set state = 'released', released_at = now(), waiting = null, blocked_by = null, updated_at = now()
      where day = ${day} and version = ${version}`;
    log.info({ day, version }, 'released');
    return true;
  });
