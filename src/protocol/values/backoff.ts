/**
 * How long to wait after failures in a row: twice as long each time, up to a bound. Whoever waits adds its own jitter and its own timer.
 */
export const growingMs = (failures: number, firstMs: number, maxMs: number): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
