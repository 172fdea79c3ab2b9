/** One reading of a source whose settings are known, as `run` would read it; or why there is none. */
import { SettingsError, type SourceSettings } from '../settings.ts';
import { readSource } from '../sources/source.ts';
import type { Telegram } from '../telegram.ts';
import { within } from '../within.ts';
import { goneBy, type NotFound } from './detect.ts';

export type Reading = { telegram: Telegram } | { code: NotFound | 'key' | 'registers' | 'value' };

export async function firstReading(source: SourceSettings, timeoutS: number, signal: AbortSignal): Promise<Reading> {
  const done = new AbortController();
  let telegram: Telegram | undefined;
  const dropped = new Set<string>();
  let isLost = false;
  const isUnplugged = (): boolean => 'line' in source && goneBy(source.line) === 'unplugged';
  const hear: Parameters<typeof readSource>[2]['hear'] = (outcome) => {
    if ('bad' in outcome) dropped.add(outcome.bad);
    else {
      telegram ??= outcome.telegram;
      done.abort();
    }
  };
  const lost = (): void => {
    isLost = true;
    if (isUnplugged()) done.abort();
  };
  try {
    await readSource(source, timeoutS, { hear, lost, isAtOnce: true }, within(timeoutS * 1000, signal, done.signal));
  } catch (error) {
    if (error instanceof SettingsError) return { code: 'key' };
    throw error;
  }
  if (telegram) return { telegram };
  if (signal.aborted) return { code: 'stopped' };
  if (isUnplugged()) return { code: 'unplugged' };
  if (dropped.has('key')) return { code: 'key' };
  if (dropped.has('no-registers')) return { code: 'registers' };
  if (dropped.has('checksum') || dropped.has('torn')) return { code: 'damaged' };
  if (dropped.has('no-value') || dropped.has('unit') || dropped.has('malformed')) return { code: 'value' };
  return { code: isLost || dropped.has('no-answer') ? 'unreachable' : 'silent' };
}
