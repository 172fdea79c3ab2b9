/**
 * A day as its book has it, whoever chose the contents: roster, chain file, book, and the circuit inputs of its proofs. What was chosen may
 * be a lie; whatever follows from it follows honestly. days.ts books honest days (and fixtures), ../attack/forged-day.ts a forger's.
 */
import { clearingInput, dayBillInput, type Signals, substituteInput } from '../../../src/node/proofs/inputs.ts';
import {
  type Book,
  type BookMeter,
  billAmount,
  billCommitment,
  bookHash,
  type ChainFile,
  type Copied,
  commitDay,
  DAY_S,
  encodeBook,
  encodeChainFile,
  encodeRoster,
  encodeRosterFile,
  fieldSum,
  fieldToBytes,
  gridDay,
  gridId,
  linkCommitment,
  maskCommitment,
  maskedSum,
  meterDay,
  meterTag,
  midMarket,
  type PerCircuit,
  type Prices,
  pricesOf,
  type Roster,
  rhoOf,
  rosterDigest,
  type Source,
  type Tariff,
  totalsCommitment,
  ZERO_DAY,
} from '../../../src/protocol/index.ts';
import { dayBillPublic, substitutePublic } from '../../../src/reader/verifier/index.ts';
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

/** Random values of one entry: the day's blinding, masks and their opening, that of the bill, and those of the links at both midnights. */
export interface EntrySecrets {
  blinding: Uint8Array;
  k: bigint;
  v: bigint;
  s: bigint;
  u0: bigint;
  u1: bigint;
}

/** A day that its meter committed to. */
export interface SignedDay {
  day: number;
  values: MeterDay;
  blinding: Uint8Array;
}

export interface EntryChoice extends EntrySecrets {
  values: MeterDay;
  source: Source;
  /** as the roster has it; default: C of what is booked, or none for a substitute */
  rostered?: bigint | null;
  /** the day that a substitute copies; none: it is zero */
  copies?: SignedDay;
  /** which day the book says that it copies, if another */
  saidToCopy?: Copied;
  /** bills at these prices instead of the book's */
  billedAt?: (prices: Prices) => Prices;
}

export interface BookChoice {
  day: number;
  entries: readonly EntryChoice[];
  /** opens the commitment to the totals */
  x: bigint;
  /** ids */
  keys: PerCircuit<string>;
  /** default 1; with `correctionOf` the book has that one's prices and no totals */
  version?: number;
  correctionOf?: Book;
  /** the outside prices of the day, as the book has them */
  tariff?: Tariff;
  fromDay?: number;
  /** prices that the chain has over its tariff; then `tariff` is with them, and the chain's own is this one */
  over?: { tariff: Tariff; slotPrices: ChainFile['slotPrices'] };
  tick?: number;
  /** the book's prices, if not the rule's */
  prices?: (rule: Prices) => Prices;
  /** if not that of the entries */
  roster?: Roster['meters'];
  disputes?: readonly string[];
  /** seconds from freeze to anchor */
  anchoredAfterS?: number;
}

/** `s` and the amount open B: what only the member is told. */
export interface BookedBill {
  meter: string;
  line: BookMeter;
  S: bigint;
  s: bigint;
  amountNel: bigint;
  signals: () => Signals;
  /** what a verifier takes from the book, at the book's prices */
  publicInputs: () => bigint[];
}

/** That an entry copies the day that was chosen, which may be another than the book says. */
export interface BookedSubstitute {
  meter: string;
  signals: () => Signals;
  /** what a verifier takes from the book */
  publicInputs: () => bigint[];
}

export interface BookedDay {
  roster: Roster;
  rosterText: string;
  chain: ChainFile;
  chainText: string;
  book: Book;
  bookText: string;
  hash: string;
  rho: bigint;
  bills: readonly BookedBill[];
  /** of what is not metered in version 1 */
  substitutes: readonly BookedSubstitute[];
  totals: { importWh: number[]; exportWh: number[] };
  /** opens X */
  opening: { maskSum: bigint; x: bigint };
  /** at the rule's own prices: what a forger of prices has to show. None in a correction. */
  clearing: (() => Signals) | null;
}

const total = (values: readonly number[]): bigint => BigInt(values.reduce((sum, x) => sum + x, 0));
export const closing = (d: MeterDay): { importWh: bigint; exportWh: bigint } => ({
  importWh: d.importStartWh + total(d.importWh),
  exportWh: d.exportStartWh + total(d.exportWh),
});

export const commitmentOf = (d: MeterDay, day: number, blinding: Uint8Array): bigint =>
  commitDay({ gridId: gridId(CHAIN_ID), meterTag: meterTag(d.meter), day, ...d, blinding });

/** Adds up the entries by slot. */
function totalsOf(entries: readonly EntryChoice[]): BookedDay['totals'] {
  const sum = (key: 'importWh' | 'exportWh') =>
    Array.from({ length: 96 }, (_, i) => entries.reduce((wh, { values }) => wh + values[key][i], 0));
  return { importWh: sum('importWh'), exportWh: sum('exportWh') };
}

interface Billed {
  entry: EntryChoice;
  /** at which it is billed, and at which the auditor expects it to be */
  prices: Prices;
  due: Prices;
  amountNel: bigint;
  line: BookMeter;
}

const copiedOf = ({ copies }: EntryChoice): Copied =>
  copies ? { fromDay: copies.day, from: commitmentOf(copies.values, copies.day, copies.blinding) } : ZERO_DAY;

/** Whether version 1 has it as not metered. */
const isCopy = ({ source }: EntryChoice, version = 1): boolean => version === 1 && source !== 'metered';

function billed(entry: EntryChoice, { day, version }: BookChoice, due: Prices, feePerDayNel: bigint): Billed {
  const { values: d, source } = entry;
  const tag = meterTag(d.meter);
  const md = meterDay(gridId(CHAIN_ID), tag, day);
  const prices = entry.billedAt?.(due) ?? due;
  const amountNel = billAmount({ ...d, prices, feePerDayNel });
  const end = closing(d);
  const line = {
    meter: d.meter,
    source,
    C: commitmentOf(d, day, entry.blinding),
    K: maskCommitment(md, entry.k, entry.v),
    B: billCommitment(md, amountNel, entry.s),
    L0: linkCommitment(tag, d.importStartWh, d.exportStartWh, entry.u0),
    L1: linkCommitment(tag, end.importWh, end.exportWh, entry.u1),
    copied: isCopy(entry, version) ? (entry.saidToCopy ?? copiedOf(entry)) : null,
  };
  return { entry, prices, due, amountNel, line };
}

function billOf({ entry, prices, due, amountNel, line }: Billed, book: Book, rho: bigint): BookedBill {
  const { values, blinding, k, v, s, u0, u1 } = entry;
  const S = maskedSum(values.importWh, values.exportWh, rho, k);
  const { feePerDayNel } = book.tariff;
  const about = { S, rho, gridId: gridId(CHAIN_ID), meterTag: meterTag(line.meter), day: book.day, feePerDayNel };
  const signals = () => dayBillInput({ ...line, ...about, ...prices, ...values, blinding, k, v, s, u0, u1, amountNel });
  return { meter: line.meter, line, S, s, amountNel, signals, publicInputs: () => dayBillPublic({ ...line, ...about, ...due }) };
}

function substituteOf({ entry, line }: Billed, day: number): BookedSubstitute[] {
  if (line.copied === null) return [];
  const about = { C: line.C, gridId: gridId(CHAIN_ID), meterTag: meterTag(line.meter), day };
  const { values, blinding, copies } = entry;
  const opening = {
    fromImportStartWh: copies?.values.importStartWh ?? 0n,
    fromExportStartWh: copies?.values.exportStartWh ?? 0n,
    fromBlinding: copies?.blinding ?? 0n,
  };
  const signals = () => substituteInput({ ...values, ...about, ...copiedOf(entry), blinding, ...opening });
  return [{ meter: line.meter, signals, publicInputs: () => substitutePublic({ ...about, ...line.copied! }) }];
}

function chainOf(choice: BookChoice, book: Book, hash: string): ChainFile {
  const frozenUnixS = (choice.day + 1) * DAY_S + GRACE_S + 5;
  const frozenHeight = 100_000 + 17_280 * (choice.day - TARIFF_FROM_DAY);
  return {
    chainId: CHAIN_ID,
    day: choice.day,
    frozenUnixS,
    frozenHeight,
    rosterDigest: book.rosterDigest,
    tariff: { ...(choice.over?.tariff ?? book.tariff), fromDay: choice.fromDay ?? TARIFF_FROM_DAY },
    anchors: [
      {
        version: 1,
        bookHash: hash,
        totals: book.X === null ? null : Buffer.from(fieldToBytes(book.X)).toString('hex'),
        height: frozenHeight + 120,
        unixS: frozenUnixS + (choice.anchoredAfterS ?? 600),
      },
    ],
    disputes: (choice.disputes ?? []).map((meter) => ({ meter, reason: 'commitment-mismatch' })),
    noBills: [],
    finalReadings: [],
    slotPrices: choice.over?.slotPrices ?? [],
    lateRoster: null,
    provenance: 'exported',
  };
}

function rosterOf({ day, roster, entries }: BookChoice, lines: readonly BookMeter[]): Roster {
  const meters = lines.map(({ meter, source, C }, i) => {
    const { rostered = source === 'substitute' ? null : C } = entries[i];
    return { meter, commitment: rostered };
  });
  return { day, meters: roster ?? meters };
}

/** Books a day as chosen. */
export function bookDayAs(choice: BookChoice): BookedDay {
  const { day, entries, x, correctionOf, tariff = TARIFF, tick = TICK } = choice;
  const totals = totalsOf(entries);
  const rule = correctionOf?.prices ?? midMarket({ ...totals, tariff: { ...tariff, rule: TARIFF.rule }, tick });
  const prices = choice.prices?.(rule) ?? rule;
  const version = choice.version ?? 1;
  const parts = entries.map((entry) => billed(entry, choice, pricesOf(entry.source, { version, prices }, tick), tariff.feePerDayNel));
  const lines = parts.map(({ line }) => line);
  const roster = rosterOf(choice, lines);
  const maskSum = fieldSum(entries.map(({ k }) => k));
  const grid = gridId(CHAIN_ID);
  const book: Book = {
    chainId: CHAIN_ID,
    day,
    version,
    tariff,
    rosterDigest: rosterDigest(encodeRoster(roster)),
    keys: choice.keys,
    prices,
    X: correctionOf ? null : totalsCommitment({ gridDay: gridDay(grid, day), ...totals, maskSum, x }),
    meters: lines,
  };
  const bookText = encodeBook(book);
  const hash = bookHash(bookText);
  const rho = rhoOf(hash);
  const bills = parts.map((part) => billOf(part, book, rho));
  const substitutes = parts.flatMap((part) => substituteOf(part, day));
  const { retailNelPerWh, feedInNelPerWh } = tariff;
  const asked = { rho, gridId: grid, day, tick, retailNelPerWh, feedInNelPerWh, maskSum, x };
  const sums = { totalImportWh: totals.importWh, totalExportWh: totals.exportWh };
  const clearing = () => clearingInput({ X: book.X!, sumS: fieldSum(bills.map(({ S }) => S)), ...asked, ...rule, ...sums });
  const chain = chainOf(choice, book, hash);
  const rosterText = encodeRosterFile(roster, book.rosterDigest);
  const texts = { rosterText, chainText: encodeChainFile(chain), bookText };
  return {
    roster,
    chain,
    book,
    ...texts,
    hash,
    rho,
    bills,
    substitutes,
    totals,
    opening: { maskSum, x },
    clearing: book.X === null ? null : clearing,
  };
}
