/**
 * Sources that are asked: Modbus, HTTP. Questions fall on whole multiples of the interval by the time of day, so that one is asked at each
 * quarter-hour's very end; where somebody waits for the first answer it is asked for at once. A reading's time is the middle between
 * question and answer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, type Telegram, TelegramError } from '../telegram.ts';

const FAILURES_MOST = 3;

/**
 * Asks until the signal aborts; rejects when the other side cannot be reached three times in a row. What it says wrongly is counted and
 * asked again.
 */
export async function readAsked(
  ask: (signal: AbortSignal) => Promise<Telegram>,
  { intervalS, isAtOnce }: { intervalS: number; isAtOnce: boolean },
  hear: (outcome: Outcome) => void,
  signal: AbortSignal,
): Promise<void> {
  const intervalMs = intervalS * 1000;
  let failures = 0;
  for (let asks = 0; !signal.aborted; asks++) {
    const waitMs = isAtOnce && asks === 0 ? 0 : intervalMs - (Date.now() % intervalMs);
    await sleep(waitMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const askedMs = performance.now();
    try {
      const telegram = await ask(signal);
      failures = 0;
      hear({ telegram, atMs: (askedMs + performance.now()) / 2 });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof TelegramError) && ++failures >= FAILURES_MOST) throw error;
      const [bad, detail] =
        error instanceof TelegramError ? [error.code, error.message] : (['no-answer', (error as Error).message] as const);
      hear({ bad, detail, atMs: askedMs });
    }
  }
}
