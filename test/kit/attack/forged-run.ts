/**
 * A run on a chain of its own: one household is silent on days 2 and 3 and back on day 4; a producer is there throughout. Late rosters have
 * frozen, so the run can be corrected. All four days are in the bundle with their proofs.
 */
import { type ChainFile, canonicalJson, dayToDate, encodeChainFile, type Json } from '../../../src/protocol/index.ts';
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

/** Version 1 of day 1 … 4. */
type FirstBook = (n: number) => BookedDay;

/** Day `n` on the chain, with its late roster and the corrections that were anchored. */
function chainOf(n: number, corrections: readonly Corrected[], firstOf: FirstBook): ChainFile {
  const { chain } = firstOf(n);
  const { book, roster } = corrections[0]?.day ?? firstOf(n);
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

/** The bundle of all four days, with corrections of days 2 and 3. `firstOf`: the household's story, if another than this page's. */
export async function runBundle(
  corrections: Partial<Record<2 | 3, readonly Corrected[]>>,
  options: ChainOptions = {},
  firstOf: FirstBook = firstBook,
): Promise<Files> {
  const meters = days()[0].map(({ meter }) => meter);
  const files: Files = new Map([['genesis.json', canonicalJson(genesisDocument(meters) as unknown as Json)]]);
  for (const n of [1, 2, 3, 4]) {
    const at = (name: string) => `days/${dateOf(n)}/${name}.json`;
    const own = corrections[n as 2 | 3] ?? [];
    for (const [name, text] of Object.entries(dayTexts(firstOf(n)))) files.set(at(name), text);
    files.set(at('proofs'), await proofsText(firstOf(n)));
    files.set(at('chain'), encodeChainFile(chainOf(n, own, firstOf)));
    for (const [i, { day }] of own.entries()) {
      files.set(at(`book.v${i + 2}`), day.bookText);
      files.set(at(`proofs.v${i + 2}`), await proofsText(day));
    }
  }
  return withChain(files, { set: VALIDATORS.slice(0, MEMBERS.length), ...options });
}
