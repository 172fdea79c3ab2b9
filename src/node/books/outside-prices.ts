/** What the outside charges and pays, as the operator asks for it: days of the tariff with the prices of slots that stand over it. */
import { overTariff, SLOTS_PER_DAY } from '../../protocol/index.ts';
import { chainHead, type Sql } from '../db/index.ts';
import { BooksError } from './errors.ts';
import { anyGenesisOf, slotPricesOf, tariffOf } from './intake/chain-view.ts';

/** `isSet`: over the tariff. */
export interface OutsideSlot {
  slot: number;
  retailNelPerWh: number;
  feedInNelPerWh: number;
  isSet: boolean;
}

export interface OutsidePrices {
  chainId: string;
  /** chain time of the newest block, and what it is made of */
  chainUnixS: number;
  clock: { startUnixS: number; rate: number; genesisUnixS: number } | null;
  /** prices are multiples of twice that */
  tick: number;
  slots: OutsideSlot[];
}

/** Fee per meter and day, nELECTRA, of the tariff in force on a day, as the newest block has it. @throws BooksError no-index, no-tariff */
export async function feeOf(sql: Sql, day: number): Promise<bigint> {
  const head = await chainHead(sql);
  if (!head) throw new BooksError('no-index', 'the index has not begun yet');
  return (await tariffOf(sql, day, head.newest)).feePerDayNel;
}

/** Of `days` days from a day on, as the newest block has them. @throws BooksError no-index, no-tariff */
export async function outsidePrices(sql: Sql, fromDay: number, days: number): Promise<OutsidePrices> {
  const head = await chainHead(sql);
  if (!head) throw new BooksError('no-index', 'the index has not begun yet');
  const { params } = await anyGenesisOf(sql);
  const slots: OutsideSlot[] = [];
  for (let day = fromDay; day < fromDay + days; day++) {
    const set = await slotPricesOf(sql, day, head.newest);
    const isSet = new Set(set.map(({ slot }) => slot));
    const { retailNelPerWh, feedInNelPerWh } = overTariff(await tariffOf(sql, day, head.newest), day, set);
    for (let i = 0; i < SLOTS_PER_DAY; i++) {
      const slot = day * SLOTS_PER_DAY + i;
      slots.push({ slot, retailNelPerWh: retailNelPerWh[i], feedInNelPerWh: feedInNelPerWh[i], isSet: isSet.has(slot) });
    }
  }
  return { chainId: head.chainId, chainUnixS: head.chainUnixS, clock: head.clock, tick: params.tick, slots };
}
