/** The genesis of the audit's test community: production's, with the empty lists and counters that electrad writes besides. */
import { genesisJson, genesisMeter, genesisParams, genesisTariff } from '../genesis.ts';
import { TARIFF, TARIFF_FROM_DAY, TICK } from './booked-day.ts';
import { FIRST_DAY } from './readings.ts';

const EMPTY = [
  'commitments',
  'disputes',
  'anchors',
  'no_bills',
  'rosters',
  'reports',
  'validator_changes',
  'applied_changes',
  'day_starts',
];

/** The first four meters are validators, the first is the operator and owns them all. */
export function genesisDocument(meters: readonly string[], keys: { dayBill: string; clearing: string }) {
  return genesisJson(
    (state) =>
      Object.assign(state, {
        params: genesisParams({ tick: String(TICK), day_bill_key_hash: keys.dayBill, clearing_key_hash: keys.clearing }),
        operator: meters[0],
        meters: meters.map((address, i) =>
          genesisMeter(i + 1, { address, member: meters[0], first_day: FIRST_DAY, ...(i < 4 ? {} : { consensus_key: null }) }),
        ),
        node_keys: [],
        tariffs: [genesisTariff(TARIFF_FROM_DAY, TARIFF)],
        ...Object.fromEntries(EMPTY.map((name) => [name, []])),
        next_freeze_day: 0,
        next_late_day: 0,
        last_unix_s: '0',
      }),
    { app_hash: '' },
  );
}
