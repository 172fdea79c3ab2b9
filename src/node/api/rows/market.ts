/** What a community shared and settled with others. Every statement names the owner, besides the policies of the tables. */
import type { Transaction } from '../pool.ts';

export interface SharedDayRow {
  day: number;
  meter: string;
  taken_wh: number[];
  given_wh: number[];
  amount_nel: string;
}

export const readSharedDays = (tx: Transaction, owner: string, { from, to }: { from: number; to: number }): Promise<SharedDayRow[]> =>
  tx.query<SharedDayRow>(
    (sql) => sql`
    select s.day, s.meter, s.taken_wh, s.given_wh, e.amount_nel
    from books.shared_energy s
    join books.entry e on e.day = s.day and e.meter = s.meter and e.version = 1 and e.member = ${owner}
    where s.member = ${owner} and s.day between ${from} and ${to}
    order by s.day, s.meter`,
  );

export interface SettlementRow {
  from_day: number;
  meter: string;
  amount_nel: string;
}

export const readSettlements = (tx: Transaction, owner: string, limit: number): Promise<SettlementRow[]> =>
  tx.query<SettlementRow>(
    (sql) => sql`
    select from_day, meter, amount_nel from books.settlement where member = ${owner}
    order by from_day desc, meter limit ${limit}`,
  );
