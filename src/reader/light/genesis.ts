/**
 * What the light client takes from genesis.json: chain id, genesis time, clock, and the first set of validators. Every meter with a consensus key has power 1,
 * except where its beginning is still queued, or where it is retired and no end is queued any more (both only in an exported genesis).
 *
 * The file is Go's: 64-bit integers as strings, empty lists as null. An auditor gets it from a source of his own: everything follows from it.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalPowerSet, readArray, readBase64, readInt64, readObject, readString, readTime } from '../../protocol/comet/index.ts';
import { LightError, within } from './errors.ts';
import type { ValidatorSet } from '../../protocol/comet/index.ts';
import type { ChainClock } from './time.ts';

export interface GenesisTrust {
  chainId: string;
  genesisTime: string;
  clock: ChainClock;
  validators: ValidatorSet;
}

const list = (value: unknown, field: string): Record<string, unknown>[] =>
  value === null || value === undefined ? [] : readArray(value, field).map((one, i) => readObject(one, `${field}[${i}]`));

/** Meters with a key that had power when the chain began. */
function firstKeys(state: Record<string, unknown>): Uint8Array[] {
  const queued = { begins: new Set<string>(), ends: new Set<string>() };
  list(state.validator_changes, 'validator_changes').forEach((change, i) => {
    const kind = readInt64(change.power ?? 0, `validator_changes[${i}].power`) === 0n ? 'ends' : 'begins';
    queued[kind].add(bytesToHex(readBase64(change.consensus_key, `validator_changes[${i}].consensus_key`)));
  });
  return list(state.meters, 'meters').flatMap((meter, i) => {
    const key = readBase64(meter.consensus_key ?? '', `meters[${i}].consensus_key`);
    if (key.length === 0) return [];
    if (key.length !== 32) throw new LightError('malformed', `meters[${i}].consensus_key`, '32 bytes');
    const retired = readInt64(meter.last_day ?? 0, `meters[${i}].last_day`) !== 0n;
    const has = (names: Set<string>): boolean => names.has(bytesToHex(key));
    return has(queued.begins) || (retired && !has(queued.ends)) ? [] : [key];
  });
}

/** @param genesis parsed JSON: the chain's own file, or an extract with chain_id, genesis_time and app_state.meter. @throws LightError `malformed` */
export function readGenesisTrust(genesis: unknown): GenesisTrust {
  return within('genesis', () => {
    const doc = readObject(genesis, 'it');
    const state = readObject(readObject(doc.app_state, 'app_state').meter, 'app_state.meter');
    const clock = readObject(state.clock, 'clock');
    const genesisTime = readString(doc.genesis_time, 'genesis_time');
    readTime(genesisTime, 'genesis_time');
    const keys = firstKeys(state);
    if (new Set(keys.map(bytesToHex)).size !== keys.length) throw new LightError('malformed', 'meters', 'each consensus key once');
    return {
      chainId: readString(doc.chain_id, 'chain_id'),
      genesisTime,
      validators: equalPowerSet(keys),
      clock: {
        startUnixS: Number(readInt64(clock.start_unix_s ?? 0, 'clock.start_unix_s')),
        rate: Number(readInt64(clock.rate ?? 0, 'clock.rate')),
        genesisTime: exportedTime(clock.genesis_unix_s) ?? genesisTime,
      },
    };
  });
}

/** An exported genesis keeps the zero of its clock, in seconds; a fresh one leaves it to the genesis time. */
function exportedTime(genesisUnixS: unknown): string | null {
  const seconds = readInt64(genesisUnixS ?? 0, 'clock.genesis_unix_s');
  return seconds === 0n ? null : new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}
