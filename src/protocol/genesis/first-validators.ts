/**
 * The set of validators that x/meter begins with: every meter with a consensus key has power 1, except where its beginning is still queued
 * (only in an exported genesis).
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalPowerSet, type ValidatorSet } from '../comet/validators.ts';

/** A change that waits: power 0 ends, any other begins. `height` 0: queued before this chain's first block. */
export interface ValidatorChange {
  meter: string;
  consensusKey: Uint8Array;
  power: bigint;
  dueUnixS: number;
  /** by the meter itself: nobody can veto it */
  asked: boolean;
  vetoedBy: readonly string[];
  height: number;
}

export function firstValidators(
  meters: readonly { consensusKey: Uint8Array | null }[],
  changes: readonly Pick<ValidatorChange, 'consensusKey' | 'power'>[],
): ValidatorSet {
  const beginnings = new Set(changes.filter(({ power }) => power !== 0n).map(({ consensusKey }) => bytesToHex(consensusKey)));
  return equalPowerSet(
    meters.flatMap(({ consensusKey }) => (consensusKey === null || beginnings.has(bytesToHex(consensusKey)) ? [] : [consensusKey])),
  );
}
