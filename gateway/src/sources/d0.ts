/**
 * Asking a meter of IEC 62056-21 in its modes A, B and C: at 300 baud `/?! CR LF`, the identification comes back, and then by mode
 *   A   the data at once, at the same speed
 *   B   the data at the speed that the identification's fifth letter says
 *   C   after `ACK 0 Z 0 CR LF` the data at the speed Z, which the identification's fifth letter offers
 *
 * That letter is a digit in mode C, A to I in mode B, and anything else in mode A: it says which of them the meter speaks.
 *
 * A meter that offers mode E (`\2` behind its identification's fifth letter: DLMS over HDLC) is asked for mode C all the same, as
 * Landis+Gyr's E450 and E650 give it. Those that answer by mode E alone (Itron's SL7000 and ACE6000) want a password of whoever reads them
 * for the grid, and are refused as such.
 */

import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { d0Decoder } from '../parse/d0.ts';
import type { SourceSettings } from '../settings.ts';
import { type Telegram, TelegramError } from '../telegram.ts';
import { openLine } from './line.ts';

type D0Settings = Extract<SourceSettings, { kind: 'd0' }>;
type AskedMode = Exclude<D0Settings['mode'], 'D'>;

const FIRST_BAUD = 300;
const SPEEDS_C: Record<string, number> = { '0': 300, '1': 600, '2': 1200, '3': 2400, '4': 4800, '5': 9600, '6': 19_200 };
const SPEEDS_B: Record<string, number> = { A: 600, B: 1200, C: 2400, D: 4800, E: 9600, F: 19_200 };
const IDENTIFICATION_MS = 5_000;
const READ_OUT_MS = 60_000;
const MODE_E = /^\/[A-Za-z]{3}.\\2/;
const modeOf = (letter: string): AskedMode => (/\d/.test(letter) ? 'C' : /[A-I]/.test(letter) ? 'B' : 'A');
/** Between the identification and the acknowledgement the standard wants 200 to 1500 ms, and the port its time to change. */
const TURN_MS = 250;

export interface D0Meter {
  /** The mode that its last identification said; undefined before. */
  offered: () => AskedMode | undefined;
  ask: (signal: AbortSignal) => Promise<Telegram>;
  close: () => void;
}

/** `by` the mode of the settings, or by the one that the meter offers: for whoever has yet to find out. */
export async function openD0(settings: D0Settings, readOutMs = READ_OUT_MS, by: 'settings' | 'offer' = 'settings'): Promise<D0Meter> {
  const line = await openLine({ ...settings.line, baud: settings.line.tcp ? settings.line.baud : FIRST_BAUD });
  const listener = new Listener(line.stream);
  let offers: AskedMode | undefined;
  const ask = async (signal: AbortSignal): Promise<Telegram> => {
    await line.setBaud(FIRST_BAUD);
    listener.clear();
    line.stream.write('/?!\r\n');
    const identification = await listener.line(IDENTIFICATION_MS, signal);
    const offered = identification[4] ?? '';
    offers = modeOf(offered);
    const mode = by === 'offer' ? offers : settings.mode;
    if (mode === 'C') {
      const speed = offered in SPEEDS_C ? offered : '0';
      await sleep(TURN_MS, undefined, { signal });
      line.stream.write(`\x060${speed}0\r\n`);
      await sleep(TURN_MS, undefined, { signal }); // six characters at 300 baud have left by then
      await line.setBaud(SPEEDS_C[speed]);
    } else if (mode === 'B' && offered in SPEEDS_B) await line.setBaud(SPEEDS_B[offered]);
    try {
      return await listener.telegram(settings, readOutMs, signal);
    } catch (error) {
      if (MODE_E.test(identification) && error instanceof TelegramError && error.code === 'torn')
        throw new TelegramError('mode-e', 'the meter speaks mode E alone, which wants a password: only its customer port can be read');
      throw error;
    }
  };
  return { offered: () => offers, ask, close: line.close };
}

/** What comes back, as one line or as one telegram. */
class Listener {
  #bytes: Uint8Array = new Uint8Array(0);
  #wake: () => void = () => {};
  #error: Error | undefined;

  constructor(stream: Duplex) {
    stream.on('data', (bytes: Uint8Array) => {
      this.#bytes = Buffer.concat([this.#bytes.subarray(-16_384), bytes]);
      this.#wake();
    });
    const end = (error?: Error): void => {
      this.#error = error ?? new Error('the line ended');
      this.#wake();
    };
    stream.on('error', end);
    stream.on('close', () => end());
  }

  clear(): void {
    this.#bytes = new Uint8Array(0);
  }

  /** The identification, from `/` to its end; what came before (an echo of the question) is skipped. */
  async line(timeoutMs: number, signal: AbortSignal): Promise<string> {
    return this.#until(timeoutMs, signal, () => {
      const text = Buffer.from(this.#bytes.map((byte) => byte & 0x7f)).toString('latin1');
      const match = /\/[A-Za-z]{3}[^\r\n?]*\r?\n/.exec(text);
      if (!match) return undefined;
      this.#bytes = this.#bytes.subarray(match.index + match[0].length);
      return match[0].trim();
    });
  }

  async telegram(settings: D0Settings, timeoutMs: number, signal: AbortSignal): Promise<Telegram> {
    const decoder = d0Decoder({ checksum: settings.checksum, ...(settings.unit ? { unit: settings.unit } : {}) });
    return this.#until(timeoutMs, signal, () => {
      const [outcome] = decoder.push(this.#bytes, 0);
      this.#bytes = new Uint8Array(0);
      if (outcome && 'bad' in outcome) throw new TelegramError(outcome.bad, outcome.detail);
      return outcome?.telegram;
    });
  }

  async #until<T>(timeoutMs: number, signal: AbortSignal, look: () => T | undefined): Promise<T> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.#error) throw this.#error;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw new TelegramError('torn', 'the meter did not answer to its end');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#wake = done;
        signal.addEventListener('abort', done, { once: true });
      });
      if (signal.aborted) throw new Error('stopped');
    }
  }
}
