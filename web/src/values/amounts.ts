/**
 * Money and energy for people. All sums are integers, in nELECTRA and Wh; rounding is for the eye alone, and parts are rounded so that what
 * is shown adds up to the total that is shown.
 */

/** nELECTRA in one ELECTRA, and in the hundredth that amounts are shown by. */
export const NEL = 1_000_000_000n;
export const CENT_NEL = NEL / 100n;
/** Energy is shown by 10 Wh: two digits of a kWh. */
export const SHOWN_WH = 10n;

const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n || a % b === 0n ? a / b : a / b - 1n);

/** The nearest whole number of units; a half goes away from zero, as people round. */
export function rounded(value: bigint, unit: bigint): bigint {
  const magnitude = ((value < 0n ? -value : value) * 2n + unit) / (unit * 2n);
  return value < 0n ? -magnitude : magnitude;
}

/**
 * Parts in whole units that add up to the rounded total: each is rounded down, and those that lost most get one more (largest remainder).
 * @param parts in the small unit; their sum is the total
 */
export function addingUp(parts: readonly bigint[], unit: bigint): bigint[] {
  const total = rounded(
    parts.reduce((a, b) => a + b, 0n),
    unit,
  );
  const whole = parts.map((part) => floorDiv(part, unit));
  const missing = Number(total - whole.reduce((a, b) => a + b, 0n));
  const lost = parts.map((part, i) => ({ i, rest: part - whole[i] * unit })).sort((a, b) => Number(b.rest - a.rest) || a.i - b.i);
  const raised = new Set(lost.slice(0, missing).map(({ i }) => i));
  return whole.map((value, i) => (raised.has(i) ? value + 1n : value));
}
