/** Bundles of days from the service, or which of them there are instead: a bundle holds final days without a gap. */
import { isDay } from '../values/day-clock.ts';
import type { Source } from './messages.ts';

export interface DayRange {
  from: string;
  to: string;
}

export interface NoBundle {
  /** days that are not final */
  missing: readonly string[];
  /** stretches that there is a bundle of */
  ranges: readonly DayRange[];
}

function rangeOf(text: unknown): DayRange[] {
  const [from, to = from] = typeof text === 'string' ? text.split('..') : [];
  return isDay(from) && isDay(to) ? [{ from, to }] : [];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a service says that has no bundle; nothing of it has to be true. */
async function instead(response: Response | null): Promise<NoBundle> {
  const answer = (await response?.json().catch(() => null)) as { error?: { missing?: unknown; ranges?: unknown } } | null | undefined;
  return { missing: listOf(answer?.error?.missing).filter(isDay), ranges: listOf(answer?.error?.ranges).flatMap(rangeOf) };
}

interface FetchOptions {
  /** what it is called; default as its address */
  name?: string;
  /** what is said of an earlier audit (audit/since.ts) */
  query?: string;
}

/** The bundle of a range of days; else what there is of it. */
export async function fetchDays({ from, to }: DayRange, { name, query = '' }: FetchOptions = {}): Promise<Source | NoBundle> {
  const days = from === to ? from : `${from}..${to}`;
  const response = await fetch(`/bundle/${days}.zip${query}`, {
    credentials: 'omit',
    headers: { accept: 'application/zip, application/json' },
  }).catch(() => null);
  return response?.ok ? { name: name ?? days, zip: new Uint8Array(await response.arrayBuffer()) } : instead(response);
}

export const isSource = (found: Source | NoBundle): found is Source => 'name' in found;
