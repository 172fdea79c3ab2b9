/**
 * Verdicts that were made on this device, day by day, and where the next audit goes on: in the browser's own database, never sent. They are
 * about what is published, hence they stay when somebody signs out. A browser that keeps nothing forgets them with the page.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isSaved } from '../audit/since.ts';
import { isDay } from '../values/day-clock.ts';
import type { Checked } from './messages.ts';

/** What is known of a day here. */
export interface KeptDay {
  day: string;
  /** that it was part of a range whose audit passed, with open matters or without */
  passed: boolean;
  exitCode: number;
  /** first and last day that the verdict answers for */
  from: string;
  to: string;
  /** ms since 1970, by this device */
  atMs: number;
  /** keys with which whoever made them can forge were accepted */
  development: boolean;
  /** SHA-256 of the first version of the day's book, hex */
  bookHash: string | null;
  /** how many versions of it there were */
  versions: number;
}

const FORMAT = 'electra/kept-verdicts/v2';

export interface Kept {
  format: typeof FORMAT;
  genesisHash: string;
  days: KeptDay[];
  /** what an audit that passed left for the next, as the command line writes it; null: none did */
  resume: string | null;
}

const DATABASE = 'electra-check';
const STORE = 'communities';

const opened = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'genesisHash' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = work(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

const nothing = (genesisHash: string): Kept => ({ format: FORMAT, genesisHash, days: [], resume: null });

/** Where the browser's database is not to be had: as long as the page is open. */
const remembered = new Map<string, Kept>();

export async function keptOf(genesisHash: string): Promise<Kept> {
  const found = await inStore<Kept | undefined>('readonly', (store) => store.get(genesisHash)).catch(() => remembered.get(genesisHash));
  return found?.format === FORMAT ? found : nothing(genesisHash);
}

/** Everything that pages show of it is asked for anew when this changes. */
const changes = signal(0);

async function put(kept: Kept): Promise<void> {
  remembered.set(kept.genesisHash, kept);
  await inStore('readwrite', (store) => store.put(kept)).catch(() => {});
  changes.value++;
}

const endOf = (resume: string, end: 'firstDay' | 'lastDay'): string => new RegExp(`"${end}":"([0-9-]{10})"`).exec(resume)?.[1] ?? '';

/**
 * Where to go on from: an audit that passed, of all that the one before it covers. After a shorter one the open matters of the other days
 * would be forgotten, and whatever the chain's log names of them.
 */
export function goOnFrom(kept: string | null, found: string | null): string | null {
  if (kept === null || found === null) return found ?? kept;
  const covers = endOf(found, 'firstDay') <= endOf(kept, 'firstDay') && endOf(found, 'lastDay') >= endOf(kept, 'lastDay');
  return covers ? found : kept;
}

/** Adds what an audit found of its days. @param resume null: it did not pass */
async function keep(genesisHash: string, found: readonly KeptDay[], resume: string | null): Promise<void> {
  const kept = await keptOf(genesisHash);
  const days = new Map([...kept.days, ...found].map((day) => [day.day, day]));
  await put({ ...kept, days: [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)), resume: goOnFrom(kept.resume, resume) });
}

/** Keeps what an audit said of its days. One that fails for development keys alone says nothing of them yet. */
export async function keepVerdict({ verdict, resume, books, developmentKeys }: Checked): Promise<void> {
  const { genesisHash, days, exitCode } = verdict;
  if (genesisHash === null || days.length === 0 || developmentKeys === 'refused') return;
  const [from, to] = [days[0], days.at(-1)!];
  const passed = exitCode === 0 || exitCode === 3;
  const rest = { passed, exitCode, from, to, atMs: Date.now(), development: developmentKeys === 'accepted' };
  await keep(
    genesisHash,
    days.map((day) => ({ day, bookHash: books[day]?.hash ?? null, versions: books[day]?.versions ?? 0, ...rest })),
    resume,
  );
}

export async function forget(genesisHash: string): Promise<void> {
  await put(nothing(genesisHash));
}

/** Takes what was saved elsewhere, of this community, over what is here. @returns whether it is such a file */
export async function takeIn(genesisHash: string, text: string): Promise<boolean> {
  const kept = parsed(text);
  if (kept?.format !== FORMAT || kept.genesisHash !== genesisHash || !Array.isArray(kept.days)) return false;
  if (!kept.days.every(isKeptDay) || (kept.resume !== null && !isSaved(kept.resume))) return false;
  await keep(genesisHash, kept.days, kept.resume);
  return true;
}

const isKeptDay = (day: Partial<KeptDay>): boolean =>
  isDay(day?.day) && typeof day.passed === 'boolean' && Number.isInteger(day.exitCode) && Number.isInteger(day.versions);

function parsed(text: string): Kept | null {
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return null;
  }
}

export const asFile = (kept: Kept): string => `${JSON.stringify(kept)}\n`;

const shown = signal<ReadonlyMap<string, KeptDay>>(new Map());
const loadedFor = signal('');

/** The verdicts of this device by day. Empty until they are read. */
export function useKeptDays(genesisHash: string | null): ReadonlyMap<string, KeptDay> {
  const turn = changes.value;
  useEffect(() => {
    if (genesisHash === null) return;
    keptOf(genesisHash).then(({ days }) => {
      loadedFor.value = genesisHash;
      shown.value = new Map(days.map((day) => [day.day, day]));
    });
  }, [genesisHash, turn]);
  return loadedFor.value === genesisHash ? shown.value : new Map();
}
