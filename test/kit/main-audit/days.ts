/**
 * Days on which the communities of the audit's test main chain share, as an honest exchange books them. Every random value is a hash of its
 * name, so that a day can be made again and its proofs be kept (../attack/kept-proofs.ts). What was chosen may be a lie; whatever follows
 * from it follows honestly.
 */
import { createHash } from 'node:crypto';
import { dayBillInput, type Signals } from '../../../src/node/proofs/inputs.ts';
import { billSumInput, clearingSharedInput, netInput } from '../../../src/node/proofs/main-inputs.ts';
import { DEVELOPMENT_KEY_IDS } from '../../../src/protocol/genesis/index.ts';
import {
  billAmount,
  billCommitment,
  bookHash,
  type ChainFile,
  commitDay,
  DAY_S,
  encodeChainFile,
  encodeProofs,
  encodeRoster,
  encodeRosterFile,
  encodeSharedBook,
  FIELD_ORDER,
  fieldSum,
  fieldToBytes,
  gridDay,
  gridId,
  linkCommitment,
  MAIN_CIRCUIT_NAMES,
  type MainCircuitName,
  maskCommitment,
  maskedSum,
  meterDay,
  meterTag,
  netOf,
  type Prices,
  type ProofJson,
  type Roster,
  rhoOf,
  rosterDigest,
  type SharedBook,
  type SharedBookMeter,
  sharedMarket,
  totalsCommitment,
} from '../../../src/protocol/index.ts';
import { prove } from '../attack/kept-proofs.ts';
import { FIRST_DAY } from '../genesis.ts';
import { CAPACITY_WH, MAIN_CHAIN_ID, TARIFF, TARIFF_FROM_DAY, UPLINKS } from './genesis.ts';

const digest = (label: string): Buffer => createHash('sha512').update(`electra test main chain: ${label}`).digest();
const bytes31 = (label: string): Uint8Array => Uint8Array.from(digest(label).subarray(0, 31));
const secret31 = (label: string): bigint => BigInt(`0x${digest(label).subarray(0, 31).toString('hex')}`);
const secret64 = (label: string): bigint => BigInt(`0x${digest(label).toString('hex')}`) % FIELD_ORDER;

export const GRACE_S = 216_000;
export const TICK = 1000;
const main = gridId(MAIN_CHAIN_ID);

/** The chain behind an uplink, by its place in UPLINKS. */
export const chainIdOf = (n: number): string => `electra-community-5eed000${n + 1}`;

/** What a community's members used and delivered together: the first and the last have much sun, the others little. */
export function totalsOf(n: number, day: number): { importWh: number[]; exportWh: number[] } {
  const noise = (i: number) => digest(`flow ${n} ${day} ${i}`)[0];
  const sun = (i: number) => Math.max(0, 40 - Math.abs(i - 50)) * (n === 0 || n === 3 ? 220 : 60);
  const slots = Array.from({ length: 96 }, (_, i) => i);
  return { importWh: slots.map((i) => 2000 + 6 * noise(i) + 700 * n), exportWh: slots.map((i) => sun(i) + (sun(i) > 0 ? noise(i) : 0)) };
}

/** What an uplink states of a day: the net of these totals, both registers 0. */
export function statementOf(n: number, day: number, { importWh, exportWh } = totalsOf(n, day)) {
  const values = { importStartWh: 0n, exportStartWh: 0n, ...netOf(importWh, exportWh) };
  const blinding = bytes31(`blinding ${n} ${day}`);
  return { ...values, blinding, C: commitDay({ gridId: main, meterTag: meterTag(UPLINKS[n]), day, ...values, blinding }) };
}

/** X of the community's own book of a day, and what opens it. */
export function communityTotals(n: number, day: number) {
  const { importWh, exportWh } = totalsOf(n, day);
  const [maskSum, x] = [secret64(`mask sum ${n} ${day}`), secret31(`community x ${n} ${day}`)];
  const grid = gridId(chainIdOf(n));
  return { X: totalsCommitment({ gridDay: gridDay(grid, day), importWh, exportWh, maskSum, x }), maskSum, x, importWh, exportWh };
}

/** A community that has books of its own, in place of a made-up one behind an uplink. */
export interface Behind {
  chainId: string;
  totals: (day: number) => ReturnType<typeof communityTotals>;
}

/** The proof that a statement is the net of the community's book. */
export function provenNet(n: number, day: number, behind?: Behind): Promise<ProofJson> {
  const { X, maskSum, x, importWh, exportWh } = behind?.totals(day) ?? communityTotals(n, day);
  const { C, blinding } = statementOf(n, day, { importWh, exportWh });
  const about = {
    X,
    gridId: gridId(behind?.chainId ?? chainIdOf(n)),
    C,
    mainGridId: main,
    meterTag: meterTag(UPLINKS[n]),
    day,
    capacityWh: CAPACITY_WH,
  };
  return prove('net', netInput({ ...about, totalImportWh: importWh, totalExportWh: exportWh, maskSum, x, blinding }));
}

export interface SharedDayPlan {
  /** makes every random value of this book its own */
  name: string;
  day: number;
  /** places in UPLINKS of who stated the day in time */
  stated: readonly number[];
  /** of those, whose statement does not open */
  disputed?: readonly number[];
  /** the book's prices, if not those of the rule */
  prices?: (rule: Prices) => Prices;
  /** by place: billed at these prices instead of the book's */
  billedAt?: ReadonlyMap<number, (prices: Prices) => Prices>;
  anchoredAfterS?: number;
  /** whom the exchange books as absent, though they stated the day */
  leftOut?: readonly number[];
  /** by place: who is behind the uplink */
  behind?: ReadonlyMap<number, Behind>;
}

const statedOn = ({ day, behind }: SharedDayPlan, n: number) => statementOf(n, day, behind?.get(n)?.totals(day));

export interface SharedBill {
  meter: string;
  n: number;
  B: bigint;
  S: bigint;
  s: bigint;
  amountNel: bigint;
  signals: () => Signals;
}

export interface BookedSharedDay {
  plan: SharedDayPlan;
  roster: Roster;
  rosterText: string;
  chain: ChainFile;
  chainText: string;
  /** null of a void day */
  book: SharedBook | null;
  bookText: string | null;
  hash: string | null;
  bills: readonly SharedBill[];
  clearing: (() => Signals) | null;
}

const keyIds = Object.fromEntries(MAIN_CIRCUIT_NAMES.map((name) => [name, DEVELOPMENT_KEY_IDS[name]])) as Record<MainCircuitName, string>;

/** An uplink's entry, and what opens its bill. */
function entryOf(plan: SharedDayPlan, n: number, due: Prices) {
  const { day, name } = plan;
  const values = statedOn(plan, n);
  const [tag, label] = [meterTag(UPLINKS[n]), `${name} ${n} ${day}`];
  const md = meterDay(main, tag, day);
  const prices = plan.billedAt?.get(n)?.(due) ?? due;
  const amountNel = billAmount({ ...values, prices, feePerDayNel: TARIFF.feePerDayNel });
  const total = (list: readonly number[]): bigint => BigInt(list.reduce((sum, wh) => sum + wh, 0));
  const [k, v, s] = [secret64(`k ${label}`), secret31(`v ${label}`), secret31(`s ${label}`)];
  const [u0, u1] = [secret31(`u0 ${label}`), secret31(`u1 ${label}`)];
  const line = {
    meter: UPLINKS[n],
    source: 'metered' as const,
    C: values.C,
    K: maskCommitment(md, k, v),
    B: billCommitment(md, amountNel, s),
    L0: linkCommitment(tag, 0n, 0n, u0),
    L1: linkCommitment(tag, total(values.importWh), total(values.exportWh), u1),
  };
  return { n, line, values, prices, amountNel, secrets: { k, v, s, u0, u1, blinding: values.blinding } };
}

function chainOf(plan: SharedDayPlan, digestOf: string, anchor: { bookHash: string; totals: string } | null): ChainFile {
  const frozenUnixS = (plan.day + 1) * DAY_S + GRACE_S + 5;
  const frozenHeight = 100_000 + 17_280 * (plan.day - FIRST_DAY);
  const when = { height: frozenHeight + 120, unixS: frozenUnixS + (plan.anchoredAfterS ?? 600) };
  return {
    ...{ chainId: MAIN_CHAIN_ID, day: plan.day, frozenUnixS, frozenHeight, rosterDigest: digestOf },
    tariff: { ...TARIFF, fromDay: TARIFF_FROM_DAY },
    slotPrices: [],
    anchors: anchor ? [{ version: 1, ...anchor, ...when }] : [],
    disputes: (plan.disputed ?? []).map((n) => ({ meter: UPLINKS[n], reason: 'box-does-not-open' })),
    noBills: [],
    finalReadings: [],
    lateRoster: null,
    provenance: 'exported',
  };
}

/** Books a day as chosen. */
export function bookSharedDay(plan: SharedDayPlan): BookedSharedDay {
  const { day, stated, disputed = [], leftOut = [] } = plan;
  const metered = stated.filter((n) => !disputed.includes(n) && !leftOut.includes(n));
  const meters = UPLINKS.map((meter, n) => ({ meter, commitment: stated.includes(n) ? statedOn(plan, n).C : null }));
  const roster: Roster = { day, meters };
  const digestOf = rosterDigest(encodeRoster(roster));
  const rosterText = encodeRosterFile(roster, digestOf);
  if (metered.length < 2) {
    const chain = chainOf(plan, digestOf, null);
    const none = { book: null, bookText: null, hash: null, bills: [], clearing: null };
    return { plan, roster, rosterText, chain, chainText: encodeChainFile(chain), ...none };
  }
  const nets = metered.map((n) => statedOn(plan, n));
  const sum = (of: 'importWh' | 'exportWh') => Array.from({ length: 96 }, (_, i) => nets.reduce((all, net) => all + net[of][i], 0));
  const totals = { importWh: sum('importWh'), exportWh: sum('exportWh') };
  const rule = sharedMarket({ ...totals, tariff: TARIFF, tick: TICK });
  const prices = plan.prices?.(rule) ?? rule;
  const parts = metered.map((n) => entryOf(plan, n, prices));
  const maskSum = fieldSum(parts.map(({ secrets }) => secrets.k));
  const x = secret31(`x ${plan.name} ${day}`);
  const lines = UPLINKS.map((meter, n): SharedBookMeter => parts.find((part) => part.n === n)?.line ?? { meter, source: 'absent' });
  const book: SharedBook = {
    ...{ chainId: MAIN_CHAIN_ID, day, tariff: TARIFF, rosterDigest: digestOf, keys: keyIds, prices },
    X: totalsCommitment({ gridDay: gridDay(main, day), ...totals, maskSum, x }),
    meters: lines,
  };
  const bookText = encodeSharedBook(book);
  const hash = bookHash(bookText);
  const rho = rhoOf(hash);
  const bills = parts.map(({ n, line, values, prices: billed, amountNel, secrets }): SharedBill => {
    const S = maskedSum(values.importWh, values.exportWh, rho, secrets.k);
    const about = { S, rho, gridId: main, meterTag: meterTag(line.meter), day, feePerDayNel: TARIFF.feePerDayNel };
    const signals = () => dayBillInput({ ...line, ...about, ...billed, ...values, ...secrets, amountNel });
    return { meter: line.meter, n, B: line.B, S, s: secrets.s, amountNel, signals };
  });
  const asked = { X: book.X, rho, sumS: fieldSum(bills.map(({ S }) => S)), gridId: main, day, tick: TICK, maskSum, x };
  const sums = { totalImportWh: totals.importWh, totalExportWh: totals.exportWh, sharedNelPerWh: TARIFF.retailNelPerWh };
  const chain = chainOf(plan, digestOf, { bookHash: hash, totals: Buffer.from(fieldToBytes(book.X)).toString('hex') });
  const clearing = () => clearingSharedInput({ ...asked, ...rule, ...sums });
  return { plan, roster, rosterText, chain, chainText: encodeChainFile(chain), book, bookText, hash, bills, clearing };
}

/** proofs.json of a day. */
export async function proofsOf({ plan, hash, bills, clearing }: BookedSharedDay): Promise<string> {
  const proofs = [];
  for (const { meter, S, signals } of bills) proofs.push({ meter, S, proof: await prove('day-bill', signals()) });
  const about = { chainId: MAIN_CHAIN_ID, day: plan.day, version: 1, bookHash: hash!, substitutes: [] };
  return encodeProofs({ ...about, bills: proofs, clearing: { proof: await prove('clearing-shared', clearing!()) } });
}

/** What an uplink owes for seven days, and the proof of it. */
export async function settledOf(
  n: number,
  days: readonly BookedSharedDay[],
): Promise<{ amountNel: bigint; B: bigint[]; proof: ProofJson }> {
  const bills = days.map((day) => day.bills.find((bill) => bill.n === n));
  const of = <T>(read: (bill: SharedBill) => T, none: T): T[] => bills.map((bill) => (bill ? read(bill) : none));
  const amountsNel = of(({ amountNel }) => amountNel, 0n);
  const amountNel = amountsNel.reduce((sum, amount) => sum + amount, 0n);
  const B = of((bill) => bill.B, 0n);
  const about = { gridId: main, meterTag: meterTag(UPLINKS[n]), firstDay: days[0].plan.day, B, totalNel: amountNel };
  return { amountNel, B, proof: await prove('bill-sum', billSumInput({ ...about, amountsNel, s: of(({ s }) => s, 0n) })) };
}
