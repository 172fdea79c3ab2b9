/** Chain time of a block (protocol §5), exactly as x/meter computes it: whole seconds, the fraction of a second times the rate rounded down. */
import type { BlockTime, Store } from './types.ts';
import type { ClockEntity } from './entities.ts';

export const CLOCK_ID = 'clock';

/** Chain time stands still at the end of the last day whose slots all fit a u32. */
const MAX_UNIX_S = ((1n << 32n) / 96n) * 86400n - 1n;

export async function readClock(store: Store): Promise<ClockEntity> {
  const clock = await store.get('Clock', CLOCK_ID);
  if (!clock) throw new Error('Clock: expected a row from the genesis before the first block');
  return clock;
}

export function chainUnixS(
  { startUnixS, rate, genesisUnixS }: Pick<ClockEntity, 'startUnixS' | 'rate' | 'genesisUnixS'>,
  time: BlockTime,
): bigint {
  const ms = time.getTime();
  const secondsSinceGenesis = BigInt(Math.floor(ms / 1000)) - genesisUnixS;
  if (secondsSinceGenesis < 0n) return startUnixS;
  const nanos = BigInt((((ms % 1000) + 1000) % 1000) * 1_000_000 + (time.nanoseconds ?? 0));
  const at = startUnixS + secondsSinceGenesis * rate + (nanos * rate) / 1_000_000_000n;
  return at < MAX_UNIX_S ? at : MAX_UNIX_S;
}
