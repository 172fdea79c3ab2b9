/**
 * The days that are stated on the main chain, in Postgres: noted once, in the transaction that asks for their proof, and then what became
 * of each. Nothing that matters is in memory. A day is due when the community's own chain has verified its book.
 */
import { randomBytes } from 'node:crypto';
import type { Signals } from '../../protocol/day/witness.ts';
import { DAY_MAX, fieldToBytes, type NetWitness, type ProofJson } from '../../protocol/index.ts';
import { BLINDING_BYTES } from '../../protocol/meter/statement.ts';
import { chainHead, type Sql, type Tx } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import { UplinkError } from './errors.ts';
import { type DayTotals, type Line, type NetDay, netDay, netWitness } from './net.ts';

export interface NoteOptions {
  sql: Sql;
  line: Line;
  /** that the community shares, by SetUplink */
  days: { from: number; to?: number };
  /** src/node/proofs */
  netInput: (net: NetWitness) => Signals;
  random?: (length: number) => Uint8Array;
  log: Pick<Log, 'info' | 'warn'>;
}

const jobId = (commitment: bigint): string => `${Buffer.from(fieldToBytes(commitment)).toString('hex')}:net`;

interface TotalsRow {
  day: number;
  total_import_wh: number[];
  total_export_wh: number[];
  mask_sum: string;
  totals_blinding: string;
}

/** Days whose book is verified, as far as the index is certain, and which are not noted. `leftOut`: that stand in nobody's way. */
async function dueDays({ sql, days: { from, to = DAY_MAX } }: NoteOptions, leftOut: ReadonlySet<number>): Promise<DayTotals[]> {
  const head = await chainHead(sql);
  if (!head) return [];
  const rows = await sql<TotalsRow[]>`
    select d.day, d.total_import_wh, d.total_export_wh, d.mask_sum, d.totals_blinding
    from books.day d join chain.proven_book p on p.day = d.day and p.version = 1
    where d.version = 1 and d.state in ('anchored', 'released') and d.day between ${from} and ${to} and p.height <= ${head.height}
      and not exists (select from books.uplink_day u where u.day = d.day) and d.day <> all (${[...leftOut]}::int4[])
    order by d.day limit 50`;
  return rows.map((row) => ({
    ...{ day: row.day, totalImportWh: row.total_import_wh, totalExportWh: row.total_export_wh },
    ...{ maskSum: BigInt(row.mask_sum), x: BigInt(row.totals_blinding) },
  }));
}

/** Notes due days with their jobs. Returns how many; a day that the uplink may not state is left out, and said. */
export async function noteDays(options: NoteOptions, said: Set<number>): Promise<number> {
  const { sql, log } = options;
  let noted = 0;
  for (const totals of await dueDays(options, said)) {
    try {
      await sql.begin((tx) => noteDay(tx, totals, options));
      noted++;
    } catch (error) {
      if (!(error instanceof UplinkError) || error.code !== 'over-capacity') throw error;
      log.warn({ day: totals.day }, `the day is not shared: ${error.message}`);
      said.add(totals.day);
    }
  }
  return noted;
}

async function noteDay(tx: Tx, totals: DayTotals, { line, netInput, random = randomBytes }: NoteOptions): Promise<void> {
  const net = netDay(totals, line, new Uint8Array(random(BLINDING_BYTES)));
  const made = await tx`
    insert into books.uplink_day (day, main_chain_id, uplink, import_wh, export_wh, blinding, commitment)
    values (${net.day}, ${line.mainChainId}, ${line.uplink}, ${net.importWh}, ${net.exportWh}, ${Buffer.from(net.blinding)},
      ${String(net.C)})
    on conflict do nothing`;
  if (made.count === 0) return; // another process was first
  const signals = netInput(netWitness(totals, line, net));
  await tx`
    insert into prove.input (id, circuit, day, version, meter, book_hash, signals)
    values (${jobId(net.C)}, 'net', ${net.day}, 0, null, ${Buffer.from(fieldToBytes(net.C))}, ${JSON.stringify(signals)}::text::jsonb)`;
}

/** What is stated of a day. */
export type NotedDay = Pick<NetDay, 'day' | 'C'>;

/** Days of which it is not known yet what became of them, oldest first. */
export async function openDays(sql: Sql): Promise<NotedDay[]> {
  const rows = await sql<{ day: number; commitment: string }[]>`
    select day, commitment::text from books.uplink_day where done_at is null order by day`;
  return rows.map(({ day, commitment }) => ({ day, C: BigInt(commitment) }));
}

export interface ReadyDay extends NetDay {
  proof: ProofJson;
  box: { keyEpoch: number; sealed: Uint8Array } | null;
  error: string | null;
  /** a node of the main chain has said that it was taken */
  isSaid: boolean;
}

interface ReadyRow {
  day: number;
  import_wh: number[];
  export_wh: number[];
  blinding: Buffer;
  commitment: string;
  key_epoch: number | null;
  sealed: Buffer | null;
  error: string | null;
  tx_hash: string | null;
  proof: ProofJson;
}

const BACKOFF_S_MAX = 300;
/** So long the index has to show what a node says was taken. */
const SHOWN_WITHIN_S = 60;

/** The day to be sent next: proven, not done, and neither taken nor refused a moment ago. Older days first. */
export async function nextDay(sql: Sql): Promise<ReadyDay | undefined> {
  const [row] = await sql<ReadyRow[]>`
    select u.day, u.import_wh, u.export_wh, u.blinding, u.commitment, u.key_epoch, u.sealed, u.error, u.tx_hash, p.proof
    from books.uplink_day u join prove.proof p on p.circuit = 'net' and p.version = 0 and p.day = u.day
    where u.done_at is null
      and (u.sent_at is null or u.sent_at < now() - make_interval(secs => case when u.tx_hash is null
        then least(power(2, least(u.attempts, 10)), ${BACKOFF_S_MAX}) else ${SHOWN_WITHIN_S} end))
    order by u.day limit 1`;
  return (
    row && {
      ...{ day: row.day, importWh: row.import_wh, exportWh: row.export_wh, blinding: new Uint8Array(row.blinding) },
      ...{ C: BigInt(row.commitment), proof: row.proof, error: row.error, isSaid: row.tx_hash !== null },
      box: row.sealed && row.key_epoch !== null ? { keyEpoch: row.key_epoch, sealed: new Uint8Array(row.sealed) } : null,
    }
  );
}

/** Keeps a box before anybody sees it: by its secret the sender can show what was in it. */
export const keepBox = (sql: Sql, day: number, box: { keyEpoch: number; sealed: Uint8Array; secret: Uint8Array }) => sql`
  update books.uplink_day set key_epoch = ${box.keyEpoch}, sealed = ${Buffer.from(box.sealed)}, box_secret = ${Buffer.from(box.secret)}
  where day = ${day} and done_at is null`;

/** `other`: the main chain has another statement of the day than this database. */
type Fate = 'stated' | 'missed' | 'other';

/** What the main chain answered; `txHash`: that it was taken. `fate`: it is over with the day. */
export const noteAnswer = (sql: Sql, day: number, answer: { txHash?: string; error: string | null; fate?: Fate }) => sql`
  update books.uplink_day set attempts = attempts + 1, sent_at = now(),
    tx_hash = ${answer.fate ? sql`tx_hash` : answer.txHash || null}, error = ${answer.error}, fate = ${answer.fate ?? null},
    done_at = case when ${answer.fate ?? null}::text is null then null else now() end
  where day = ${day} and done_at is null`;

export interface UplinkDayState {
  day: number;
  state: 'proving' | 'sending' | Fate;
  error: string | null;
}

/** The newest days, newest first. */
export const uplinkDays = (sql: Sql, limit = 14): Promise<UplinkDayState[]> => sql<UplinkDayState[]>`
  select u.day, u.error, coalesce(u.fate, case when exists (
    select from prove.proof p where p.circuit = 'net' and p.version = 0 and p.day = u.day) then 'sending' else 'proving' end) as state
  from books.uplink_day u order by u.day desc limit ${limit}`;
