/**
 * Which own bills were checked on this device, and what came out: kept in this browser and never sent. An entry names neither member nor
 * meter, but a digest of both, and no amount: it stays when somebody signs out, and tells the next reader nothing.
 */
import { signal } from '@preact/signals';

export interface Checked {
  /** of the bill that was checked */
  version: number;
  /** SHA-256 of the bundle's bytes, hex */
  bundleHash: string;
  /** as of the command line: 0 passed, 3 with exceptions, 1 failed, 2 unreadable */
  exitCode: number;
  /** ms since 1970, by this device */
  atMs: number;
  /** keys with which whoever made them can forge were accepted */
  development: boolean;
}

const KEPT = 'electra.checked';
const MOST = 1_000;

type Kept = Record<string, Checked>;

const hex = (bytes: ArrayBuffer): string => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => hex(await crypto.subtle.digest('SHA-256', bytes));

/** What names a bill here. */
const keyOf = async (chainId: string, { day, meter }: { day: string; meter: string }): Promise<string> =>
  (await sha256(new TextEncoder().encode(`electra/checked/v1 ${chainId} ${day} ${meter}`))).slice(0, 32);

function read(): Kept {
  try {
    return (JSON.parse(localStorage.getItem(KEPT) ?? '{}') ?? {}) as Kept;
  } catch {
    return {};
  }
}

/** Pages that show what was checked read it anew when this changes. */
export const changed = signal(0);

/** A browser that keeps nothing forgets it with the page; the newest thousand are kept. */
export async function keepChecked(chainId: string, bill: { day: string; meter: string }, checked: Checked): Promise<void> {
  const entries = Object.entries({ ...read(), [await keyOf(chainId, bill)]: checked }).sort(([, a], [, b]) => b.atMs - a.atMs);
  try {
    localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(entries.slice(0, MOST))));
  } catch {
    // nothing depends on it
  }
  changed.value++;
}

/** What is known of bills here; null of those that were not checked. */
export async function checkedOf(chainId: string, bills: readonly { day: string; meter: string }[]): Promise<(Checked | null)[]> {
  const kept = read();
  return Promise.all(bills.map(async (bill) => kept[await keyOf(chainId, bill)] ?? null));
}
