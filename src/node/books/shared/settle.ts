/**
 * Sends what communities owe for a period, each sum with its proof: one Settle for all that are proven (docs/exchange.md). A row of the
 * outbox per community says how far that is; what is sent comes from books.settlement and prove.proof, which never change.
 *
 * The chain takes a community's period once. Done is what the index shows; one that is sent again before that, after a crash or because a
 * treasury's own node was faster, is refused as settled, which says the same.
 */
import { compressProof } from '../../../protocol/bundle/points.ts';
import { DAY_S, type ProofJson } from '../../../protocol/index.ts';
import { mainTypeUrlOf } from '../../../protocol/messages/main-table.ts';
import type { ChainHead, Sql } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import type { Log } from '../../shared/log.ts';
import type { BooksSigner, Submitted } from '../../signer/client.ts';
import { settledSums } from '../intake/chain-view.ts';
import { postSettlement } from '../money/ledger.ts';
import { BACKOFF_S_MAX, RESEND_S, submitted } from '../outbox.ts';

/** What the chain refuses by (chain/x/settlement/types/errors.go, chain/x/meter/types/errors.go). */
const CODESPACE = 'settlement';
const SETTLED = 23;
/**
 * Refusals that pass by themselves, as the outbox has them: the chain's clock or a block are behind this node's index, or a block is full.
 * For Postgres as well.
 */
export const PASSING = '^(settlement 21|meter 13[78]): ';
const isPassing = (refusal: string): boolean => new RegExp(PASSING).test(refusal);
const refusalOf = ({ codespace, code, log }: Submitted): string => `${codespace} ${code}: ${log}`.slice(0, 500);

/** So long a period waits for its last proof: one that cannot be made must not have the others' claims run out, four weeks after. */
const PROOFS_DUE_S = 7 * DAY_S;

/** In one message: its transaction has to fit a block beside others. */
const TOGETHER_MAX = 200;

interface Noted {
  id: string;
  from_day: number;
  meter: string;
}

interface Due extends Noted {
  amount_nel: string;
  proof: ProofJson;
  error: string | null;
}

/** Ticks off what the index shows, and sends sums that are due. Returns how many the chain took, or had. */
export async function sendSettlements(
  sql: Sql,
  signer: BooksSigner,
  log: Pick<Log, 'info' | 'warn'>,
  proofsDueS = PROOFS_DUE_S,
): Promise<number> {
  const head = await chainHead(sql);
  if (!head) return 0;
  let settled = await noteSettled(sql, await indexedEntries(sql, head));
  const due = await dueEntries(sql, proofsDueS);
  for (const period of Map.groupBy(due, ({ from_day }) => from_day).values())
    for (let at = 0; at < period.length; at += TOGETHER_MAX) settled += await send(sql, signer, period.slice(at, at + TOGETHER_MAX), log);
  return settled;
}

/**
 * Of periods whose sums are all proven: all are sent at once, so that a period's pool executes in the block that takes them. One that has
 * waited for too long goes without those that are not.
 */
const dueEntries = (sql: Sql, proofsDueS: number) => sql<Due[]>`
  with wanted as (
    select s.from_day, s.meter, s.amount_nel, o.id, o.done_at, o.error, p.proof,
      o.sent_at is null or o.sent_at < now() - make_interval(secs =>
        case when o.error is null then ${RESEND_S} else least(power(2, o.attempts), ${BACKOFF_S_MAX}) end) as due
    from books.settlement s
    join books.outbox o on o.id = 'settle:' || s.from_day || ':' || s.meter
    left join prove.proof p on p.id = encode(s.statement, 'hex') || ':' || s.meter || ':sum')
  select id, from_day, meter, amount_nel, proof, error from wanted w
  where done_at is null and due and proof is not null and (
    not exists (select from wanted other where other.from_day = w.from_day and other.proof is null)
    or exists (select from books.period p where p.from_day = w.from_day and p.noted_at < now() - make_interval(secs => ${proofsDueS})))
  order by from_day, meter`;

/** Sums that the index shows on the chain, and that are not ticked off. */
const indexedEntries = (sql: Sql, { height }: ChainHead) => sql<Noted[]>`
  select o.id, s.from_day, s.meter from books.settlement s
  join ${settledSums(sql, height)} i on i.from_day = s.from_day and i.uplink = s.meter
  join books.outbox o on o.id = 'settle:' || s.from_day || ':' || s.meter where o.done_at is null`;

async function send(sql: Sql, signer: BooksSigner, entries: readonly Due[], log: Pick<Log, 'info' | 'warn'>): Promise<number> {
  const [{ from_day: fromDay }] = entries;
  const answer = await submitted(signer, [
    {
      typeUrl: mainTypeUrlOf('Settle'),
      value: {
        fromDay,
        entries: entries.map(({ meter, amount_nel: amountNel, proof }) => ({
          ...{ uplink: meter, amountNel },
          sumProof: Buffer.from(compressProof(proof, 'sumProof')).toString('base64'),
        })),
      },
    },
  ]);
  const isThere = answer.codespace === CODESPACE && answer.code === SETTLED;
  if (answer.code !== 0 && entries.length > 1 && !isPassing(refusalOf(answer))) {
    let settled = 0; // one of them is there, or wrong: each for itself, so that it holds up no other
    for (const one of entries) settled += await send(sql, signer, [one], log);
    return settled;
  }
  if (isThere) return noteSettled(sql, entries);
  const ids = entries.map(({ id }) => id);
  const refusal = answer.code === 0 ? null : refusalOf(answer);
  await sql`
    update books.outbox set attempts = attempts + 1, sent_at = now(), tx_hash = ${answer.txHash || null}, error = ${refusal}
    where id = any(${ids})`;
  if (refusal === null) log.info({ fromDay, communities: ids.length, height: answer.height }, 'sums are on the chain, and verified');
  else if (!isPassing(refusal) && refusal !== entries[0].error) log.warn({ fromDay }, `the chain did not take a sum: ${refusal}`);
  return refusal === null ? ids.length : 0;
}

/** Notes what the chain has, and moves it in the ledger from who owes it to the pools. */
async function noteSettled(sql: Sql, entries: readonly Noted[]): Promise<number> {
  if (entries.length === 0) return 0;
  return sql.begin(async (tx) => {
    let noted = 0;
    for (const { id, from_day: fromDay, meter } of entries) {
      const done = await tx`update books.outbox set done_at = now(), error = null where id = ${id} and done_at is null`;
      if (done.count > 0) await postSettlement(tx, fromDay, meter);
      noted += done.count;
    }
    return noted;
  }) as Promise<number>;
}
