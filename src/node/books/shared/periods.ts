/**
 * Periods of settlement (docs/exchange.md): seven days in a row from the chain's first day on. A period is over when each of its days is
 * proven or void by what the index shows; then its communities' sums are noted, once, with what a prover needs for each. The openings of
 * the bills are the node's own; which days count is the chain's word.
 */
import { createHash } from 'node:crypto';
import { firstFrozenDay } from '../../../protocol/genesis/index.ts';
import { type BillSumPublic, canonicalJson, gridId, meterTag, PERIOD_DAYS } from '../../../protocol/index.ts';
import { type BulkTable, insertRows } from '../../db/bulk.ts';
import type { ChainHead, Sql, Tx } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import type { Log } from '../../shared/log.ts';
import { storeJobs } from '../draft/save.ts';
import { chainDaysOf, frozenRosters, provenBooks, sharedGenesisOf, voidDays } from '../intake/chain-view.ts';
import { sumJobId } from '../job-id.ts';
import type { SharedBuilders } from './jobs.ts';
import { PASSING } from './settle.ts';

export interface PeriodOptions {
  sql: Sql;
  builders: Pick<SharedBuilders, 'billSumInput'>;
  /** called after sums are committed: prove.input has new rows */
  onNoted?: (fromDay: number) => void;
  log: Pick<Log, 'info'>;
}

/** Notes periods that are over. Returns how many. */
export async function notePeriods(options: PeriodOptions): Promise<number> {
  const { sql, onNoted, log } = options;
  const head = await chainHead(sql);
  if (!head) return 0;
  let noted = 0;
  for (let from = await nextPeriod(sql); await isOver(sql, head, from); from += PERIOD_DAYS) {
    const sums = await notePeriod(options, head, from);
    log.info({ fromDay: from, communities: sums }, 'a period is over: its sums are to be proven');
    onNoted?.(from);
    noted++;
  }
  return noted;
}

/** The first day of the next one to be noted. */
async function nextPeriod(sql: Sql): Promise<number> {
  const [{ last }] = await sql<{ last: number | null }[]>`select max(from_day) as last from books.period`;
  if (last !== null) return last + PERIOD_DAYS;
  const genesis = await sharedGenesisOf(sql);
  const first = firstFrozenDay(genesis); // and that of settlement itself (chain/mainapp/settling.go)
  return first + Math.max(0, Math.floor((genesis.nextFreezeDay - first) / PERIOD_DAYS)) * PERIOD_DAYS;
}

async function isOver(sql: Sql, head: ChainHead, from: number): Promise<boolean> {
  const to = from + PERIOD_DAYS - 1;
  const [{ done }] = await sql<{ done: number }[]>`
    select count(*)::int4 as done from ${frozenRosters(sql, { late: false, upTo: head.height })} r
    where r.day between ${from} and ${to} and (
      exists (select from ${provenBooks(sql, head.height)} p where p.day = r.day and p.version = 1)
      or exists (select from ${voidDays(sql, head)} v where v.day = r.day)
      or exists (select from books.day d where d.day = r.day and d.blocked_by = 'void'))`;
  return done === PERIOD_DAYS;
}

interface BillRow {
  meter: string;
  day: number;
  amount_nel: string;
  bill: string;
  bill_blinding: string;
}

/** The bills of a period that the chain has verified. */
const billsOf = (tx: Tx, { height }: ChainHead, from: number) => tx<BillRow[]>`
  select e.meter, e.day, e.amount_nel, e.bill, e.bill_blinding
  from books.entry e join ${provenBooks(tx, height)} p using (day, version)
  where e.version = 1 and e.day >= ${from} and e.day < ${from + PERIOD_DAYS} order by e.meter, e.day`;

const SETTLEMENT = {
  name: 'books.settlement',
  types: { from_day: 'int4', meter: 'text', member: 'text', amount_nel: 'numeric', bills: 'numeric[]', statement: 'bytea' },
} as const satisfies BulkTable;

/** What a proof of a sum is about, in one word. */
const statementOf = ({ gridId: grid, meterTag: tag, firstDay, B, totalNel }: BillSumPublic): Buffer =>
  createHash('sha256')
    .update(canonicalJson(['electra/bill-sum/v1', String(grid), String(tag), String(firstDay), B.map(String), String(totalNel)]))
    .digest();

async function notePeriod({ sql, builders }: PeriodOptions, head: ChainHead, from: number): Promise<number> {
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('electra.books.period'), ${from}::int4)`;
    const made = await tx`insert into books.period (from_day) values (${from}) on conflict do nothing`;
    if (made.count === 0) return 0; // somebody else's
    const byMeter = [...Map.groupBy(await billsOf(tx, head, from), ({ meter }) => meter)];
    const meters = byMeter.map(([meter]) => meter);
    const treasuries = await chainDaysOf(tx, from, meters, head.height);
    const sums = byMeter.map(([meter, bills], i) => ({ meter, member: treasuries[i].member, ...sumOf(head.chainId, from, meter, bills) }));
    await insertRows(
      tx,
      SETTLEMENT,
      sums.map(({ meter, member, sum, statement }) => ({
        ...{ from_day: from, meter, member, statement },
        amount_nel: sum.totalNel,
        bills: `{${sum.B.join(',')}}`,
      })),
    );
    for (const { meter, sum, statement } of sums) {
      const hash = statement.toString('hex');
      const signals = builders.billSumInput(sum);
      await storeJobs(tx, { book: { day: from, version: 0 }, hash }, [{ id: sumJobId(hash, meter), circuit: 'bill-sum', meter, signals }]);
    }
    for (const { meter } of sums)
      await tx`insert into books.outbox (id, message) values (${`settle:${from}:${meter}`}, '{}') on conflict do nothing`;
    return sums.length;
  }) as Promise<number>;
}

function sumOf(chainId: string, firstDay: number, meter: string, bills: readonly BillRow[]) {
  const of = (day: number): BillRow | undefined => bills.find((bill) => bill.day === day);
  const days = Array.from({ length: PERIOD_DAYS }, (_, i) => of(firstDay + i));
  const values = (key: 'amount_nel' | 'bill' | 'bill_blinding'): bigint[] => days.map((bill) => (bill ? BigInt(bill[key]) : 0n));
  const amountsNel = values('amount_nel');
  const sum = {
    ...{ gridId: gridId(chainId), meterTag: meterTag(meter), firstDay, B: values('bill'), amountsNel, s: values('bill_blinding') },
    totalNel: amountsNel.reduce((all, amount) => all + amount, 0n),
  };
  return { sum, statement: statementOf(sum) };
}

export interface PeriodSum {
  fromDay: number;
  meter: string;
  /** in the operator's list; else the treasury's address */
  name: string;
  amountNel: string;
  /** `proving`, `sending`, `settled`, or the chain's words where it refused it */
  state: string;
}

/** What communities owe for the periods that are over, oldest first. */
export const periodsOf = (sql: Sql): Promise<PeriodSum[]> => sql<PeriodSum[]>`
  select s.from_day as "fromDay", s.meter, coalesce(m.name, s.member) as name, s.amount_nel::text as "amountNel",
    case when o.done_at is not null then 'settled' when o.error !~ ${PASSING} then o.error
      when exists (select from prove.proof p where p.id = encode(s.statement, 'hex') || ':' || s.meter || ':sum') then 'sending'
      else 'proving' end as state
  from books.settlement s
  join books.outbox o on o.id = 'settle:' || s.from_day || ':' || s.meter
  left join books.member m on m.address = s.member
  order by s.from_day, s.meter`;
