/** A production-like genesis of the test community, as electrad writes it: snake_case, 64-bit integers as strings. */
import { TARIFF, TARIFF_FROM_DAY, TICK } from './booked-day.ts';
import { FIRST_DAY } from './readings.ts';

export function genesisDocument(meters: readonly string[], keys: { dayBill: string; clearing: string }) {
  const genesisTime = '2026-07-01T09:00:00.250000001Z';
  return {
    genesis_time: genesisTime,
    chain_id: 'electra-rural-5eed0001',
    initial_height: '1',
    app_hash: '',
    app_state: {
      meter: {
        params: {
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
          tick: String(TICK),
          day_bill_key_hash: keys.dayBill,
          clearing_key_hash: keys.clearing,
        },
        clock: { start_unix_s: String(Math.floor(Date.parse(genesisTime) / 1000)), rate: '1', genesis_unix_s: '0' },
        operator: meters[0],
        meters: meters.map((address, i) => ({
          address,
          member: meters[0],
          first_day: FIRST_DAY,
          last_day: 0,
          max_wh_per_slot: 20_000,
          consensus_key: i < 4 ? Buffer.alloc(32, i + 1).toString('base64') : null,
          enrolled_height: '0',
        })),
        node_keys: [],
        tariffs: [
          {
            from_day: TARIFF_FROM_DAY,
            rule: TARIFF.rule,
            retail_nel_per_wh: TARIFF.retailNelPerWh.map(String),
            feed_in_nel_per_wh: TARIFF.feedInNelPerWh.map(String),
            fee_per_day_nel: String(TARIFF.feePerDayNel),
            height: '0',
          },
        ],
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
      },
    },
  };
}
