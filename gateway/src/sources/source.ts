/**
 * Any source, by its settings, kept open: whatever ends it, it is opened again, and a port that has been silent for long is opened anew.
 */

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationCounters } from '../parse/counters.ts';
import { d0Decoder } from '../parse/d0.ts';
import { dlmsDecoder } from '../parse/dlms.ts';
import { p1Decoder } from '../parse/p1.ts';
import { smartyDecoder } from '../parse/smarty.ts';
import { smlDecoder } from '../parse/sml.ts';
import { SettingsError, type SourceSettings } from '../settings.ts';
import type { Decoder, Outcome } from '../telegram.ts';
import { readAsked } from './asked.ts';
import { openD0 } from './d0.ts';
import { httpAsk } from './http.ts';
import { openModbus } from './modbus.ts';
import { readMqtt } from './mqtt.ts';
import { readPushed } from './pushed.ts';

/** A key of 16 bytes, in hexadecimal digits, alone in a file. @throws SettingsError */
function keyOf(file: string): Uint8Array {
  let text = '';
  try {
    text = readFileSync(file, 'utf8').replace(/\s/g, '');
  } catch (error) {
    throw new SettingsError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (!/^[0-9A-Fa-f]{32}$/.test(text)) throw new SettingsError(`${file}: expected a key of 32 hexadecimal digits`);
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** The decoder of a source that speaks by itself; undefined for one that is asked. */
function decoderOfSource(source: SourceSettings, counters?: InvocationCounters): Decoder | undefined {
  const counted = counters ? { counters } : {};
  switch (source.kind) {
    case 'p1':
      return p1Decoder(source);
    case 'smarty':
      return smartyDecoder({ ...source, key: keyOf(source.keyFile), ...counted });
    case 'sml':
      return smlDecoder();
    case 'd0':
      return source.mode === 'D'
        ? d0Decoder({ push: true, checksum: source.checksum, ...(source.unit ? { unit: source.unit } : {}) })
        : undefined;
    case 'dlms': {
      const { keyFile, authenticationKeyFile, link, standardOffsetS } = source;
      const keys = {
        ...(keyFile ? { key: keyOf(keyFile) } : {}),
        ...(authenticationKeyFile ? { authenticationKey: keyOf(authenticationKeyFile) } : {}),
      };
      return dlmsDecoder(link, { standardOffsetS, ...keys, ...counted });
    }
    default:
      return undefined;
  }
}

/** One connection, until the signal aborts or it ends. */
async function readOnce(source: SourceSettings, events: Omit<SourceEvents, 'lost'>, signal: AbortSignal): Promise<void> {
  const { hear, counters, isAtOnce = false } = events;
  const decoder = decoderOfSource(source, counters);
  if (decoder && 'line' in source) return readPushed(source.line, decoder, hear, signal);
  if (source.kind === 'mqtt') return readMqtt(source, hear, signal);
  if (source.kind === 'homewizard' || source.kind === 'shelly') return readAsked(httpAsk(source), { ...source, isAtOnce }, hear, signal);
  const open = source.kind === 'd0' ? openD0 : source.kind === 'sunspec' || source.kind === 'sdm' ? openModbus : undefined;
  if (!open || !('intervalS' in source)) throw new SettingsError(`source.kind: expected a source that is asked, not ${source.kind}`);
  const meter = await (open as (settings: SourceSettings) => ReturnType<typeof openD0>)(source);
  try {
    await readAsked(meter.ask, { ...source, isAtOnce }, hear, signal);
  } finally {
    meter.close();
  }
}

export interface SourceEvents {
  hear: (outcome: Outcome) => void;
  /** The line broke, or nothing valid came for so long. */
  lost: (why: string) => void;
  /** What enciphered ports have said before. None: nothing is known of that. */
  counters?: InvocationCounters;
  /** A source that is asked is so as soon as it is open: somebody waits, and its interval may be as long as they do. */
  isAtOnce?: boolean;
}

const AGAIN_MOST_MS = 60_000;

/** Reads for good, until the signal aborts. Rejects for settings that cannot work alone. */
export async function readSource(source: SourceSettings, silenceS: number, events: SourceEvents, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    const silent = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), silenceS * 1000);
    };
    watch();
    const hear = (outcome: Outcome): void => {
      if ('telegram' in outcome) {
        failures = 0;
        watch();
      }
      events.hear(outcome);
    };
    try {
      await readOnce(source, { ...events, hear }, AbortSignal.any([signal, silent.signal]));
      if (!signal.aborted) events.lost(`nothing valid for ${silenceS} s: the line is opened anew`);
    } catch (error) {
      if (error instanceof SettingsError) throw error;
      events.lost((error as Error).message);
      failures++;
    } finally {
      clearTimeout(timer);
    }
    if (failures > 0) await sleep(Math.min(AGAIN_MOST_MS, 1000 * 2 ** Math.min(failures, 6)), undefined, { signal }).catch(() => {});
  }
}
