/**
 * Prices of single slots over the tariff (protocol §9.10): changed, left out or set after the fact, and slots with feed-in above retail in
 * which energy is shared all the same. The Clearing is told nothing of those, so check 3 alone holds their prices.
 */
import { type ChainFile, overTariff, type Prices, SLOT_S } from '../src/protocol/index.ts';
import { contradicting, type Files, onItsChain, plan2 } from '../test/kit/attack/forged-bundle.ts';
import { bookDay, type Plan } from '../test/kit/attack/forged-day.ts';
import { type BookedDay, TARIFF } from '../test/kit/audit/booked-day.ts';
import { FIRST_DAY } from '../test/kit/audit/readings.ts';
import type { Attack } from './attack.ts';
import { auditAttack } from './audit-attack.ts';

const group = 'prices of slots';
const DAY = FIRST_DAY + 1;
/** The exchange falls below zero, feed-in is fixed: nothing is shared. */
const UNSHARED = [44, 45] as const;

type SlotPrices = ChainFile['slotPrices'];

/** Six slots around noon; set the day before. */
const SET: SlotPrices = Array.from({ length: 6 }, (_, i) => {
  const slot = DAY * 96 + 42 + i;
  const isUnshared = UNSHARED.some((one) => one === 42 + i);
  return {
    slot,
    retailNelPerWh: isUnshared ? -40_000 : 200_000,
    feedInNelPerWh: isUnshared ? 80_000 : 60_000,
    unixS: DAY * 86_400 - 43_200,
  };
});

/** A day that is billed at `set` over the tariff. */
const pricedDay = (name: string, set: SlotPrices = SET, over: Partial<Plan> = {}): BookedDay =>
  bookDay(plan2(name, { tariff: overTariff(TARIFF, DAY, set), over: { tariff: TARIFF, slotPrices: set }, ...over }));

const cheaper: SlotPrices = SET.map((one, i) => (i === 0 ? { ...one, retailNelPerWh: 202_000 } : one));

/** The chain has prices; the book is billed at the tariff alone. */
function unapplied(): Promise<Files> {
  const day = bookDay(plan2('prices not applied'));
  return onItsChain({ ...day, chain: { ...day.chain, slotPrices: SET } });
}

const late: SlotPrices = SET.map((one, i) => (i === 0 ? { ...one, unixS: one.slot * SLOT_S - 899 } : one));

/** Shares in the slots that nothing is shared in, at their middle. */
const shared = ({ buyNelPerWh, sellNelPerWh }: Prices): Prices => {
  const at = (prices: readonly number[]) => prices.map((price, i) => (UNSHARED.some((one) => one === i) ? 20_000 : price));
  return { buyNelPerWh: at(buyNelPerWh), sellNelPerWh: at(sellNelPerWh) };
};

export const slotPriceAttacks: readonly Attack[] = [
  auditAttack({
    name: 'slot-price-changed',
    group,
    by: 'operator',
    does: 'exports a dearer price of a slot than the one that was set; book and proofs follow',
    refusedBy: ['2 state proofs'],
    bundle: () => contradicting(pricedDay('changed slot price', cheaper), { slotPrices: SET }),
  }),
  auditAttack({
    name: 'slot-prices-left-out',
    group,
    by: 'operator',
    does: 'leaves out the prices that were set, and bills at the tariff',
    refusedBy: ['2 state proofs'],
    bundle: () => contradicting(bookDay(plan2('slot prices left out')), { slotPrices: SET }),
  }),
  auditAttack({
    name: 'slot-prices-invented',
    group,
    by: 'operator',
    does: 'bills at prices of slots that nobody has set',
    refusedBy: ['2 state proofs'],
    bundle: () => contradicting(pricedDay('invented slot prices'), { slotPrices: [] }),
  }),
  auditAttack({
    name: 'slot-prices-not-applied',
    group,
    by: 'node',
    does: 'bills at the tariff where the chain has prices of slots over it',
    refusedBy: ['3 tariff'],
    bundle: unapplied,
  }),
  auditAttack({
    name: 'slot-price-after-the-fact',
    group,
    by: 'validator',
    does: 'has validators take the price of a slot a second too late',
    refusedBy: ['3 tariff'],
    bundle: () => onItsChain(pricedDay('late slot price', late)),
  }),
  auditAttack({
    name: 'shared-below-feed-in',
    group,
    by: 'node',
    does: 'shares in slots whose feed-in is above retail, at the middle of both, where the Clearing says nothing',
    refusedBy: ['3 prices'],
    bundle: () => onItsChain(pricedDay('shared below feed-in', SET, { prices: shared })),
  }),
];
