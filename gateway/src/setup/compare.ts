/**
 * What a register says beside what the display says. People write what they see: `004711,0`, `4.711,042`, `4711`. A display shows fewer
 * decimals, and the meter goes on counting while somebody walks to it.
 */

export type Verdict =
  | { kind: 'same' }
  /** the display shows what another direction's register says */
  | { kind: 'swapped' }
  /** the display shows so many times as much */
  | { kind: 'times'; times: number }
  /** the display shows a thousandth */
  | { kind: 'thousandth' }
  | { kind: 'other' }
  | { kind: 'not-a-number' };

/** How far the meter may have counted on meanwhile: half a kWh, 10 kW for three minutes. */
const MEANWHILE_MILLI_WH = 500_000n;
const TIMES_MOST = 100_000;

interface Seen {
  milliWh: bigint;
  stepMilliWh: bigint;
}

/** What a text of kWh can mean: one separator is the decimal one, or that of thousands. */
export function readings(text: string): Seen[] {
  const bare = text.trim().replace(/\s|'|kwh$/gi, '');
  if (!/^\d[\d.,]*$/.test(bare)) return [];
  const last = Math.max(bare.lastIndexOf('.'), bare.lastIndexOf(','));
  const parts = bare.split(/[.,]/);
  const found: Seen[] = [];
  if (parts.slice(1, -1).every((group) => group.length === 3)) {
    const [whole, decimals] = last < 0 ? [bare, ''] : [bare.slice(0, last), bare.slice(last + 1)];
    if (decimals.length <= 6) found.push(seen(whole.replace(/[.,]/g, ''), decimals));
  }
  if (last >= 0 && parts.slice(1).every((group) => group.length === 3)) found.push(seen(parts.join(''), ''));
  return found.filter(({ milliWh }) => milliWh < 10n ** 18n);
}

const seen = (whole: string, decimals: string): Seen => {
  const stepMilliWh = 10n ** BigInt(6 - decimals.length);
  return { milliWh: BigInt(`0${whole}${decimals}`) * stepMilliWh, stepMilliWh };
};

const apart = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);
const isNear = (shown: Seen, milliWh: bigint, slackMilliWh = 0n): boolean =>
  apart(shown.milliWh, milliWh) <= shown.stepMilliWh + MEANWHILE_MILLI_WH + slackMilliWh;

/** `others`: what registers of the other direction say. */
export function compare(said: string, milliWh: bigint, others: readonly bigint[] = []): Verdict {
  const shown = readings(said);
  if (shown.length === 0) return { kind: 'not-a-number' };
  if (shown.some((one) => isNear(one, milliWh))) return { kind: 'same' };
  if (shown.some((one) => others.some((other) => isNear(one, other)))) return { kind: 'swapped' };
  if (milliWh < 1_000_000n) return { kind: 'other' };
  for (const one of shown) {
    if (apart(one.milliWh * 1000n, milliWh) * 200n <= milliWh) return { kind: 'thousandth' };
    const times = (one.milliWh + milliWh / 2n) / milliWh;
    const isWhole = apart(times * milliWh, one.milliWh) <= one.stepMilliWh + times * MEANWHILE_MILLI_WH;
    // Large ratios fit anything by chance unless the register is large: half a percent is asked of either.
    if (times >= 2n && times <= TIMES_MOST && isWhole && apart(times * milliWh, one.milliWh) * 200n <= milliWh)
      return { kind: 'times', times: Number(times) };
  }
  return { kind: 'other' };
}
