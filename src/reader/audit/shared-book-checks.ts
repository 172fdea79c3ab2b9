/**
 * Check 3 of a book of communities (docs/shared-rule.md), by what the chain says of its day: who is in it, at which tariff and prices,
 * under which keys. The chain holds its operator to the same by another hand (chain/x/meter/keeper/shared_rules.go), and an auditor
 * believes neither. The prices' rule itself is proven by the shared clearing, whose public inputs are made here, as those of the bills
 * are.
 */
import {
  fieldSum,
  gridId,
  isVoidAtFreeze,
  LEAST_METERED,
  MAIN_CIRCUIT_NAMES,
  type MainCircuitName,
  meterTag,
  type ProofsFile,
  type Roster,
  rhoOf,
  type SharedBook,
  SLOTS_PER_DAY,
  sharedPriceFault,
  type Tariff,
} from '../../protocol/index.ts';
import { clearingSharedPublic, dayBillPublic } from '../verifier/index.ts';
import type { Fault } from './checks.ts';
import { digestOf } from './roster-checks.ts';

/** What the chain's state says of a day. */
export interface SharedDayFacts {
  chainId: string;
  tick: number;
  keyIds: Readonly<Record<MainCircuitName, string>>;
  roster: Roster;
  disputed: ReadonlySet<string>;
  /** in force, with the prices of slots over it */
  tariff: Tariff;
  /** hidden totals, as anchored */
  totals: bigint;
}

/** The book names its roster. One that has no encoding has no digest either. */
function digestFaults({ rosterDigest }: SharedBook, roster: Roster): Fault[] {
  const digest = digestOf(roster);
  if (typeof digest !== 'string') return [digest];
  return rosterDigest === digest ? [] : [{ detail: `the roster's digest is ${rosterDigest}, expected ${digest}` }];
}

/** Everybody of the roster is in the book: metered by an undisputed commitment of it, or absent. */
function meterFaults(book: SharedBook, { roster, disputed }: SharedDayFacts): Fault[] {
  const entries = new Map(book.meters.map((entry) => [entry.meter, entry]));
  const listed = new Set(roster.meters.map(({ meter }) => meter));
  const strangers = book.meters.filter(({ meter }) => !listed.has(meter));
  return [
    ...strangers.map(({ meter }): Fault => ({ meter, detail: 'in the book, but not on the roster' })),
    ...roster.meters.flatMap(({ meter, commitment }): Fault[] => {
      const entry = entries.get(meter);
      if (!entry) return [{ meter, detail: 'on the roster, but not in the book' }];
      const due = commitment === null || disputed.has(meter) ? 'absent' : 'metered';
      if (entry.source !== due) return [{ meter, detail: `booked as ${entry.source}; roster and disputes say ${due}` }];
      return entry.source === 'metered' && entry.C !== commitment ? [{ meter, detail: "C is not the roster's" }] : [];
    }),
  ];
}

function tariffFaults({ tariff }: SharedBook, due: Tariff): Fault[] {
  const faults: Fault[] = [];
  if (tariff.rule !== due.rule || tariff.feePerDayNel !== due.feePerDayNel) faults.push({ detail: "rule or fee are not the chain's" });
  for (let slot = 0; slot < SLOTS_PER_DAY; slot++)
    if (tariff.retailNelPerWh[slot] !== due.retailNelPerWh[slot] || tariff.feedInNelPerWh[slot] !== due.feedInNelPerWh[slot])
      faults.push({ slot, detail: `the price of what is shared is ${tariff.retailNelPerWh[slot]}, expected ${due.retailNelPerWh[slot]}` });
  return faults;
}

/** By what is wrong with it: the name of the line of check 3 → its faults, none where it holds. */
export function sharedBookFaults(
  book: SharedBook,
  of: SharedDayFacts,
): Record<'book' | 'meters' | 'tariff' | 'prices' | 'keys' | 'anchor', Fault[]> {
  const { tariff, prices, meters } = book;
  const metered = meters.filter(({ source }) => source === 'metered').length;
  const few: Fault[] = metered < LEAST_METERED ? [{ detail: `${metered} metered, expected at least ${LEAST_METERED}` }] : [];
  const void_: Fault[] = isVoidAtFreeze(of.roster.meters) ? [{ detail: 'the day was void at its freeze: it has no book' }] : [];
  const priced = Array.from({ length: SLOTS_PER_DAY }, (_, slot): Fault[] => {
    const price = { buy: prices.buyNelPerWh[slot], sell: prices.sellNelPerWh[slot] };
    const detail = sharedPriceFault(price, tariff.retailNelPerWh[slot], of.tick);
    return detail === null ? [] : [{ slot, detail }];
  });
  return {
    book: [
      ...(book.chainId === of.chainId && book.day === of.roster.day ? [] : [{ detail: `of chain ${book.chainId} and day ${book.day}` }]),
      ...void_,
    ],
    meters: [...digestFaults(book, of.roster), ...meterFaults(book, of), ...few],
    tariff: tariffFaults(book, of.tariff),
    prices: priced.flat(),
    keys: MAIN_CIRCUIT_NAMES.filter((name) => book.keys[name] !== of.keyIds[name]).map((name) => ({ detail: `another key of ${name}` })),
    anchor: book.X === of.totals ? [] : [{ detail: 'X is not the anchored one' }],
  };
}

/** Public inputs of a book's proofs: of each metered entry's bill, in the book's order, and of the clearing. From outside come only S. */
export function sharedInputs(book: SharedBook, { hash, tick, bills }: { hash: string; tick: number; bills: ProofsFile['bills'] }) {
  const about = { rho: rhoOf(hash), gridId: gridId(book.chainId), day: book.day };
  const metered = book.meters.filter((entry) => entry.source === 'metered');
  return {
    bills: metered.map((entry, i) =>
      dayBillPublic({
        ...entry,
        ...about,
        ...book.prices,
        S: bills[i].S,
        meterTag: meterTag(entry.meter),
        feePerDayNel: book.tariff.feePerDayNel,
      }),
    ),
    clearing: clearingSharedPublic({
      ...about,
      ...book.prices,
      X: book.X,
      sumS: fieldSum(bills.map(({ S }) => S)),
      tick,
      sharedNelPerWh: book.tariff.retailNelPerWh,
    }),
  };
}
