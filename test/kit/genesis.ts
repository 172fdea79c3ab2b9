/**
 * A small genesis as CometBFT writes it, complete, so that one thing at a time can be changed: the one that all tests' geneses are made
 * from.
 */

import { toBech32 } from '@cosmjs/encoding';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { Tariff } from '../../src/protocol/day/prices.ts';
import { verificationKeysJson } from '../../src/protocol/genesis/index.ts';
import { ADDRESS_PREFIX } from '../../src/protocol/values/address.ts';
import { SLOTS_PER_DAY } from '../../src/protocol/values/time.ts';
import { keyBytes } from './development-keys.ts';
import type { Untyped } from './untyped.ts';

export const FIRST_DAY = 20_635;
export const genesisAddress = (n: number): string => toBech32(ADDRESS_PREFIX, new Uint8Array(20).fill(n));
export const base64 = (n: number, length = 32): string => Buffer.alloc(length, n).toString('base64');

/** A real Ed25519 key, as a genesis has it. */
export const consensusKey = (n: number): string => Buffer.from(ed25519.getPublicKey(new Uint8Array(32).fill(n))).toString('base64');

/** A meter of genesis; `n` makes its address and, unless it says otherwise, its consensus key. */
export const genesisMeter = (n: number, more: object = {}) => ({
  address: genesisAddress(n),
  member: genesisAddress(100),
  first_day: FIRST_DAY,
  last_day: 0,
  service_day: 0,
  max_wh_per_slot: 20_000,
  consensus_key: consensusKey(n),
  enrolled_height: '0',
  ...more,
});

/** A queued change of the n-th meter's power. */
export const genesisChange = (n: number, power: string, more: object = {}) => ({
  meter: genesisAddress(n),
  consensus_key: consensusKey(n),
  power,
  due_unix_s: '1782960000',
  asked: false,
  vetoed_by: power === '0' ? [] : [genesisAddress(3)],
  height: '0',
  ...more,
});

/** What only a continued chain has: nothing of it. */
const NO_HISTORY = {
  commitments: [],
  disputes: [],
  anchors: [],
  no_bills: [],
  rosters: [],
  reports: [],
  validator_changes: [],
  applied_changes: [],
  day_starts: [],
  next_freeze_day: 0,
  next_late_day: 0,
  last_unix_s: '0',
  withdrawn_no_bills: [],
  log: [],
  used_keys: [],
  final_readings: [],
  rotations: [],
  queued_rotations: [],
  operator_votes: [],
  slot_prices: [],
};

/** The parameters of a production chain, as it writes them: 64-bit integers as strings. */
export const genesisParams = (more: object = {}) => ({
  grace_s: '21600',
  grace_blocks: '600',
  late_s: '2592000',
  validator_delay_s: '604800',
  validator_window_s: '1209600',
  key_max_age_s: '2678400',
  key_overlap_s: '86400',
  anchor_due_s: '172800',
  link_due_s: '3888000',
  trust_period_s: '1209600',
  tick: '1000',
  ...more,
});

export const genesisTariff = (fromDay: number, tariff: Tariff) => ({
  from_day: fromDay,
  rule: tariff.rule,
  retail_nel_per_wh: tariff.retailNelPerWh.map(String),
  feed_in_nel_per_wh: tariff.feedInNelPerWh.map(String),
  fee_per_day_nel: String(tariff.feePerDayNel),
  height: '0',
});

const TARIFF: Tariff = {
  rule: 'mid-market/1',
  retailNelPerWh: Array<number>(SLOTS_PER_DAY).fill(300_000),
  feedInNelPerWh: Array<number>(SLOTS_PER_DAY).fill(80_000),
  feePerDayNel: 250_000_000n,
};

/** The state of x/meter as a fresh chain writes it. */
export const genesisState = (more: object = {}) => ({
  params: genesisParams(),
  clock: { start_unix_s: '1782896400', rate: '1', genesis_unix_s: '0' },
  operator: genesisAddress(99),
  verification_keys: verificationKeysJson(keyBytes()),
  meters: [genesisMeter(1), genesisMeter(2), genesisMeter(3, { consensus_key: null })],
  node_keys: [],
  tariffs: [genesisTariff(FIRST_DAY - 7, TARIFF)],
  ...NO_HISTORY,
  ...more,
});

/** @param change what is different in the state of x/meter; @param top in the document around it */
export function genesisJson(change: (state: Untyped) => void = () => {}, top: object = {}): Record<string, Untyped> {
  const state: Untyped = genesisState();
  change(state);
  return {
    genesis_time: '2026-07-01T09:00:00Z',
    chain_id: 'electra-rural-5eed0001',
    initial_height: '1',
    ...top,
    app_state: { meter: state },
  };
}
