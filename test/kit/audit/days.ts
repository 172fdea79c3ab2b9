/**
 * Days of the test community as an honest node books them.
 *
 * The node draws masks and blindings at random; here they are hashes of their names, so that a bundle can be made again and one of its
 * proofs made anew. Options bend the day the way an attacker would, each time honestly everywhere else.
 */

import { createHash } from 'node:crypto';
import {
  type ChainFile,
  encodeChainFile,
  encodeRoster,
  FIELD_ORDER,
  type PerCircuit,
  type Prices,
  rosterDigest,
  type Source,
} from '../../../src/protocol/index.ts';
import { type BookedDay, bookDayAs, commitmentOf, type EntryChoice, type SignedDay } from './booked-day.ts';
import type { MeterDay } from './readings.ts';

const LATE_S = 2_592_000;

const digest = (label: string): Buffer => createHash('sha512').update(`electra test community: ${label}`).digest();
const bytes31 = (label: string): Uint8Array => Uint8Array.from(digest(label).subarray(0, 31));
const secret31 = (label: string): bigint => BigInt(`0x${digest(label).subarray(0, 31).toString('hex')}`);
const secret64 = (label: string): bigint => BigInt(`0x${digest(label).toString('hex')}`) % FIELD_ORDER;

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
  booked?: ReadonlyMap<string, { source: Exclude<Source, 'metered'>; values: MeterDay; copies?: { day: number; values: MeterDay } }>;
  /** by member: the opening link is drawn anew instead of taken from the day before */
  freshLink?: ReadonlySet<string>;
  /** the book's prices, if not those of the rule */
  prices?: (prices: Prices) => Prices;
  /** by member: bill at these prices instead of the book's, so that B and the proof are of another amount */
  billedAt?: ReadonlyMap<string, (prices: Prices) => Prices>;
  keys: PerCircuit<string>;
}

const linkBlinding = (meter: string, day: number): bigint => secret31(`u ${meter} ${day}`);

/** What the meter itself keeps of a day that it signed. */
export const blindingOf = (d: MeterDay, day: number): Uint8Array => bytes31(`blinding ${d.meter} ${day}`);

/** A day as its meter committed to it. */
export const signedDay = (values: MeterDay, day: number): SignedDay => ({ day, values, blinding: blindingOf(values, day) });

/** C of a day as its meter signed it. */
export const signedCommitment = (d: MeterDay, day: number): bigint => commitmentOf(d, day, blindingOf(d, day));

function entryOf(plan: DayPlan, signed: MeterDay): EntryChoice {
  const instead = plan.booked?.get(signed.member);
  const d = instead?.values ?? signed;
  const label = `${plan.name} ${d.meter} ${plan.day}`;
  return {
    values: d,
    source: instead?.source ?? 'metered',
    ...(instead?.copies ? { copies: signedDay(instead.copies.values, instead.copies.day) } : {}),
    rostered: instead?.source === 'substitute' ? null : signedCommitment(signed, plan.day),
    blinding: instead ? bytes31(`node's blinding ${label}`) : blindingOf(d, plan.day),
    k: secret64(`k ${label}`),
    v: secret31(`v ${label}`),
    s: secret31(`s ${label}`),
    u0: plan.freshLink?.has(d.member) ? secret31(`fresh u ${label}`) : linkBlinding(d.meter, plan.day),
    u1: linkBlinding(d.meter, plan.day + 1),
    billedAt: plan.billedAt?.get(d.member),
  };
}

/** Books a day: version 1. */
export function makeDay(plan: DayPlan): BookedDay {
  const entries = plan.signed.map((d) => entryOf(plan, d));
  const disputes = entries.filter(({ source }) => source === 'disputed').map(({ values }) => values.meter);
  const { day, keys, prices } = plan;
  return bookDayAs({ day, keys, prices, entries, disputes, x: secret31(`x ${plan.name} ${day}`) });
}

/** A correction of one member whose statement came late: version 2, at version 1's prices. Its chain file anchors both. */
export function correct(plan: DayPlan, first: BookedDay, member: string): BookedDay {
  const signed = plan.signed.find((d) => d.member === member)!;
  const entry = { ...entryOf({ ...plan, name: `${plan.name} version 2`, booked: new Map() }, signed), billedAt: undefined };
  const C = signedCommitment(signed, plan.day);
  const roster = first.roster.meters.map((m) => (m.meter === signed.meter ? { ...m, commitment: C } : m));
  const second = bookDayAs({ day: plan.day, keys: plan.keys, entries: [entry], roster, version: 2, correctionOf: first.book, x: 0n });
  const late = { frozenUnixS: first.chain.frozenUnixS + LATE_S + 3, frozenHeight: first.chain.frozenHeight + 500_000 };
  const anchor = { version: 2, bookHash: second.hash, totals: null, height: late.frozenHeight + 10, unixS: late.frozenUnixS + 50 };
  const chain: ChainFile = {
    ...first.chain,
    lateRoster: { digest: rosterDigest(encodeRoster(second.roster)), ...late, meters: roster },
    anchors: [...first.chain.anchors, anchor],
  };
  return { ...second, chain, chainText: encodeChainFile(chain) };
}
