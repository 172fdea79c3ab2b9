/** A block's exact time in the shape that handlers know from SubQuery: milliseconds, and the nanoseconds below them. */
import type { BlockTime } from '../../../mappings/types.ts';

export function blockTime({ seconds, nanos }: { seconds: bigint; nanos: number }): BlockTime {
  const date = new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000));
  return Object.assign(date, { nanoseconds: nanos % 1_000_000 });
}
