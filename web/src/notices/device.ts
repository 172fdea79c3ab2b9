/**
 * Whether somebody wants notifications of this device, and what it has told already. Kept in this browser, for one person: by a hash of
 * the address, so that whoever signs in next is told nothing that is not theirs. Moments are kept, and nothing of what happened then.
 */
import { TELLING, tellNothing } from '../api/telling.ts';
import { lastOf, type News } from './question.ts';

const HASH_DIGITS = 16;

export interface Told {
  /** whose they are */
  of: string;
  /** what happened until then was told; '' nothing */
  until: string;
  /** the same of silences, by chain time */
  silentUntil: string;
}

export async function nameOf(address: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(address));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, HASH_DIGITS);
}

function read(): Partial<Told> | null {
  try {
    return JSON.parse(localStorage.getItem(TELLING) ?? 'null') as Partial<Told> | null;
  } catch {
    return null; // what nobody can read was never chosen
  }
}

/** What was told to somebody here; null: they want nothing told here. */
export async function toldTo(address: string): Promise<Told | null> {
  const found = read();
  if (typeof found?.until !== 'string' || typeof found.silentUntil !== 'string') return null;
  return found.of === (await nameOf(address)) ? (found as Told) : null;
}

/** A browser that keeps nothing tells nothing: it would tell the same again each time. */
export function keepTold(told: Told | null): void {
  try {
    if (told === null) tellNothing();
    else localStorage.setItem(TELLING, JSON.stringify(told));
  } catch {
    // it stays off
  }
}

const after = (news: News, { until, silentUntil }: Told): boolean => news.at > (news.kind === 'SILENT' ? silentUntil : until);
const later = (a: string, b: string | null | undefined): string => (b != null && b > a ? b : a);

/** What of it was not told here yet, and what has been once it is. Each silence is told once, not each time that one looks. */
export function untold(news: readonly News[], told: Told): { fresh: News[]; next: Told } {
  const silent = news.filter(({ kind }) => kind === 'SILENT').map(({ at }) => at);
  return {
    fresh: news.filter((one) => after(one, told)),
    next: { ...told, until: later(told.until, lastOf(news)), silentUntil: later(told.silentUntil, silent.sort().at(-1)) },
  };
}
