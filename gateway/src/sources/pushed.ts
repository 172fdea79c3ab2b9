/** Sources that speak by themselves over a line: P1, Smarty, SML, pushed DLMS, mode D of IEC 62056-21. */
import { once } from 'node:events';
import type { Line } from '../settings.ts';
import type { Decoder, Outcome } from '../telegram.ts';
import { openLine } from './line.ts';

/** Reads until the signal aborts or the line ends; rejects with the line's error. */
export async function readPushed(line: Line, decoder: Decoder, hear: (outcome: Outcome) => void, signal: AbortSignal): Promise<void> {
  const { stream, close } = await openLine(line);
  const ended = new AbortController();
  try {
    stream.on('data', (bytes: Uint8Array) => {
      for (const outcome of decoder.push(bytes, performance.now())) hear(outcome);
    });
    const stop = AbortSignal.any([signal, ended.signal]);
    await Promise.race([
      once(stream, 'close', { signal: stop }),
      once(stream, 'end', { signal: stop }), // and 'error', which rejects either
    ]);
    throw new Error('the line ended');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ended.abort();
    stream.on('error', () => {});
    close();
  }
}
