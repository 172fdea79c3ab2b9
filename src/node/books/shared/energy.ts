/** What of each community's net was shared on a day, by slot: for its supplier, who no longer bills or pays it (docs/exchange.md). */
import { SLOTS_PER_DAY, sharedWh } from '../../../protocol/index.ts';
import { type BulkTable, insertRows } from '../../db/bulk.ts';
import type { Sql, Tx } from '../../db/index.ts';

const SHARED_ENERGY = {
  name: 'books.shared_energy',
  types: { day: 'int4', meter: 'text', member: 'text', taken_wh: 'int4[]', given_wh: 'int4[]' },
} as const satisfies BulkTable;

interface Flow {
  meter: string;
  member: string;
  import_wh: number[];
  export_wh: number[];
}

/** Notes it of a day that is released. */
export async function noteSharedEnergy(tx: Tx, day: number): Promise<void> {
  const flows = await tx<Flow[]>`
    select meter, member, import_wh, export_wh from books.entry where day = ${day} and version = 1 order by meter`;
  const taken = flows.map(() => new Array<number>(SLOTS_PER_DAY));
  const given = flows.map(() => new Array<number>(SLOTS_PER_DAY));
  for (let slot = 0; slot < SLOTS_PER_DAY; slot++) {
    const [imports, exports] = [flows.map(({ import_wh }) => import_wh[slot]), flows.map(({ export_wh }) => export_wh[slot])];
    const sum = (values: readonly number[]): number => values.reduce((all, wh) => all + wh, 0);
    const shared = Math.min(sum(imports), sum(exports));
    for (const [i, wh] of sharedWh(imports, shared).entries()) taken[i][slot] = wh;
    for (const [i, wh] of sharedWh(exports, shared).entries()) given[i][slot] = wh;
  }
  await insertRows(
    tx,
    SHARED_ENERGY,
    flows.map(({ meter, member }, i) => ({ day, meter, member, taken_wh: taken[i], given_wh: given[i] })),
  );
}

export interface SharedEnergy {
  meter: string;
  /** in the operator's list; else the treasury's address */
  name: string;
  day: number;
  takenWh: number[];
  givenWh: number[];
}

/** Of released days, by community and day. */
export const sharedEnergyOf = (sql: Sql, fromDay: number, toDay: number): Promise<SharedEnergy[]> => sql<SharedEnergy[]>`
  select e.meter, coalesce(m.name, e.member) as name, e.day, e.taken_wh as "takenWh", e.given_wh as "givenWh"
  from books.shared_energy e left join books.member m on m.address = e.member
  where e.day between ${fromDay} and ${toDay} order by e.meter, e.day`;
