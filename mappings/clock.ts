/** Chain time of a block, by the clock that the index keeps. The rule: src/protocol/clock.ts. */
import { chainUnixS } from '../src/protocol/clock.ts';
import type { ClockEntity } from './entities.ts';
import type { BlockTime, CosmosBlock, Store } from './types.ts';

export const CLOCK_ID = 'clock';

export async function readClock(store: Store): Promise<ClockEntity> {
  const clock = await store.get('Clock', CLOCK_ID);
  if (!clock) throw new Error('Clock: expected a row from the genesis before the first block');
  return clock;
}

/** A block time keeps milliseconds, and the nanoseconds below them apart. */
export function chainTimeOf(clock: Pick<ClockEntity, 'startUnixS' | 'rate' | 'genesisUnixS'>, time: BlockTime): bigint {
  const ms = time.getTime();
  const timeUnixS = Math.floor(ms / 1000);
  const timeNanos = (ms - timeUnixS * 1000) * 1_000_000 + (time.nanoseconds ?? 0);
  return BigInt(chainUnixS(clock, { timeUnixS, timeNanos }));
}

/** Chain time of a block. */
export const nowOf = async (store: Store, { header }: CosmosBlock): Promise<bigint> => chainTimeOf(await readClock(store), header.time);
