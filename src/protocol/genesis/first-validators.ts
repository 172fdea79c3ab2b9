/**
 * The set of validators that x/meter begins with: every meter with a consensus key has power 1, except where its beginning is still queued,
 * or where it is retired and no end is queued any more (both only in an exported genesis).
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalPowerSet, type ValidatorSet } from '../comet/validators.ts';

/** A change that waits: power 0 ends, any other begins. */
export interface ValidatorChange {
  consensusKey: Uint8Array;
  power: bigint;
}

export function firstValidators(
  meters: readonly { consensusKey: Uint8Array | null; lastDay: number | null }[],
  changes: readonly ValidatorChange[],
): ValidatorSet {
  const queued = (begins: boolean) =>
    new Set(changes.filter(({ power }) => (power !== 0n) === begins).map(({ consensusKey }) => bytesToHex(consensusKey)));
  const [beginnings, ends] = [queued(true), queued(false)];
  return equalPowerSet(
    meters.flatMap(({ consensusKey, lastDay }) => {
      if (consensusKey === null) return [];
      const name = bytesToHex(consensusKey);
      return beginnings.has(name) || (lastDay !== null && !ends.has(name)) ? [] : [consensusKey];
    }),
  );
}
