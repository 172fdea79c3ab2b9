/**
 * Chain time of a header (protocol §5): start + rate · (block time − genesis time), in whole seconds, rounded down, as x/meter computes it. The
 * fraction of a second counts: at a rate of 1000 it is worth minutes. Time stands still at the end of the last day whose slots fit a u32.
 */
import { readTime } from '../../protocol/comet/index.ts';

/** The genesis's clock. */
export interface ChainClock {
  /** chain time of the genesis, in seconds since 1970 */
  startUnixS: number;
  /** seconds of chain time per second */
  rate: number;
  /** RFC 3339 */
  genesisTime: string;
}

const MAX_UNIX_S = ((1n << 32n) / 96n) * 86_400n - 1n;
const NANOS_PER_S = 1_000_000_000n;

/** Seconds of chain time at a header's time, or at any moment of real time. */
export function chainUnixS(
  { startUnixS, rate, genesisTime }: ChainClock,
  { timeUnixS, timeNanos }: { timeUnixS: number; timeNanos: number },
): number {
  const seconds = BigInt(timeUnixS) - readTime(genesisTime, 'genesis_time').seconds;
  if (seconds < 0n) return startUnixS;
  const at = BigInt(startUnixS) + seconds * BigInt(rate) + (BigInt(timeNanos) * BigInt(rate)) / NANOS_PER_S;
  return Number(at < MAX_UNIX_S ? at : MAX_UNIX_S);
}
