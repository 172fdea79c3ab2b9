/**
 * Has the chain verify what is anchored (docs/prove-book.md): a book with its proofs goes to the chain in parts, first books in the order
 * of days, later versions one after the other. Rows of the outbox say how far that is, but not with what: the bytes are those of book and
 * proofs, which never change once they are anchored.
 *
 * A crash leaves parts on the chain that nobody goes on with: part 0 drops them there, so a whole is always sent from its beginning. One
 * that was taken and not noted is refused as proven when it comes again, which says just that.
 */
import { encodeSharedWhole, encodeWhole, isElectraError, parseProofs, proveParts } from '../../protocol/index.ts';
import { typeUrlOf } from '../../protocol/messages/table.ts';
import type { ChainHead, Sql } from '../db/index.ts';
import { chainHead } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import type { BooksSigner, Submitted } from '../signer/client.ts';
import { frozenRosters, isSharedChain, provenBooks, voidDays } from './intake/chain-view.ts';
import { BACKOFF_S_MAX, RESEND_S, submitted } from './outbox.ts';

/** What the chain refuses by (chain/x/meter/types/errors.go), where the node does not simply say so and try again later. */
const CODES = { proven: 122, order: 123, perBlock: 137, tried: 138 } as const;
/** Refusals that pass by themselves: a block is full, or this node is ahead of its index. */
const PASSING: ReadonlySet<number> = new Set([CODES.order, CODES.perBlock, CODES.tried]);
const CODESPACE = 'meter';

const VOID = 'the day is void: no version 1 of its book was proven within 14 days of its freeze, and none can be any more';

interface Due {
  id: string;
  day: number;
  version: number;
  book: string;
  proofs: string;
  error: string | null;
}

/** Has due books proven, one after the other, and ticks off what the index shows. Returns how many the chain took or the index showed. */
export async function proveBooks(sql: Sql, signer: BooksSigner, log: Pick<Log, 'info' | 'warn'>, partBytes?: number): Promise<number> {
  const head = await chainHead(sql);
  if (!head) return 0;
  await noteAnchored(sql);
  const encode = (await isSharedChain(sql)) ? encodeSharedWhole : encodeWhole;
  let steps = await settleProven(sql, head);
  for (let due = await nextDue(sql, head); due; due = await nextDue(sql, head)) {
    const answer = await sendWhole(due, signer, { encode, partBytes });
    await noteAnswer(sql, due, answer, log);
    if (answer.code !== 0) return steps;
    steps++;
  }
  return steps;
}

/** Notes what is anchored and not yet under way. */
const noteAnchored = (sql: Sql) => sql`
  insert into books.outbox (id, message)
  select 'prove:' || day || ':' || version,
    jsonb_build_object('typeUrl', ${typeUrlOf('ProveBook')}::text, 'value', jsonb_build_object('day', day, 'version', version))
  from books.day where state in ('anchored', 'released') and proofs is not null
  on conflict do nothing`;

/** Ticks off what the index shows as proven, and days that are void: nothing can be sent of them. */
async function settleProven(sql: Sql, head: ChainHead): Promise<number> {
  const proven = await sql`
    update books.outbox set done_at = now(), error = null
    where done_at is null and id in (select 'prove:' || day || ':' || version from ${provenBooks(sql, head.height)} p)`;
  await sql`
    update books.outbox set done_at = now(), error = ${VOID}
    where done_at is null and id in (select 'prove:' || day || ':1' from ${voidDays(sql, head)} v)`;
  return proven.count;
}

/** The next book that the chain should take now. What it took and the index does not show yet counts as proven here. */
async function nextDue(sql: Sql, head: ChainHead): Promise<Due | undefined> {
  const [due] = await sql<Due[]>`
    with waiting as (
      select id, split_part(id, ':', 2)::int4 as day, split_part(id, ':', 3)::int4 as version, attempts, sent_at, error
      from books.outbox where id like 'prove:%' and done_at is null),
    held as (
      select day, version from waiting where sent_at is null or error is not null
      union all
      select r.day, 1 from ${frozenRosters(sql, { late: false, upTo: head.height })} r
      where not exists (select from books.outbox o where o.id = 'prove:' || r.day || ':1')
        and not exists (select from ${provenBooks(sql, head.height)} p where p.day = r.day and p.version = 1)
        and not exists (select from ${voidDays(sql, head)} v where v.day = r.day)
        and not exists (select from books.day b where b.day = r.day and b.blocked_by = 'void'))
    select w.id, w.day, w.version, w.error, d.book, d.proofs from waiting w join books.day d using (day, version)
    where (w.sent_at is null or w.sent_at < now() - make_interval(secs =>
        case when w.error is null then ${RESEND_S} else least(power(2, w.attempts), ${BACKOFF_S_MAX}) end))
      and not exists (select from held h where
        case when w.version = 1 then h.version = 1 and h.day = w.day - 1 else h.day = w.day and h.version < w.version end)
    order by w.version > 1, w.day, w.version limit 1`;
  return due;
}

/** Sends all parts, from the first on. The answer to the last one, or to the first that was refused. */
async function sendWhole(
  { day, version, book, proofs }: Due,
  signer: BooksSigner,
  { encode, partBytes }: { encode: typeof encodeWhole; partBytes?: number },
): Promise<Submitted> {
  let parts: Uint8Array[];
  try {
    parts = proveParts(encode(book, parseProofs(proofs)), partBytes);
  } catch (error) {
    if (!isElectraError(error)) throw error;
    return { txHash: '', height: 0, code: -1, codespace: 'node', log: error.message };
  }
  for (let part = 0; ; part++) {
    const value = { day, version, part, parts: parts.length, bytes: Buffer.from(parts[part]).toString('base64') };
    const answer = await submitted(signer, [{ typeUrl: typeUrlOf('ProveBook'), value }]);
    if (answer.code !== 0 || part === parts.length - 1) return answer;
  }
}

async function noteAnswer(
  sql: Sql,
  { id, day, version, error }: Due,
  { code, codespace, log: said, txHash, height }: Submitted,
  log: Pick<Log, 'info' | 'warn'>,
): Promise<void> {
  const own = codespace === CODESPACE;
  const refusal = code === 0 || (own && code === CODES.proven) ? null : `${codespace} ${code}: ${said}`.slice(0, 500);
  await sql`
    update books.outbox set attempts = attempts + 1, sent_at = now(), tx_hash = ${txHash || null}, error = ${refusal} where id = ${id}`;
  if (refusal === null) log.info({ day, version, height }, 'book and proofs are on the chain, and verified');
  else if (own && PASSING.has(code)) log.info({ day, version, code }, `the chain takes the book's proofs later: ${said}`);
  else if (refusal !== error) log.warn({ day, version, code }, `the chain did not take the book's proofs: ${refusal}`);
}
