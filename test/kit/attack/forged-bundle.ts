/**
 * Bundles of a community of four: two consumers, one large producer, one whose second day is missing. The first day is there for the links,
 * the second is audited.
 *
 * `honest()` is what an honest node exports, on an honest chain. A forger of the export lays other files over it (`overlay`); a forger who
 * has the chain's validators too gets a chain that says what the files say (`onItsChain`).
 */
import {
  type ChainFile,
  canonicalJson,
  encodeChainFile,
  encodeRoster,
  encodeRosterFile,
  type Json,
  type Roster,
  rosterDigest,
  type Tariff,
} from '../../../src/protocol/index.ts';
import type { BookedDay } from '../audit/booked-day.ts';
import { closing } from '../audit/booked-day.ts';
import { DAY1, DAY2 } from '../audit/bundles.ts';
import { type ChainOptions, withChain } from '../audit/chain.ts';
import { signedDay } from '../audit/days.ts';
import { genesisDocument } from '../audit/genesis.ts';
import { FIRST_DAY, type MeterDay, realDays } from '../audit/readings.ts';
import { once } from '../made-once.ts';
import { bookDay, dayTexts, type Entry, type Plan, proofsText } from './forged-day.ts';

export { DAY1, DAY2 };
export type Files = Map<string, string>;

const MEMBERS = { consumer: 'rural-003', other: 'rural-008', producer: 'rural-010', missing: 'rural-013' } as const;
export type Role = keyof typeof MEMBERS;

const days = once(() => realDays(2).map((day) => day.filter(({ member }) => (Object.values(MEMBERS) as string[]).includes(member))));

/** What a member's meter measured on day 1 or 2. */
export const measured = (role: Role, day: 1 | 2 = 2): MeterDay => days()[day - 1].find(({ member }) => member === MEMBERS[role])!;
export const meterOf = (role: Role): string => measured(role).meter;

/** What is booked for day 2 where no statement came: a copy of the meter's first day, on the registers where that ended. */
export const copyOfDay1 = (role: Role): Entry => {
  const first = measured(role, 1);
  const end = closing(first);
  const values = { ...first, importStartWh: end.importWh, exportStartWh: end.exportWh };
  return { source: 'substitute', values, copies: signedDay(first, FIRST_DAY) };
};

/** The honest entries of day 2, by address. */
export const entriesOfDay2 = (): Entry[] =>
  days()[1].map((values): Entry => (values.member === MEMBERS.missing ? copyOfDay1('missing') : { values, source: 'metered' }));

/** The honest entries with one member's replaced. */
export const withEntry = (role: Role, change: (entry: Entry) => Entry): Entry[] =>
  entriesOfDay2().map((entry) => (entry.values.member === MEMBERS[role] ? change(entry) : entry));

export const day1 = once(() =>
  bookDay({ name: 'day 1', day: FIRST_DAY, entries: days()[0].map((values): Entry => ({ values, source: 'metered' })) }),
);
export const day2 = once(() => bookDay({ name: 'day 2', day: FIRST_DAY + 1, entries: entriesOfDay2() }));

/** A plan of day 2 that differs from the honest one as told. */
export const plan2 = (name: string, over: Partial<Plan> = {}): Plan => ({ name, day: FIRST_DAY + 1, entries: entriesOfDay2(), ...over });

/** Genesis and day 1. */
function frame(): Files {
  const genesis = genesisDocument(days()[0].map((d) => d.meter));
  const files: Files = new Map([['genesis.json', canonicalJson(genesis as Json)]]);
  for (const [name, text] of Object.entries(dayTexts(day1()))) files.set(`days/${DAY1}/${name}.json`, text);
  return files;
}

/** Lays a day's files over a bundle; `proofs` are made, or kept ones read. */
export async function overlay(
  files: Files,
  day: BookedDay,
  {
    date = DAY2,
    only = ['book', 'roster', 'chain', 'proofs'],
  }: { date?: string; only?: readonly ('book' | 'roster' | 'chain' | 'proofs')[] } = {},
): Promise<Files> {
  const texts = { ...dayTexts(day), ...(only.includes('proofs') ? { proofs: await proofsText(day) } : {}) } as Record<string, string>;
  for (const name of only) files.set(`days/${date}/${name}.json`, texts[name]);
  return files;
}

const honestFiles = once(async () => withChain(await overlay(frame(), day2())));

/** The honest bundle, fresh at every call. */
export const honest = async (): Promise<Files> => new Map(await honestFiles());

/** A bundle whose day 2 is as given, on a chain that says what its files say. */
export const onItsChain = async (day: BookedDay, options: ChainOptions = {}): Promise<Files> =>
  withChain(await overlay(frame(), day), options);

/** The forged export of a day, on the chain of the honest one: headers and state proofs stay as they were. */
export const onHonestChain = async (day: BookedDay): Promise<Files> => overlay(await honest(), day);

export const path2 = (name: string): string => `days/${DAY2}/${name}`;

/** What the chain's state says where the export says something else. */
export interface Truth {
  roster?: Roster['meters'];
  tariff?: Tariff;
  fromDay?: number;
  slotPrices?: ChainFile['slotPrices'];
  bookHash?: string;
  totals?: string;
}

/** A forged export on a chain whose state is another: the operator anchored the forged book, but could not change roster or tariff. */
export async function contradicting(day: BookedDay, truth: Truth, options: ChainOptions = {}): Promise<Files> {
  const meters = truth.roster ?? day.roster.meters;
  const digest = rosterDigest(encodeRoster({ day: day.book.day, meters }));
  const files = frame();
  const [anchor] = day.chain.anchors;
  const chain: ChainFile = {
    ...day.chain,
    rosterDigest: digest,
    tariff: { ...(truth.tariff ?? day.chain.tariff), fromDay: truth.fromDay ?? day.chain.tariff.fromDay },
    slotPrices: truth.slotPrices ?? day.chain.slotPrices,
    anchors: [{ ...anchor, bookHash: truth.bookHash ?? anchor.bookHash, totals: truth.totals ?? anchor.totals }],
  };
  files.set(path2('chain.json'), encodeChainFile(chain));
  files.set(path2('roster.json'), encodeRosterFile({ day: day.book.day, meters }, digest));
  return overlay(withChain(files, options), day);
}
