/** Where the members are communities (docs/exchange.md): which chain it is, and what of one's own was shared. */
import type { Transaction } from '../pool.ts';

/** Whether the members of the indexed chain are communities. */
export async function isShared(tx: Transaction): Promise<boolean> {
  const [{ shared }] = await tx.query<{ shared: boolean | null }>((sql) => sql`select access.is_shared() as shared`);
  return shared === true;
}

export interface SharedRow {
  day: number;
  meter: string;
  taken_wh: number[];
  given_wh: number[];
}

/** Of released days, by slot. */
export const readSharedEnergy = (
  tx: Transaction,
  owner: string,
  { meter, from, to }: { meter?: string | null; from: number; to: number },
): Promise<SharedRow[]> =>
  tx.query<SharedRow>(
    (sql) => sql`
    select day, meter, taken_wh, given_wh from books.shared_energy
    where member = ${owner} and day between ${from} and ${to} ${meter == null ? sql`` : sql`and meter = ${meter}`} order by day, meter`,
  );
