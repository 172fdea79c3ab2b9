/**
 * A day as a dishonest node books it: whatever readings, sources, prices, tariff or links it likes, and everything that follows from them
 * made honestly, down to the proofs. So a forgery breaks one rule and keeps all others, as a forger who has the source would have it.
 *
 * All random values follow from the plan's name. Nothing here is checked.
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
  encodeProofs,
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
  type BookMeter,
  type ChainFile,
  type Prices,
  type ProofJson,
  type Roster,
  type Source,
  type Tariff,
} from '../../src/protocol/index.ts';
import { clearingInput, dayBillInput, type Signals } from '../../src/node/proofs/inputs.ts';
import { CHAIN_ID, type MeterDay } from '../../test/kit/audit/readings.ts';
import { TARIFF, TARIFF_FROM_DAY, TICK, blindingOf, closing } from '../../test/kit/audit/days.ts';
import { keyHashes } from './keys.ts';
import { prove } from './proofs.ts';

const digest = (label: string): Buffer => createHash('sha512').update(`electra attack: ${label}`).digest();
export const secret31 = (label: string): bigint => BigInt(`0x${digest(label).subarray(0, 31).toString('hex')}`);
export const secret64 = (label: string): bigint => BigInt(`0x${digest(label).toString('hex')}`) % FIELD_ORDER;
export const bytes31 = (label: string): Uint8Array => Uint8Array.from(digest(label).subarray(0, 31));

/** One meter's day in the book. */
export interface Entry {
  values: MeterDay;
  source: Source;
  /** as the roster has it; default: C of what is booked, or none for a substitute */
  rostered?: bigint | null;
  /** draws the opening link anew instead of taking the one that the day before ended with */
  freshLink?: boolean;
  /** bills at these prices instead of the book's */
  billedAt?: (prices: Prices) => Prices;
}

export interface Plan {
  /** makes every random value of this book its own */
  name: string;
  day: number;
  entries: readonly Entry[];
  version?: number;
  tariff?: Tariff;
  fromDay?: number;
  tick?: number;
  /** the book's prices, if not the rule's */
  prices?: (rule: Prices) => Prices;
  /** the roster of the exported files, if not that of the entries */
  roster?: Roster['meters'];
  disputes?: readonly string[];
  /** seconds from freeze to anchor */
  anchoredAfterS?: number;
  keys?: { dayBill: string; clearing: string };
}

interface Made {
  entry: Entry;
  tag: bigint;
  blinding: Uint8Array;
  k: bigint;
  v: bigint;
  s: bigint;
  u0: bigint;
  u1: bigint;
  line: BookMeter;
  S: bigint;
  amountNel: bigint;
  signals: () => Signals;
}

export interface Day {
  plan: Plan;
  book: Book;
  bookText: string;
  hash: string;
  rho: bigint;
  roster: Roster;
  chain: ChainFile;
  meters: readonly Made[];
  totals: { importWh: number[]; exportWh: number[] };
  /** of the Clearing at the rule's own prices: what a forger of prices has to show */
  clearingSignals: (() => Signals) | null;
}

/** Meter and node share u of a midnight, so that days link. */
export const linkBlinding = (meter: string, day: number): bigint => secret31(`u ${meter} ${day}`);

export function commitmentOf(d: MeterDay, day: number, blinding = blindingOf(d, day)): bigint {
  return commitDay({ gridId: gridId(CHAIN_ID), meterTag: meterTag(d.meter), day, ...d, blinding });
}

function lineOf(plan: Plan, entry: Entry, prices: Prices, tariff: Tariff): Omit<Made, 'S' | 'signals'> {
  const { values: d, source } = entry;
  const label = `${plan.name} ${plan.version ?? 1} ${d.meter} ${plan.day}`;
  const [tag, grid] = [meterTag(d.meter), gridId(CHAIN_ID)];
  const md = meterDay(grid, tag, plan.day);
  const blinding = source === 'metered' ? blindingOf(d, plan.day) : bytes31(`node's blinding ${label}`);
  const [k, v, s] = [secret64(`k ${label}`), secret31(`v ${label}`), secret31(`s ${label}`)];
  const [u0, u1] = [entry.freshLink ? secret31(`u0 ${label}`) : linkBlinding(d.meter, plan.day), linkBlinding(d.meter, plan.day + 1)];
  const amountNel = billAmount({ ...d, prices: entry.billedAt?.(prices) ?? prices, feePerDayNel: tariff.feePerDayNel });
  const end = closing(d);
  return {
    entry,
    tag,
    blinding,
    k,
    v,
    s,
    u0,
    u1,
    amountNel,
    line: {
      meter: d.meter,
      source,
      C: commitmentOf(d, plan.day, blinding),
      K: maskCommitment(md, k, v),
      B: billCommitment(md, amountNel, s),
      L0: linkCommitment(tag, d.importStartWh, d.exportStartWh, u0),
      L1: linkCommitment(tag, end.importWh, end.exportWh, u1),
    },
  };
}

function chainFile(plan: Plan, book: Book, hash: string): ChainFile {
  const frozenUnixS = (plan.day + 1) * DAY_S + 21_600 + 5;
  const frozenHeight = 100_000 + 17_280 * (plan.day - TARIFF_FROM_DAY);
  return {
    chainId: CHAIN_ID,
    day: plan.day,
    frozenUnixS,
    frozenHeight,
    rosterDigest: book.rosterDigest,
    tariff: { ...book.tariff, fromDay: plan.fromDay ?? TARIFF_FROM_DAY },
    anchors: [{ version: 1, bookHash: hash, height: frozenHeight + 120, unixS: frozenUnixS + (plan.anchoredAfterS ?? 600) }],
    disputes: (plan.disputes ?? []).map((meter) => ({ meter, reason: 'commitment-mismatch' })),
    noBills: [],
    keys: keyHashes(),
    lateRoster: null,
    provenance: 'exported',
  };
}

/** Books a day. `version` > 1 is a correction: no totals, prices as given. */
export function bookDay(plan: Plan, correctionOf?: Book): Day {
  const grid = gridId(CHAIN_ID);
  const [tariff, tick] = [plan.tariff ?? TARIFF, plan.tick ?? TICK];
  const sum = (key: 'importWh' | 'exportWh') =>
    Array.from({ length: 96 }, (_, i) => plan.entries.reduce((total, { values }) => total + values[key][i], 0));
  const totals = { importWh: sum('importWh'), exportWh: sum('exportWh') };
  const rule = correctionOf?.prices ?? midMarket({ ...totals, tariff: { ...tariff, rule: TARIFF.rule }, tick });
  const prices = plan.prices?.(rule) ?? rule;
  const parts = plan.entries.map((entry) => lineOf(plan, entry, prices, tariff));
  const roster: Roster = {
    day: plan.day,
    meters:
      plan.roster ??
      parts.map(({ entry, line }) => ({
        meter: line.meter,
        commitment: entry.rostered !== undefined ? entry.rostered : line.source === 'substitute' ? null : line.C,
      })),
  };
  const [maskSum, x] = [fieldSum(parts.map(({ k }) => k)), secret31(`x ${plan.name} ${plan.day}`)];
  const book: Book = {
    chainId: CHAIN_ID,
    day: plan.day,
    version: plan.version ?? 1,
    tariff,
    rosterDigest: rosterDigest(encodeRoster(roster)),
    keys: plan.keys ?? keyHashes(),
    prices,
    X: correctionOf ? null : totalsCommitment({ gridDay: gridDay(grid, plan.day), ...totals, maskSum, x }),
    meters: parts.map(({ line }) => line),
  };
  const bookText = encodeBook(book);
  const hash = bookHash(bookText);
  const rho = rhoOf(hash);
  const meters = parts.map((p): Made => {
    const { values } = p.entry;
    const S = maskedSum(values.importWh, values.exportWh, rho, p.k);
    const billed = p.entry.billedAt?.(prices) ?? prices;
    return {
      ...p,
      S,
      signals: () =>
        dayBillInput({
          ...p.line,
          S,
          rho,
          gridId: grid,
          meterTag: p.tag,
          day: plan.day,
          feePerDayNel: tariff.feePerDayNel,
          ...billed,
          ...values,
          blinding: p.blinding,
          k: p.k,
          v: p.v,
          s: p.s,
          u0: p.u0,
          u1: p.u1,
          amountNel: p.amountNel,
        }),
    };
  });
  const clearingSignals =
    book.X === null
      ? null
      : () =>
          clearingInput({
            X: book.X!,
            rho,
            sumS: fieldSum(meters.map(({ S }) => S)),
            gridId: grid,
            day: plan.day,
            tick,
            retailNelPerWh: tariff.retailNelPerWh,
            feedInNelPerWh: tariff.feedInNelPerWh,
            ...rule,
            totalImportWh: totals.importWh,
            totalExportWh: totals.exportWh,
            maskSum,
            x,
          });
  return { plan, book, bookText, hash, rho, roster, chain: chainFile(plan, book, hash), meters, totals, clearingSignals };
}

/** Proves a day: every bill and the clearing. */
export async function proofsText(day: Day): Promise<string> {
  const bills: { meter: string; S: bigint; proof: ProofJson }[] = [];
  for (const { line, S, signals } of day.meters) bills.push({ meter: line.meter, S, proof: await prove('day-bill', signals()) });
  const clearing = day.clearingSignals && { proof: await prove('clearing', day.clearingSignals()) };
  return encodeProofs({ chainId: day.book.chainId, day: day.book.day, version: day.book.version, bookHash: day.hash, bills, clearing });
}

/** book, roster and chain of a day, by file name. */
export const dayTexts = (day: Day): Record<'book' | 'roster' | 'chain', string> => ({
  book: day.bookText,
  roster: encodeRosterFile(day.roster, day.book.rosterDigest),
  chain: encodeChainFile(day.chain),
});
