/**
 * What the node wants to say on the chain, written in the transaction that decides it and sent afterwards. Sent once or more, it takes
 * effect once: the chain refuses a second dispute of a day and a second anchor of a version. Done is what the index shows, never what a
 * sender believes; or a dispute that the chain takes no more, with the reason in `error`.
 */
import { type Book, fieldToBytes } from '../../protocol/index.ts';
import { typeUrlOf } from '../../protocol/messages/table.ts';
import type { ChainHead, Sql, Tx } from '../db/index.ts';
import { chainHead, isRetryable } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import type { BooksSigner, OperatorMessage, Submitted } from '../signer/client.ts';
import { anchoredBooks, disputedDays, isSharedChain, voidDays } from './intake/chain-view.ts';

const TOGETHER_MAX = 50;
/** Sent and not yet seen in the index after this long: sent again. */
export const RESEND_S = 60;
export const BACKOFF_S_MAX = 300;

async function ask(tx: Tx, id: string, message: OperatorMessage): Promise<void> {
  await tx`insert into books.outbox (id, message) values (${id}, ${JSON.stringify(message)}::text::jsonb) on conflict (id) do nothing`;
}

/** Asks for DisputeDay; `reason` is public on the chain. */
export const askDispute = (tx: Tx, { meter, day, reason }: { meter: string; day: number; reason: string }): Promise<void> =>
  ask(tx, `dispute:${meter}:${day}`, { typeUrl: typeUrlOf('DisputeDay'), value: { meter, day, reason } });

/**
 * Ends the dispute of a late statement whose time is over, asked for or not: the chain would refuse it for ever. What nobody can open or
 * dispute any more is lost: the day fails its audits, and is settled all the same.
 */
export async function endDispute(tx: Tx, { meter, day, reason }: { meter: string; day: number; reason: string }): Promise<void> {
  await askDispute(tx, { meter, day, reason });
  const why = `${LOST} (${reason}): the chain takes no dispute of it since anchorDue after the late roster`;
  await tx`update books.outbox set done_at = now(), error = ${why} where id = ${`dispute:${meter}:${day}`} and done_at is null`;
}
const LOST = 'a late statement that is lost';

/** (meter, day) of each late statement that can be neither billed nor disputed any more. */
export const lostDays = (sql: Sql | Tx) => sql<{ meter: string; day: number }[]>`(
  select split_part(id, ':', 2) as meter, split_part(id, ':', 3)::int4 as day
  from books.outbox where id like 'dispute:%' and done_at is not null and error is not null)`;

/** Asks for AnchorBook, with the X of a first book. */
export const askAnchor = (tx: Tx, { day, version, X }: Pick<Book, 'day' | 'version' | 'X'>, bookHash: Uint8Array): Promise<void> =>
  ask(tx, `anchor:${day}:${version}`, {
    typeUrl: typeUrlOf('AnchorBook'),
    value: { day, version, bookHash: base64(bookHash), ...(X === null ? {} : { totals: base64(fieldToBytes(X)) }) },
  });
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Ticks off what the index shows on the chain. */
export async function settleOutbox(sql: Sql): Promise<number> {
  const head = await chainHead(sql);
  if (!head) return 0;
  const done = await sql`
    update books.outbox o set done_at = now(), error = null where done_at is null and (
      exists (select from ${disputedDays(sql, head.height)} d where o.id = 'dispute:' || d.meter || ':' || d.day)
      or exists (select from ${anchoredBooks(sql, head.height)} a where o.id = 'anchor:' || a.day || ':' || a.version))`;
  const voided = (await isSharedChain(sql)) ? await giveUpVoid(sql, head) : 0;
  return done.count + voided;
}

const VOID = 'the day is void: the chain takes no book of it any more';

/** An anchor of a day that is void where communities share: the chain passes over it, and so do the books after it. */
async function giveUpVoid(sql: Sql, head: ChainHead): Promise<number> {
  const given = await sql`
    update books.outbox set done_at = now(), error = ${VOID}
    where done_at is null and id in (select 'anchor:' || day || ':1' from ${voidDays(sql, head)} v)`;
  return given.count;
}

interface Waiting {
  id: string;
  message: OperatorMessage;
  attempts: number;
}

/** Sends what is due. Returns how many messages the chain took. A signer that is away leaves everything as it is. */
export async function sendOutbox(sql: Sql, signer: BooksSigner, log: Pick<Log, 'info' | 'warn'>): Promise<number> {
  // First books go in the order of days: one that the chain has refused holds back those after it, and nothing else.
  const waiting = await sql<Waiting[]>`
    select id, message, attempts from books.outbox o
    where id not like 'prove:%' and id not like 'settle:%'
      and not (id like 'anchor:%:1' and exists (select from books.outbox earlier where earlier.id like 'anchor:%:1'
        and earlier.created_at < o.created_at and earlier.done_at is null and earlier.error is not null))
      and done_at is null and (sent_at is null or sent_at < now() - make_interval(secs =>
      case when error is null then ${RESEND_S} else least(power(2, attempts), ${BACKOFF_S_MAX}) end))
    order by created_at, id limit 200`;
  if (waiting.length === 0) return 0;
  const disputes = waiting.filter(({ id }) => id.startsWith('dispute:'));
  const groups = [
    ...Array.from({ length: Math.ceil(disputes.length / TOGETHER_MAX) }, (_, i) =>
      disputes.slice(i * TOGETHER_MAX, (i + 1) * TOGETHER_MAX),
    ),
    ...waiting.filter(({ id }) => !id.startsWith('dispute:')).map((one) => [one]),
  ];
  let taken = 0;
  for (const group of groups) taken += await send(sql, signer, group, log);
  return taken;
}

/** The chain's answer, or the signer's refusal as one. @throws where either is away */
export async function submitted(signer: BooksSigner, messages: readonly OperatorMessage[]): Promise<Submitted> {
  try {
    return await signer.submit(messages);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'unreachable' || code === 'chain-unreachable' || isRetryable(error)) throw error;
    return { txHash: '', height: 0, code: -1, codespace: 'signer', log: (error as Error).message };
  }
}

// A transaction is all or nothing: where a group is refused, its messages go one by one, so that one bad message holds up no other.
async function send(sql: Sql, signer: BooksSigner, group: readonly Waiting[], log: Pick<Log, 'info' | 'warn'>): Promise<number> {
  const answer = await submitted(
    signer,
    group.map(({ message }) => message),
  );
  if (answer.code !== 0 && group.length > 1) {
    let taken = 0;
    for (const one of group) taken += await send(sql, signer, [one], log);
    return taken;
  }
  const ids = group.map(({ id }) => id);
  const refusal = answer.code === 0 ? null : `${answer.codespace} ${answer.code}: ${answer.log}`.slice(0, 500);
  await sql`
    update books.outbox set attempts = attempts + 1, sent_at = now(), tx_hash = ${answer.txHash || null}, error = ${refusal}
    where id = any(${ids})`;
  if (refusal === null)
    log.info({ messages: ids.length, height: answer.height }, `on the chain: ${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`);
  else log.warn({ id: ids[0] }, `the chain refused ${ids[0]}: ${refusal}`);
  return refusal === null ? ids.length : 0;
}
