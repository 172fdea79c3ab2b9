/**
 * A day as a dishonest node books it: whatever readings, sources, prices, tariff or links it likes, and everything that follows from them
 * made honestly, down to the proofs. So a forgery breaks one rule and keeps all others, as a forger who has the source would have it.
 *
 * All random values follow from the plan's name. Nothing here is checked.
 */

import { createHash } from 'node:crypto';
import {
  type Book,
  encodeChainFile,
  encodeProofs,
  encodeRosterFile,
  FIELD_ORDER,
  type PerCircuit,
  type ProofJson,
} from '../../../src/protocol/index.ts';
import { type BookChoice, type BookedDay, bookDayAs, type EntryChoice, type EntrySecrets } from '../audit/booked-day.ts';
import { blindingOf } from '../audit/days.ts';
import { keyIds } from '../development-keys.ts';
import { prove } from './kept-proofs.ts';

const digest = (label: string): Buffer => createHash('sha512').update(`electra attack: ${label}`).digest();
export const secret31 = (label: string): bigint => BigInt(`0x${digest(label).subarray(0, 31).toString('hex')}`);
export const secret64 = (label: string): bigint => BigInt(`0x${digest(label).toString('hex')}`) % FIELD_ORDER;
export const bytes31 = (label: string): Uint8Array => Uint8Array.from(digest(label).subarray(0, 31));

/** One meter's day in the book. */
export interface Entry extends Omit<EntryChoice, keyof EntrySecrets> {
  /** draws the opening link anew instead of taking the one that the day before ended with */
  freshLink?: boolean;
  /** both links have the blinding of this midnight: so a day without energy ends with the commitment with which it begins */
  midnight?: number;
}

export interface Plan extends Omit<BookChoice, 'entries' | 'x' | 'keys' | 'correctionOf'> {
  /** makes every random value of this book its own */
  name: string;
  entries: readonly Entry[];
  /** of the book, if not those of the chain */
  keys?: PerCircuit<string>;
}

/** Meter and node share u of a midnight, so that days link. */
export const linkBlinding = (meter: string, day: number): bigint => secret31(`u ${meter} ${day}`);

function entryOf(plan: Plan, { freshLink, midnight, ...entry }: Entry): EntryChoice {
  const { values: d, source } = entry;
  const label = `${plan.name} ${plan.version ?? 1} ${d.meter} ${plan.day}`;
  return {
    ...entry,
    blinding: source === 'metered' ? blindingOf(d, plan.day) : bytes31(`node's blinding ${label}`),
    k: secret64(`k ${label}`),
    v: secret31(`v ${label}`),
    s: secret31(`s ${label}`),
    u0: freshLink ? secret31(`u0 ${label}`) : linkBlinding(d.meter, midnight ?? plan.day),
    u1: linkBlinding(d.meter, midnight ?? plan.day + 1),
  };
}

/** Books a day. `version` > 1 is a correction: no totals, prices as given. */
export function bookDay(plan: Plan, correctionOf?: Book): BookedDay {
  const { name, keys = keyIds(), ...choice } = plan;
  const entries = plan.entries.map((entry) => entryOf(plan, entry));
  return bookDayAs({ ...choice, entries, keys, correctionOf, x: secret31(`x ${name} ${plan.day}`) });
}

/** Proves what each substitute copies. */
export async function provenSubstitutes(day: BookedDay): Promise<{ meter: string; proof: ProofJson }[]> {
  const substitutes: { meter: string; proof: ProofJson }[] = [];
  for (const { meter, signals } of day.substitutes) substitutes.push({ meter, proof: await prove('substitute', signals()) });
  return substitutes;
}

/** Proves a day: every bill, the clearing, and what each substitute copies. */
export async function proofsText(day: BookedDay): Promise<string> {
  const bills: { meter: string; S: bigint; proof: ProofJson }[] = [];
  for (const { meter, S, signals } of day.bills) bills.push({ meter, S, proof: await prove('day-bill', signals()) });
  const clearing = day.clearing && { proof: await prove('clearing', day.clearing()) };
  const substitutes = await provenSubstitutes(day);
  const { chainId, day: at, version } = day.book;
  return encodeProofs({ chainId, day: at, version, bookHash: day.hash, bills, clearing, substitutes });
}

/** book, roster and chain of a day, by file name; roster and chain as they are now, in case a forger has changed them since. */
export const dayTexts = (day: BookedDay): Record<'book' | 'roster' | 'chain', string> => ({
  book: day.bookText,
  roster: encodeRosterFile(day.roster, day.book.rosterDigest),
  chain: encodeChainFile(day.chain),
});
