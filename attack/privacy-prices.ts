/**
 * Solving a slot's price for supply and demand (protocol §2: finer prices let anybody solve them). On `suburb`, 41 households of which a
 * single one exports: how many pairs (D, E) of whole Wh fit the published prices of a slot, with prices in steps of `tick` and in steps of
 * 1.
 *
 * The neighbour knows what is public: rule, tariff, prices, and each meter's maxWhPerSlot, so D and E are bounded. Where the producer
 * covers everything (D ≤ E) the sell price tells, otherwise the buy price. With E = 0 the buy price is the retail price, whatever D: that
 * nobody exported is public.
 */
import { loadCommunity } from '../simulator/profiles.ts';
import { maxWhPerSlot, SimulatedMeter } from '../simulator/registers.ts';
import { slotPrice } from '../src/protocol/index.ts';
import { once } from '../test/kit/made-once.ts';
import type { Attack, Outcome } from './attack.ts';

const group = 'privacy: prices';
const [RETAIL, FEED_IN, TICK] = [300_000, 80_000, 1000];
const MID = (RETAIL + FEED_IN) / 2;
/** The middle of June: days with much sun. */
const [FROM_ROW, DAYS] = [165 * 96, 7];

interface Slot {
  demandWh: number;
  supplyWh: number;
  producerWh: number;
}

/** What the meters of suburb measured in a week, slot by slot. */
const week = once(async (): Promise<{ slots: Slot[]; demandMaxWh: number; supplyMaxWh: number; exporters: number }> => {
  const { members, columns } = await loadCommunity('suburb');
  const meters = members.map((member) => new SimulatedMeter(member, columns));
  const last = members.map(() => ({ i: 0n, e: 0n }));
  const slots = Array.from({ length: DAYS * 96 }, (_, row): Slot => {
    const steps = meters.map((meter, m) => {
      const { importRegisterWh, exportRegisterWh } = meter.advance(FROM_ROW + row);
      const step = { i: Number(importRegisterWh - last[m].i), e: Number(exportRegisterWh - last[m].e) };
      last[m] = { i: importRegisterWh, e: exportRegisterWh };
      return step;
    });
    const sum = (key: 'i' | 'e') => steps.reduce((total, step) => total + step[key], 0);
    return { demandWh: sum('i'), supplyWh: sum('e'), producerWh: Math.max(...steps.map(({ e }) => e)) };
  });
  const producers = members.filter(({ pvProfile }) => pvProfile);
  const max = (list: typeof members) => list.reduce((sum, member) => sum + maxWhPerSlot(member), 0);
  return { slots, demandMaxWh: max(members), supplyMaxWh: max(producers), exporters: producers.length };
});

/**
 * Pairs of 1 … supplyMax and demandMin … demandMax that give just these prices. For each D the E that fit are an interval, since buy falls
 * and sell falls as E rises.
 */
function pairsThatFit(
  { demandWh, supplyWh }: Slot,
  tick: number,
  [demandMinWh, demandMaxWh]: readonly [number, number],
  supplyMaxWh: number,
): number {
  const seen = slotPrice(demandWh, supplyWh, RETAIL, FEED_IN, tick);
  // buy − sell as one number that falls as E rises: R − F with no supply, 0 … at equality, and on to mid − F.
  const key = ({ buy, sell }: { buy: number; sell: number }): number => buy + sell;
  const wanted = key(seen);
  const firstAtMost = (demand: number, bound: number): number => {
    let [low, high] = [1, supplyMaxWh + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (key(quick(demand, middle, tick)) <= bound) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  let pairs = 0;
  for (let demand = demandMinWh; demand <= demandMaxWh; demand++) pairs += firstAtMost(demand, wanted - 1) - firstAtMost(demand, wanted);
  return pairs;
}

/** slotPrice in plain numbers: all products stay below 2^53 here. */
function quick(d: number, e: number, tick: number): { buy: number; sell: number } {
  const inside = Math.min(d, e);
  const buy = d <= e ? MID : Math.ceil((inside * MID + (d - inside) * RETAIL) / (d * tick)) * tick;
  const sell = e <= d ? MID : Math.floor((inside * MID + (e - inside) * FEED_IN) / (e * tick)) * tick;
  return { buy, sell };
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)];

interface Figures {
  median: number;
  least: number;
  unique: number;
  count: number;
}

/** `known`: how closely the neighbour knows D, as a fraction; null: by the public bounds alone. */
async function solve(tick: number, known: number | null): Promise<Figures> {
  const { slots, demandMaxWh, supplyMaxWh } = await week();
  const sunny = slots.filter(({ supplyWh, demandWh }) => supplyWh > 0 && demandWh > 0).filter((_, i) => known !== null || i % 24 === 0);
  const bounds = (d: number): readonly [number, number] =>
    known === null ? [1, demandMaxWh] : [Math.max(1, Math.ceil(d * (1 - known))), Math.floor(d * (1 + known))];
  const counts = sunny.map((slot) => pairsThatFit(slot, tick, bounds(slot.demandWh), supplyMaxWh)).sort((a, b) => a - b);
  return { median: median(counts), least: counts[0], unique: counts.filter((n) => n === 1).length, count: counts.length };
}

const words = (tick: number, knows: string, { median: middle, least, unique, count }: Figures): string =>
  `tick ${tick}, ${knows}: a median of ${middle.toLocaleString('en')} pairs (D, E) fits, at least ${least.toLocaleString('en')}; a ` +
  `single pair in ${unique} of ${count} slots with export`;

/** Hidden: so many pairs that none stands out, and nowhere a single one. Solved: a handful. */
const [HIDDEN_PAIRS, SOLVED_PAIRS] = [1000, 100];
const CLOSELY = 0.01;

async function inversion(): Promise<Outcome> {
  const [coarse, fine, coarseAlone, fineAlone] = [
    await solve(TICK, CLOSELY),
    await solve(1, CLOSELY),
    await solve(TICK, null),
    await solve(1, null),
  ];
  const [closely, alone] = ['D known to 1 %', 'D and E known by public bounds'];
  return {
    refusals: coarse.unique === 0 && coarse.median >= HIDDEN_PAIRS ? ['tick'] : [],
    without: {
      succeeds: fine.median <= SOLVED_PAIRS,
      how: `with tick 1 a median of ${fine.median.toLocaleString('en')} pairs remains to somebody who knows the demand to 1 %`,
    },
    figures: [words(TICK, closely, coarse), words(1, closely, fine), words(TICK, alone, coarseAlone), words(1, alone, fineAlone)],
  };
}

/**
 * The single exporter is one household: E is its reading. Whoever can guess D from outside (a transformer's meter, the sum of its own
 * members) has it.
 */
async function singleExporter(): Promise<Outcome> {
  const { slots, exporters } = await week();
  const sunny = slots.filter(({ supplyWh, demandWh }) => supplyWh > 0 && demandWh > supplyWh);
  const width = (slot: Slot, tick: number): number => {
    const { buy } = slotPrice(slot.demandWh, slot.supplyWh, RETAIL, FEED_IN, tick);
    const atMost = ((RETAIL - buy + tick) / (RETAIL - MID)) * slot.demandWh;
    const atLeast = ((RETAIL - buy) / (RETAIL - MID)) * slot.demandWh;
    return atMost - atLeast;
  };
  const at = (tick: number) => median(sunny.map((slot) => width(slot, tick)).sort((a, b) => a - b));
  const dark = slots.filter(({ supplyWh }) => supplyWh === 0).length;
  const told = slots.filter((slot) => slotPrice(slot.demandWh, slot.supplyWh, RETAIL, FEED_IN, TICK).buy === RETAIL).length;
  return {
    refusals: [],
    without: { cannot: 'nothing refuses this: it is what prices tell in a community with one exporter, and documented in docs/privacy.md' },
    figures: [
      `${exporters} of the community's meters exports, so E is one household's reading`,
      `who knows D exactly knows E within ${at(TICK).toFixed(1)} Wh (median) at tick ${TICK}, within ${at(1).toFixed(2)} Wh at tick 1`,
      `in ${told} of ${slots.length} slots buy is the retail price: there the household exported nothing, or next to nothing (it was ` +
        `nothing in ${dark})`,
    ],
  };
}

export const priceLeaks: readonly Attack[] = [
  {
    name: 'prices-solved-for-totals',
    group,
    by: 'neighbour',
    does: "solves each slot's prices for supply and demand",
    refusedBy: ['tick'],
    run: inversion,
  },
  {
    name: 'single-exporter',
    group,
    by: 'neighbour',
    does: "knows the demand and reads the only exporter's supply off the price",
    refusedBy: [],
    run: singleExporter,
  },
];
