/**
 * Chain time (protocol §5), exactly as x/meter computes it (chain/x/meter/types/clock.go): start + rate · (block time − genesis time), in
 * whole seconds, rounded down. The fraction of a second counts: at a rate of 1000 it is worth minutes. Before genesis it stands at its
 * start, and it stands still at the end of the last day whose slots fit a u32. sdk/vectors/clock.json holds both to the same answers.
 */
import { UNIX_S_MAX } from './values/time.ts';

/** The clock of a genesis. A store may give its numbers as bigint. */
export interface ChainClock<N extends number | bigint = number> {
  /** chain time of the genesis, in seconds since 1970 */
  readonly startUnixS: N;
  /** seconds of chain time per second */
  readonly rate: N;
  /** real time of the genesis, whole seconds */
  readonly genesisUnixS: N;
}

/** A moment of real time, as headers have it: seconds since 1970 (rounded down) and nanoseconds of that second. */
export interface Moment {
  readonly timeUnixS: number;
  readonly timeNanos: number;
}

const NANOS_PER_S = 1_000_000_000n;

/** Seconds of chain time at a block's time. */
export function chainUnixS(clock: ChainClock<number | bigint>, { timeUnixS, timeNanos }: Moment): number {
  const passed = BigInt(timeUnixS) - BigInt(clock.genesisUnixS);
  if (passed < 0n) return Number(clock.startUnixS);
  const rate = BigInt(clock.rate);
  const at = BigInt(clock.startUnixS) + passed * rate + (BigInt(timeNanos) * rate) / NANOS_PER_S;
  return at < UNIX_S_MAX ? Number(at) : UNIX_S_MAX;
}
