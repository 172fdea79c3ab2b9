/**
 * A run on a chain of its own: one household is silent on days 2 and 3 and back on day 4, or gone by then; a producer is there throughout.
 * Late rosters have frozen, so the run can be corrected. All four days are in the bundle with their proofs.
 */
import {
  type ChainFile,
  type ChainFinalReading,
  canonicalJson,
  dayToDate,
  encodeChainFile,
  type Json,
} from '../../../src/protocol/index.ts';
import type { BookedDay } from '../audit/booked-day.ts';
import { closing } from '../audit/booked-day.ts';
import { type ChainOptions, VALIDATORS, withChain } from '../audit/chain.ts';
import { signedCommitment, signedDay } from '../audit/days.ts';
import { genesisDocument } from '../audit/genesis.ts';
import { FIRST_DAY, type MeterDay, realDays } from '../audit/readings.ts';
import { once } from '../made-once.ts';
import type { Files } from './forged-bundle.ts';
import { bookDay, dayTexts, type Entry, type Plan, proofsText } from './forged-day.ts';

const SILENT = 'rural-013';
const MEMBERS = ['rural-010', SILENT];
const LATE_S = 2_592_000;

const days = once(() => realDays(4).map((day) => day.filter(({ member }) => MEMBERS.includes(member))));

/** What the silent household used on a day of the run, 1 … 4, though it said so on 1 and 4 alone. */
export const used = (n: number): MeterDay => days()[n - 1].find(({ member }) => member === SILENT)!;
export const silentMeter = (): string => used(1).meter;
export const dateOf = (n: number): string => dayToDate(FIRST_DAY + n - 1);

/** Version 1 of a silent day: a copy of day 1, on the registers where the day before ended. */
function copyOfDay1(n: number): Entry {
  let end = closing(used(1));
  for (let at = 2; at < n; at++) end = closing({ ...used(1), importStartWh: end.importWh, exportStartWh: end.exportWh });
  const values = { ...used(1), importStartWh: end.importWh, exportStartWh: end.exportWh };
  return { source: 'substitute', values, copies: signedDay(used(1), FIRST_DAY) };
}

const isSilent = (n: number): boolean => n === 2 || n === 3;

const first = once(() =>
  days().map((day, i) =>
    bookDay({
      name: `run, day ${i + 1}`,
      day: FIRST_DAY + i,
      entries: day.map(
        (values): Entry => (values.member === SILENT && isSilent(i + 1) ? copyOfDay1(i + 1) : { values, source: 'metered' }),
      ),
    }),
  ),
);

/** Day 4 of a community that the household has left. */
const withoutIt = once(() =>
  bookDay({
    name: 'run, day 4 without the silent household',
    day: FIRST_DAY + 3,
    entries: days()[3].flatMap((values): Entry[] => (values.member === SILENT ? [] : [{ values, source: 'metered' }])),
  }),
);

/** Version 1 of day 1 … 4. */
export const firstBook = (n: number): BookedDay => first()[n - 1];

/** The late roster of a silent day: as the roster, or with the statement that the household sent late. */
export const lateMeters = (n: number, signed = false): BookedDay['roster']['meters'] =>
  firstBook(n).roster.meters.map(({ meter, commitment }) => ({
    meter,
    commitment: signed && meter === silentMeter() ? signedCommitment(used(n), FIRST_DAY + n - 1) : commitment,
  }));

/** A correction of a silent day, as the household really used it unless it says otherwise. */
export const correction = (n: number, over: Partial<Entry> = {}, plan: Partial<Plan> = {}): BookedDay =>
  bookDay(
    {
      name: `run, day ${n} corrected ${plan.name ?? ''}`,
      day: FIRST_DAY + n - 1,
      version: 2,
      entries: [{ source: 'substitute', values: used(n), ...over }],
      roster: lateMeters(n),
      ...plan,
    },
    firstBook(n).book,
  );

export interface Corrected {
  day: BookedDay;
  /** from the freeze of its late roster to its anchor, in seconds */
  afterS?: number;
  /** the silent household's day was disputed after it */
  disputed?: boolean;
}

/** Chain time at which the late roster of day `n` froze. */
export const lateUnixS = (n: number): number => firstBook(n).chain.frozenUnixS + LATE_S + 3;

/** A day on the chain, with its late roster and the corrections that were anchored. */
function chainOf(first: BookedDay, corrections: readonly Corrected[]): ChainFile {
  const { chain } = first;
  const { book, roster } = corrections[0]?.day ?? first;
  const late = { frozenUnixS: chain.frozenUnixS + LATE_S + 3, frozenHeight: chain.frozenHeight + 500_000 };
  const anchors = corrections.map(({ day, afterS = 50 }, i) => ({
    ...{ version: i + 2, bookHash: day.hash, totals: null },
    ...{ height: late.frozenHeight + 10 + i, unixS: late.frozenUnixS + afterS },
  }));
  const disputed = corrections.some((one) => one.disputed) ? [{ meter: silentMeter(), reason: 'registers-jump' }] : [];
  return {
    ...chain,
    disputes: [...chain.disputes, ...disputed],
    anchors: [...chain.anchors, ...anchors],
    lateRoster: { digest: book.rosterDigest, ...late, meters: roster.meters },
  };
}

type Corrections = Partial<Record<2 | 3, readonly Corrected[]>>;

/** Genesis, and days with corrections of days 2 and 3; what else the chain has of a day is added. */
async function filesOf(
  books: readonly BookedDay[],
  corrections: Corrections,
  more: (n: number) => Partial<ChainFile> = () => ({}),
  linkDueS?: number,
): Promise<Files> {
  const genesis = genesisDocument(days()[0].map(({ meter }) => meter));
  if (linkDueS !== undefined) genesis.app_state.meter.params.link_due_s = String(linkDueS);
  const files: Files = new Map([['genesis.json', canonicalJson(genesis as unknown as Json)]]);
  for (const [i, first] of books.entries()) {
    const n = i + 1;
    const at = (name: string) => `days/${dateOf(n)}/${name}.json`;
    const own = corrections[n as 2 | 3] ?? [];
    for (const [name, text] of Object.entries(dayTexts(first))) files.set(at(name), text);
    files.set(at('proofs'), await proofsText(first));
    files.set(at('chain'), encodeChainFile({ ...chainOf(first, own), ...more(n) }));
    for (const [i, { day }] of own.entries()) {
      files.set(at(`book.v${i + 2}`), day.bookText);
      files.set(at(`proofs.v${i + 2}`), await proofsText(day));
    }
  }
  return files;
}

/** Files on the chain of the two households' validators. */
export const onRunChain = (files: Files, options: ChainOptions = {}): Files =>
  withChain(files, { set: VALIDATORS.slice(0, MEMBERS.length), ...options });

/** The bundle of all four days, the household back on the last. `firstOf`: the household's story, if another than this page's. */
export const runBundle = async (
  corrections: Corrections,
  options: ChainOptions = {},
  firstOf: (n: number) => BookedDay = firstBook,
): Promise<Files> => onRunChain(await filesOf([1, 2, 3, 4].map(firstOf), corrections), options);

/** The bundle of the first three days: nothing follows the run. */
export const openRunBundle = async (options: ChainOptions & { linkDueS?: number } = {}): Promise<Files> =>
  onRunChain(await filesOf([1, 2, 3].map(firstBook), {}, undefined, options.linkDueS), options);

/** Where the registers ended on day 3, as the commitment to what the household really used. */
export const trueEnd = (): bigint => correction(3).book.meters[0].L1;

/** A final reading: of the true registers, a minute after the late roster of day 3, and not objected to, unless it says otherwise. */
export const readingOf = (over: Partial<ChainFinalReading> = {}): ChainFinalReading => ({
  meter: silentMeter(),
  link: trueEnd(),
  height: firstBook(3).chain.frozenHeight + 500_005,
  unixS: lateUnixS(3) + 60,
  objectedHeight: null,
  ...over,
});

/** The bundle of four days of a household that retired with day 3. */
export const endedBundle = async (
  corrections: Corrections,
  finalReadings: readonly ChainFinalReading[],
  options: ChainOptions = {},
): Promise<Files> =>
  onRunChain(await filesOf([...[1, 2, 3].map(firstBook), withoutIt()], corrections, (n) => (n === 3 ? { finalReadings } : {})), options);
