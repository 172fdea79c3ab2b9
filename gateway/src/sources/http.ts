/** HomeWizard and Shelly: readers that somebody else made, asked over HTTP on the local network. */
import { HOMEWIZARD_PATH, parseHomeWizard } from '../parse/homewizard.ts';
import { parseShelly, shellyPath } from '../parse/shelly.ts';
import type { SourceSettings } from '../settings.ts';
import { type Telegram, TelegramError } from '../telegram.ts';
import { within } from '../within.ts';

const TIMEOUT_MS = 5_000;
const MOST_BYTES = 65_536;

/** An answer's bytes, so many at most. */
async function get(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const answer = await fetch(url, { signal: within(TIMEOUT_MS, signal), redirect: 'error' });
  if (!answer.ok) throw new Error(`${new URL(url).host}: HTTP ${answer.status}`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new TelegramError('too-long', 'more than 64 kB');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function httpAsk(source: Extract<SourceSettings, { kind: 'homewizard' | 'shelly' }>): (signal: AbortSignal) => Promise<Telegram> {
  const path = source.kind === 'homewizard' ? HOMEWIZARD_PATH : shellyPath(source.model, source.channel);
  const url = new URL(path, source.url).href;
  const parse = source.kind === 'homewizard' ? parseHomeWizard : (bytes: Uint8Array) => parseShelly(bytes, source.model);
  return async (signal) => parse(await get(url, signal));
}
