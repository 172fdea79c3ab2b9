/**
 * A day of the test community as the node would book it: roster, chain file, book, and the circuit inputs of its proofs.
 *
 * The node draws masks and blindings at random; here they are hashes of their names, so that a bundle can be made again and one of its
 * proofs made anew. Options bend the day the way an attacker would, each time honestly everywhere else.
 */
import { createHash } from 'node:crypto';
import {
  DAY_S,
  FIELD_ORDER,
  billAmount,
  billCommitment,
  bookHash,
  commitDay,
  encodeBook,
  encodeChainFile,
  encodeRoster,
  encodeRosterFile,
  fieldSum,
  gridDay,
  gridId,
  linkCommitment,
  maskCommitment,
  maskedSum,
  meterDay,
  meterTag,
  midMarket,
  rhoOf,
  rosterDigest,
  totalsCommitment,
  type Book,
  type ChainFile,
  type Prices,
  type Roster,
  type Source,
  type Tariff,
} from '../../../src/protocol/index.ts';
import { clearingInput, dayBillInput, type Signals } from '../../../src/node/proofs/inputs.ts';
import { CHAIN_ID, type MeterDay } from './readings.ts';

export const TICK = 1000;
export const FEE_NEL = 250_000_000n;
export const TARIFF: Tariff = {
  rule: 'mid-market/1',
  retailNelPerWh: Array(96).fill(300_000),
  feedInNelPerWh: Array(96).fill(80_000),
  feePerDayNel: FEE_NEL,
};
export const TARIFF_FROM_DAY = 20635;
const GRACE_S = 21_600;
const LATE_S = 2_592_000;

const digest = (label: string): Buffer => createHash('sha512').update(`electra test community: ${label}`).digest();
const bytes31 = (label: string): Uint8Array => Uint8Array.from(digest(label).subarray(0, 31));
const secret31 = (label: string): bigint => BigInt(`0x${digest(label).subarray(0, 31).toString('hex')}`);
const secret64 = (label: string): bigint => BigInt(`0x${digest(label).toString('hex')}`) % FIELD_ORDER;

const total = (values: readonly number[]): bigint => BigInt(values.reduce((sum, x) => sum + x, 0));
export const closing = (d: MeterDay): { importWh: bigint; exportWh: bigint } => ({
  importWh: d.importStartWh + total(d.importWh),
  exportWh: d.exportStartWh + total(d.exportWh),
});

/** The day that the node books for a meter without a statement: nothing used, from given registers on. */
export const nothing = (d: MeterDay, start = { importWh: d.importStartWh, exportWh: d.exportStartWh }): MeterDay => ({
  ...d,
  importStartWh: start.importWh,
  exportStartWh: start.exportWh,
  importWh: Array(96).fill(0),
  exportWh: Array(96).fill(0),
});

export interface DayPlan {
  /** makes every random value of this book its own */
  name: string;
  day: number;
  /** what the meters signed; roster and C follow */
  signed: readonly MeterDay[];
  /** by member: what the node books instead */
  booked?: ReadonlyMap<string, { source: Exclude<Source, 'metered'>; values: MeterDay }>;
  /** by member: the opening link is drawn anew instead of taken from the day before */
  freshLink?: ReadonlySet<string>;
  /** the book's prices, if not those of the rule */
  prices?: (prices: Prices) => Prices;
  /** by member: bill at these prices instead of the book's, so that B and the proof are of another amount */
  billedAt?: ReadonlyMap<string, (prices: Prices) => Prices>;
  keys: { dayBill: string; clearing: string };
}

export interface MadeDay {
  roster: Roster;
  rosterText: string;
  chain: ChainFile;
  chainText: string;
  book: Book;
  bookText: string;
  hash: string;
  /** `s` and the amount open B: what only the member is told */
  bills: { meter: string; S: bigint; signals: Signals; amountNel: bigint; s: bigint }[];
  clearing: Signals | null;
}

interface Entry {
  d: MeterDay;
  source: Source;
  blinding: Uint8Array;
  tag: bigint;
  md: bigint;
  k: bigint;
  v: bigint;
  s: bigint;
  u0: bigint;
  u1: bigint;
  C: bigint;
}

const linkBlinding = (meter: string, day: number): bigint => secret31(`u ${meter} ${day}`);

/** What the meter itself keeps of a day that it signed. */
export const blindingOf = (d: MeterDay, day: number): Uint8Array => bytes31(`blinding ${d.meter} ${day}`);

export const signedCommitment = (d: MeterDay, day: number): bigint =>
  commitDay({ gridId: gridId(CHAIN_ID), meterTag: meterTag(d.meter), day, ...d, blinding: blindingOf(d, day) });

function entryOf(plan: DayPlan, signed: MeterDay): Entry {
  const instead = plan.booked?.get(signed.member);
  const d = instead?.values ?? signed;
  const label = `${plan.name} ${d.meter} ${plan.day}`;
  const blinding = instead ? bytes31(`node's blinding ${label}`) : blindingOf(d, plan.day);
  const [grid, tag] = [gridId(CHAIN_ID), meterTag(d.meter)];
  return {
    d,
    source: instead?.source ?? 'metered',
    blinding,
    tag,
    md: meterDay(grid, tag, plan.day),
    k: secret64(`k ${label}`),
    v: secret31(`v ${label}`),
    s: secret31(`s ${label}`),
    u0: plan.freshLink?.has(d.member) ? secret31(`fresh u ${label}`) : linkBlinding(d.meter, plan.day),
    u1: linkBlinding(d.meter, plan.day + 1),
    C: commitDay({ gridId: grid, meterTag: tag, day: plan.day, ...d, blinding }),
  };
}

function bookMeter(e: Entry, prices: Prices): Book['meters'][number] {
  const amount = billAmount({ ...e.d, prices, feePerDayNel: FEE_NEL });
  const end = closing(e.d);
  return {
    meter: e.d.meter,
    source: e.source,
    C: e.C,
    K: maskCommitment(e.md, e.k, e.v),
    B: billCommitment(e.md, amount, e.s),
    L0: linkCommitment(e.tag, e.d.importStartWh, e.d.exportStartWh, e.u0),
    L1: linkCommitment(e.tag, end.importWh, end.exportWh, e.u1),
  };
}

function billOf(e: Entry, entry: Book['meters'][number], day: number, rho: bigint, prices: Prices): MadeDay['bills'][number] {
  const S = maskedSum(e.d.importWh, e.d.exportWh, rho, e.k);
  return {
    meter: entry.meter,
    S,
    s: e.s,
    amountNel: billAmount({ ...e.d, prices, feePerDayNel: FEE_NEL }),
    signals: dayBillInput({
      ...entry,
      S,
      rho,
      gridId: gridId(CHAIN_ID),
      meterTag: e.tag,
      day,
      feePerDayNel: FEE_NEL,
      ...prices,
      ...e.d,
      blinding: e.blinding,
      k: e.k,
      v: e.v,
      s: e.s,
      u0: e.u0,
      u1: e.u1,
      amountNel: billAmount({ ...e.d, prices, feePerDayNel: FEE_NEL }),
    }),
  };
}

function chainFile(plan: DayPlan, rosterHash: string, hash: string, disputes: string[]): ChainFile {
  const frozenUnixS = (plan.day + 1) * DAY_S + GRACE_S + 5;
  const frozenHeight = 100_000 + 17_280 * (plan.day - TARIFF_FROM_DAY);
  return {
    chainId: CHAIN_ID,
    day: plan.day,
    frozenUnixS,
    frozenHeight,
    rosterDigest: rosterHash,
    tariff: { ...TARIFF, fromDay: TARIFF_FROM_DAY },
    anchors: [{ version: 1, bookHash: hash, height: frozenHeight + 120, unixS: frozenUnixS + 600 }],
    disputes: disputes.map((meter) => ({ meter, reason: 'commitment-mismatch' })),
    noBills: [],
    keys: plan.keys,
    lateRoster: null,
    provenance: 'exported',
  };
}

/** Books a day: version 1. */
export function makeDay(plan: DayPlan): MadeDay {
  const grid = gridId(CHAIN_ID);
  const entries = plan.signed.map((d) => entryOf(plan, d));
  const sum = (key: 'importWh' | 'exportWh') => Array.from({ length: 96 }, (_, i) => entries.reduce((s, e) => s + e.d[key][i], 0));
  const totals = { importWh: sum('importWh'), exportWh: sum('exportWh') };
  const rulePrices = midMarket({ ...totals, tariff: TARIFF, tick: TICK });
  const prices = plan.prices?.(rulePrices) ?? rulePrices;
  const pricesOf = (e: Entry) => plan.billedAt?.get(e.d.member)?.(prices) ?? prices;

  const roster: Roster = {
    day: plan.day,
    meters: entries.map((e, i) => ({
      meter: e.d.meter,
      commitment: e.source === 'substitute' ? null : signedCommitment(plan.signed[i], plan.day),
    })),
  };
  const rosterHash = rosterDigest(encodeRoster(roster));
  const maskSum = fieldSum(entries.map((e) => e.k));
  const x = secret31(`x ${plan.name} ${plan.day}`);
  const book: Book = {
    chainId: CHAIN_ID,
    day: plan.day,
    version: 1,
    tariff: TARIFF,
    rosterDigest: rosterHash,
    keys: plan.keys,
    prices,
    X: totalsCommitment({ gridDay: gridDay(grid, plan.day), ...totals, maskSum, x }),
    meters: entries.map((e) => bookMeter(e, pricesOf(e))),
  };
  const bookText = encodeBook(book);
  const hash = bookHash(bookText);
  const rho = rhoOf(hash);
  const bills = entries.map((e, i) => billOf(e, book.meters[i], plan.day, rho, pricesOf(e)));
  const clearing = clearingInput({
    X: book.X!,
    rho,
    sumS: fieldSum(bills.map((b) => b.S)),
    gridId: grid,
    day: plan.day,
    tick: TICK,
    retailNelPerWh: TARIFF.retailNelPerWh,
    feedInNelPerWh: TARIFF.feedInNelPerWh,
    ...rulePrices,
    totalImportWh: totals.importWh,
    totalExportWh: totals.exportWh,
    maskSum,
    x,
  });
  const chain = chainFile(
    plan,
    rosterHash,
    hash,
    entries.filter((e) => e.source === 'disputed').map((e) => e.d.meter),
  );
  return {
    roster,
    rosterText: encodeRosterFile(roster, rosterHash),
    chain,
    chainText: encodeChainFile(chain),
    book,
    bookText,
    hash,
    bills,
    clearing,
  };
}

/** A correction of one member whose statement came late: version 2, at version 1's prices. Returns the chain file that anchors both. */
export function correct(
  plan: DayPlan,
  first: MadeDay,
  member: string,
): { chain: ChainFile; chainText: string; book: Book; bookText: string; hash: string; bills: MadeDay['bills'] } {
  const signed = plan.signed.find((d) => d.member === member)!;
  const entry = entryOf({ ...plan, name: `${plan.name} version 2`, booked: new Map() }, signed);
  const lateMeters = first.roster.meters.map((m) => (m.meter === signed.meter ? { ...m, commitment: entry.C } : m));
  const lateHash = rosterDigest(encodeRoster({ day: plan.day, meters: lateMeters }));
  const book: Book = { ...first.book, version: 2, rosterDigest: lateHash, X: null, meters: [bookMeter(entry, first.book.prices)] };
  const bookText = encodeBook(book);
  const hash = bookHash(bookText);
  const late = { frozenUnixS: first.chain.frozenUnixS + LATE_S + 3, frozenHeight: first.chain.frozenHeight + 500_000 };
  const chain: ChainFile = {
    ...first.chain,
    lateRoster: { digest: lateHash, ...late, meters: lateMeters },
    anchors: [...first.chain.anchors, { version: 2, bookHash: hash, height: late.frozenHeight + 10, unixS: late.frozenUnixS + 50 }],
  };
  return {
    chain,
    chainText: encodeChainFile(chain),
    book,
    bookText,
    hash,
    bills: [billOf(entry, book.meters[0], plan.day, rhoOf(hash), first.book.prices)],
  };
}
