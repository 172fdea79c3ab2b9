/** One reading of a source whose settings are known, as `run` would read it; or why there is none. */
import { existsSync } from 'node:fs';
import { SettingsError, type SourceSettings } from '../settings.ts';
import { readSource } from '../sources/source.ts';
import type { Telegram } from '../telegram.ts';
import type { NotFound } from './detect.ts';

export type Reading = { telegram: Telegram } | { why: NotFound | 'key' | 'registers' | 'value' };

export async function firstReading(source: SourceSettings, timeoutS: number, signal: AbortSignal): Promise<Reading> {
  const done = new AbortController();
  const late = AbortSignal.timeout(timeoutS * 1000);
  let telegram: Telegram | undefined;
  const dropped = new Set<string>();
  let isLost = false;
  const hear: Parameters<typeof readSource>[2]['hear'] = (outcome) => {
    if ('bad' in outcome) dropped.add(outcome.bad);
    else {
      telegram ??= outcome.telegram;
      done.abort();
    }
  };
  const lost = (): void => {
    isLost = true;
    if ('line' in source && source.line.path !== undefined && !existsSync(source.line.path)) done.abort();
  };
  try {
    await readSource(source, timeoutS, { hear, lost }, AbortSignal.any([signal, late, done.signal]));
  } catch (error) {
    if (error instanceof SettingsError) return { why: 'key' };
    throw error;
  }
  if (telegram) return { telegram };
  if (signal.aborted) return { why: 'stopped' };
  if ('line' in source && source.line.path !== undefined && !existsSync(source.line.path)) return { why: 'unplugged' };
  if (dropped.has('key')) return { why: 'key' };
  if (dropped.has('no-registers')) return { why: 'registers' };
  if (dropped.has('checksum') || dropped.has('torn')) return { why: 'damaged' };
  if (dropped.has('no-value') || dropped.has('unit') || dropped.has('malformed')) return { why: 'value' };
  return { why: isLost || dropped.has('no-answer') ? 'unreachable' : 'silent' };
}
