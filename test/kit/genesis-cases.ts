/** The changes of the two geneses in sdk/vectors/geneses.json, and what each comes to. */
import { toBase64 } from '@cosmjs/encoding';
import { CIRCUIT_NAMES, type CircuitName } from '../../src/protocol/circuits.ts';
import { keyBytes } from './development-keys.ts';
import { genesisAddress } from './genesis.ts';
import type { GenesisCase, Path } from './genesis-changes.ts';
import { PROVEN } from './genesis-proving.ts';
import { UPLINK_CASES } from './genesis-uplinks.ts';

const pathOf = (field: string): Path => {
  const [top, below] = field.startsWith('^') ? [[], field.slice(1)] : [['app_state', 'meter'], field];
  return [
    ...top,
    ...below
      .split(/[.[\]]+/)
      .filter(Boolean)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  ];
};

/** A value at a field of the state (or, with ^, of the document); the field refused is the same unless another is named. */
const bad = (of: GenesisCase['of'], what: string, field: string, value: unknown, refused = field): GenesisCase => ({
  what,
  of,
  set: [{ at: pathOf(field), value }],
  field: refused,
});
const fresh = (what: string, field: string, value: unknown, refused?: string) => bad('fresh', what, field, value, refused);
const old = (what: string, field: string, value: unknown, refused?: string) => bad('continued', what, field, value, refused);
const gone = (field: string, of: GenesisCase['of'] = 'fresh'): GenesisCase => ({
  what: `no ${field}`,
  of,
  set: [{ at: pathOf(field) }],
  field,
});

const PARAMS = [
  ...['grace_s', 'grace_blocks', 'late_s', 'validator_delay_s', 'validator_window_s', 'key_max_age_s', 'key_overlap_s'],
  ...['anchor_due_s', 'link_due_s', 'trust_period_s', 'tick'],
];
const LISTS = {
  meters: ['address', 'member', 'first_day', 'last_day', 'max_wh_per_slot', 'consensus_key', 'enrolled_height', 'service_day'],
  node_keys: ['epoch', 'key', 'height', 'effective_unix_s', 'signature'],
  tariffs: ['from_day', 'rule', 'retail_nel_per_wh', 'feed_in_nel_per_wh', 'fee_per_day_nel', 'height'],
  commitments: ['meter', 'day', 'commitment', 'height'],
  disputes: ['meter', 'day', 'reason', 'height'],
  anchors: ['day', 'version', 'book_hash', 'height', 'unix_s', 'totals'],
  no_bills: ['meter', 'day', 'height'],
  rosters: ['day', 'late', 'digest', 'encoded', 'height', 'unix_s'],
  reports: ['meter', 'slot'],
  validator_changes: ['meter', 'consensus_key', 'power', 'due_unix_s', 'asked', 'vetoed_by', 'height'],
  applied_changes: ['unix_s', 'touched', 'power'],
  day_starts: ['day', 'height', 'unix_s'],
  withdrawn_no_bills: ['meter', 'day', 'version'],
  log: ['kind', 'day', 'version', 'meter'],
  used_keys: ['meter', 'consensus_key'],
  verification_keys: ['circuit', 'alpha', 'beta', 'gamma', 'delta', 'ic'],
  final_readings: ['meter', 'day', 'link', 'height', 'unix_s', 'objected_height'],
  rotations: ['n', 'address', 'signature', 'height', 'unix_s', 'vetoed_by'],
  queued_rotations: ['n', 'address', 'signature', 'height', 'unix_s', 'vetoed_by'],
  operator_votes: ['meter', 'n', 'address'],
  slot_prices: ['slot', 'retail_nel_per_wh', 'feed_in_nel_per_wh', 'height', 'unix_s'],
};
const HEIGHTS = Object.entries(LISTS).flatMap(([list, keys]) =>
  keys.filter((key) => key.endsWith('height')).map((key) => `${list}[0].${key}`),
);
const TIMES = Object.entries(LISTS).flatMap(([list, keys]) =>
  keys.filter((key) => key.endsWith('unix_s')).map((key) => `${list}[0].${key}`),
);

const DOCUMENT: GenesisCase[] = [
  gone('^chain_id'),
  ...[7, '', 'electra rural-5eed0001', 'Electra-5eed0001', 'electra-rural', 'electra-rural-5EED0001'].map((value) =>
    fresh(`the chain id ${JSON.stringify(value)}`, '^chain_id', value),
  ),
  gone('^genesis_time'),
  ...['today', '2026-07-01T09:00:00+02:00', '2026-07-01', '2026-02-30T00:00:00Z', '2026-07-01T09:00:00.5Z', 1782896400].map((value) =>
    fresh(`the genesis time ${JSON.stringify(value)}`, '^genesis_time', value),
  ),
  fresh('a first height below zero', '^initial_height', '-1'),
  old('a genesis time before the end of the export', '^genesis_time', '2026-07-02T00:00:00Z'),
];

const FORM: GenesisCase[] = [
  { what: 'a field that no state has', of: 'fresh', set: [{ at: pathOf('surplus'), value: '1' }], field: 'surplus' },
  { what: 'params in camel case', of: 'fresh', text: ['"grace_s"', '"graceS"'], field: 'params' },
  { what: 'a key that stands twice', of: 'fresh', text: ['"rate":"1"', '"rate":"1","rate":"1"'], field: 'clock.rate' },
  {
    what: 'a whole number with a point',
    of: 'fresh',
    text: ['"max_wh_per_slot":20000', '"max_wh_per_slot":20000.0'],
    field: 'max_wh_per_slot',
  },
  {
    what: 'a whole number with an exponent',
    of: 'fresh',
    text: ['"max_wh_per_slot":20000', '"max_wh_per_slot":2e4'],
    field: 'max_wh_per_slot',
  },
  fresh('a fraction of a watt-hour', 'meters[0].max_wh_per_slot', 20_000.5),
  fresh('a 32-bit integer as text', 'meters[0].max_wh_per_slot', '20000'),
  fresh('a 64-bit integer as a number', 'params.grace_s', 21_600),
  ...['021600', '+21600', '2e4', '21600.0', ' 21600', '', true, null].map((value) =>
    fresh(`a duration written ${JSON.stringify(value)}`, 'params.grace_s', value),
  ),
  fresh('null for a list', 'commitments', null),
  fresh('an empty text for no bytes', 'meters[2].consensus_key', ''),
  fresh('base64 without its end', 'node_keys[0].key', 'CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
  fresh('base64 for addresses of the web', 'node_keys[0].key', '-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='),
  fresh('an address in upper case', 'meters[0].member', genesisAddress(100).toUpperCase(), 'meters[0]'),
  ...['params', 'clock', 'operator', ...Object.keys(LISTS)].flatMap((field) => [
    gone(field, 'continued'),
    old(`a number for ${field}`, field, 7),
  ]),
  ...['next_freeze_day', 'next_late_day', 'last_unix_s'].map((field) => gone(field, 'continued')),
  ...PARAMS.map((name) => gone(`params.${name}`)),
  ...['start_unix_s', 'rate', 'genesis_unix_s'].map((name) => gone(`clock.${name}`)),
  ...Object.entries(LISTS).flatMap(([list, keys]) => [
    old(`null among ${list}`, `${list}[0]`, null, list),
    {
      what: `a surplus field among ${list}`,
      of: 'continued' as const,
      set: [{ at: pathOf(`${list}[0].surplus`), value: '' }],
      field: `${list}[0]`,
    },
    ...keys.map((key) => gone(`${list}[0].${key}`, 'continued')),
  ]),
  ...HEIGHTS.flatMap((field) => [old(`${field} below zero`, field, '-1'), old(`${field} beyond exact numbers`, field, '9007199254740992')]),
  ...TIMES.map((field) => old(`${field} before 1970`, field, '-1', field.replace(/\.\w+$/, ''))),
];

const NOW: GenesisCase[] = [
  ...PARAMS.flatMap((name) => [
    fresh(`${name} of zero`, `params.${name}`, '0'),
    fresh(`${name} below zero`, `params.${name}`, '-1'),
    fresh(`${name} of a thousand years`, `params.${name}`, '31622400000'),
  ]),
  fresh('a clock that stands', 'clock.rate', '0'),
  fresh('a clock of more than a million', 'clock.rate', '1000001'),
  fresh('a start on the first day of all', 'clock.start_unix_s', '86399'),
  fresh('a start after the last day', 'clock.start_unix_s', '3865470508800'),
  fresh("a clock's zero below zero", 'clock.genesis_unix_s', '-1'),
  fresh("a clock's zero that is not the genesis time", 'clock.genesis_unix_s', '1782896399'),
  fresh('an operator of another prefix', 'operator', 'cosmos1pcfftyxuq73ja9267rq5wus6gr2aja5xa0twj5'),
  fresh('another operator than the one who signed the sealing key', 'operator', genesisAddress(97), 'node_keys[0]'),
  fresh('a meter whose address is none', 'meters[0].address', 'electra1nobody', 'meters[0]'),
  fresh('a meter whose member is none', 'meters[0].member', 'anna', 'meters[0]'),
  fresh('a meter twice', 'meters[1].address', genesisAddress(1)),
  fresh('a first day of zero', 'meters[0].first_day', 0),
  fresh('a first day whose slots leave 32 bits', 'meters[0].first_day', 44_739_242),
  fresh('a last day whose slots leave 32 bits', 'meters[2].last_day', 44_739_242),
  fresh('no limit in a slot', 'meters[0].max_wh_per_slot', 0),
  fresh('a limit of 2^20', 'meters[0].max_wh_per_slot', 1_048_576),
  fresh('a consensus key of one byte', 'meters[0].consensus_key', 'AA==', 'meters[0]'),
  fresh('a consensus key of small order', 'meters[0].consensus_key', 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'meters[0]'),
  fresh('a consensus key that is no point', 'meters[0].consensus_key', 'AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'meters[0]'),
  {
    what: 'a consensus key twice',
    of: 'fresh',
    set: [{ at: pathOf('meters[1].consensus_key'), value: 'iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=' }],
    field: 'meters[1].consensus_key',
  },
  {
    what: 'no validator',
    of: 'fresh',
    set: [0, 1, 3].map((i) => ({ at: pathOf(`meters[${i}].consensus_key`), value: null })),
    field: 'meters',
  },
  fresh('a validator that is retired from the start', 'meters[0].last_day', 20_636, 'meters[0].consensus_key'),
  {
    what: 'a roster of 2^24 Wh in a slot',
    of: 'fresh',
    set: Array.from({ length: 17 }, (_, i) => ({
      at: pathOf(`meters[${4 + i}]`),
      value: {
        address: genesisAddress(20 + i),
        member: genesisAddress(100),
        first_day: 20_640,
        last_day: 0,
        max_wh_per_slot: 1_048_575,
        consensus_key: null,
        enrolled_height: '0',
        service_day: 0,
      },
    })),
    field: 'meters',
  },
  {
    what: 'a least first day of more than ten years ago',
    of: 'fresh',
    set: [
      { at: pathOf('meters[0].first_day'), value: 16_000 },
      { at: pathOf('tariffs[0].from_day'), value: 16_000 },
    ],
    field: 'meters',
  },
  fresh('a first day before every tariff', 'meters[0].first_day', 20_600, 'tariffs'),
  fresh('no tariff', 'tariffs', []),
  fresh('another rule', 'tariffs[0].rule', 'mid-market/2', 'tariffs[0]'),
  fresh('a price that is no multiple of 2 tick', 'tariffs[0].retail_nel_per_wh[3]', '300001', 'tariffs[0]'),
  fresh('a price of 2^31', 'tariffs[0].retail_nel_per_wh[3]', '2147484000', 'tariffs[0]'),
  fresh('95 prices', 'tariffs[0].retail_nel_per_wh', Array(95).fill('300000'), 'tariffs[0]'),
  fresh('a fee of 2^48', 'tariffs[0].fee_per_day_nel', '281474976710656', 'tariffs[0]'),
  fresh('a fee below zero', 'tariffs[0].fee_per_day_nel', '-1', 'tariffs[0]'),
  fresh('a sealing key of epoch 2 first', 'node_keys[0].epoch', 2),
  fresh('a sealing key of low order', 'node_keys[0].key', 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'node_keys[0]'),
  fresh('a sealing key above 2^255 - 19', 'node_keys[0].key', '7v///////////////////////////////////////38=', 'node_keys[0]'),
  fresh('a sealing key that nobody signed', 'node_keys[0].signature', null, 'node_keys[0]'),
  fresh("a sealing key with another's signature", 'node_keys[0].signature', Buffer.alloc(64, 1).toString('base64'), 'node_keys[0]'),
  fresh('a sealing key in force before 1970', 'node_keys[0].effective_unix_s', '-1'),
  fresh('no keys of circuits', 'verification_keys', []),
  fresh('keys in another order', 'verification_keys[0].circuit', 'day-bill'),
  fresh('a key whose alpha has 63 bytes', 'verification_keys[0].alpha', Buffer.alloc(63).toString('base64')),
  fresh('a past in a fresh genesis', 'next_late_day', 20_635, 'next_freeze_day'),
  fresh('a meter in service in a fresh genesis', 'meters[0].service_day', 20_635, 'next_freeze_day'),
  fresh('a report in a fresh genesis', 'reports', [{ meter: genesisAddress(1), slot: 20_635 * 96 }], 'next_freeze_day'),
  { ...old('a key whose alpha is no point', 'verification_keys[0].alpha', Buffer.alloc(64, 1).toString('base64')), points: true },
  { ...old('a key of too few inputs', 'verification_keys[2].ic', Buffer.alloc(64, 1).toString('base64')), points: true },
];

const PAST: GenesisCase[] = [
  old('a sealing key with the signature of another genesis', 'node_keys[0].effective_unix_s', '1782896401', 'node_keys[0]'),
  {
    what: 'another operator than the one who signed the sealing key',
    of: 'continued',
    set: ['operator', 'rotations[0].address'].map((field) => ({ at: pathOf(field), value: genesisAddress(97) })),
    field: 'node_keys[0]',
  },
  old('a sealing key that nobody signed', 'node_keys[0].signature', null, 'node_keys[0]'),
  old("a sealing key with another's signature", 'node_keys[0].signature', Buffer.alloc(64, 1).toString('base64'), 'node_keys[0]'),
  old('a late freeze before the first day', 'next_late_day', 20_634),
  old('a late freeze after the freeze', 'next_late_day', 20_639),
  {
    what: 'an end before the start',
    of: 'continued',
    set: [
      { at: pathOf('last_unix_s'), value: '1782896399' },
      ...['rotations', 'queued_rotations', 'operator_votes'].map((list) => ({ at: pathOf(list), value: [] })),
    ],
    field: 'last_unix_s',
  },
  old('a service that begins with a day that is not frozen', 'meters[0].service_day', 20_638),
  old('a service that begins before the first day', 'meters[0].service_day', 20_634),
  old('a service that begins before a commitment', 'meters[3].service_day', 20_635, 'rosters[0]'),
  old('a roster that lists a meter before its service', 'meters[0].service_day', 20_636, 'rosters[0]'),
  old("a day's start of another day", 'day_starts[0].day', 20_639, 'day_starts[0]'),
  old("a day's start within the day", 'day_starts[0].unix_s', String(20_639 * 86_400 - 1), 'day_starts[0]'),
  old('a roster that is none', 'rosters[0].encoded', 'AA=='),
  old('a roster of another day', 'rosters[0].day', 20_636, 'rosters[0]'),
  old("another roster's digest", 'rosters[0].digest', Buffer.alloc(32, 1).toString('base64'), 'rosters[0]'),
  old('a roster after the export', 'rosters[0].unix_s', '3865470508799'),
  { what: 'a roster twice', of: 'continued', set: [{ at: pathOf('rosters[1].late'), value: false }], field: 'rosters[1].day' },
  { what: 'a roster too few', of: 'continued', set: [{ at: pathOf('rosters[1]') }], field: 'rosters' },
  old('a commitment of no meter of this genesis', 'commitments[0].meter', genesisAddress(50), 'commitments[0]'),
  old('a commitment twice', 'commitments[1].meter', genesisAddress(1), 'commitments[1]'),
  old('a commitment of a late-frozen day', 'commitments[0].day', 20_636, 'commitments[0].day'),
  old('a commitment of a frozen day before service', 'commitments[0].meter', genesisAddress(4), 'commitments[0].day'),
  old('a commitment above the field order', 'commitments[0].commitment', Buffer.alloc(32, 255).toString('base64'), 'commitments[0]'),
  old('a dispute of a day that is not frozen', 'disputes[0].day', 20_638),
  old('a dispute of no meter of this genesis', 'disputes[0].meter', genesisAddress(50), 'disputes[0]'),
  old('a NoBill of no meter of this genesis', 'no_bills[0].meter', genesisAddress(50), 'no_bills[0]'),
  old('a NoBill that the log has not', 'no_bills[0].day', 20_636, 'no_bills'),
  old('fewer NoBills than the log leaves open', 'no_bills', []),
  old('a withdrawal after the last day', 'withdrawn_no_bills[0]', { meter: genesisAddress(3), day: 20_637, version: 0 }),
  old('a report after the last day', 'reports[0]', { meter: genesisAddress(3), slot: 20_637 * 96 }),
  old('a final reading of another day', 'final_readings[0].day', 20_635, 'final_readings[0]'),
  old('a final reading of a meter that goes on', 'final_readings[0].meter', genesisAddress(1), 'final_readings[0]'),
  old('a final reading after the export', 'final_readings[0].unix_s', '3865470508799', 'final_readings[0]'),
  old('a link above the field order', 'final_readings[0].link', Buffer.alloc(32, 255).toString('base64'), 'final_readings[0]'),
  old('a first book without totals', 'anchors[0].totals', null, 'anchors[0]'),
  old('a later book with totals', 'anchors[2].totals', Buffer.alloc(32, 1).toString('base64'), 'anchors[2]'),
  old('a book hash of 31 bytes', 'anchors[0].book_hash', Buffer.alloc(31).toString('base64')),
  old('a version too far', 'anchors[2].version', 3),
  old('a book of a day that is not frozen', 'anchors[1].day', 20_638),
  old('a book of a day whose day before has none', 'anchors[0].day', 20_637, 'anchors[0].day'),
  old('a kind of line that is none', 'log[0].kind', 8, 'log[0]'),
  old('a line with a field of another kind', 'log[0].version', 1, 'log[0]'),
  old('a line of no meter', 'log[0].meter', '', 'log[0]'),
  old('a line of something that did not happen', 'log[0].day', 20_636, 'log[0]'),
  old('a NoBill that is opened twice', 'log[7].kind', 6, 'log[7]'),
  { what: 'a line too few', of: 'continued', set: [{ at: pathOf('log[0]') }], field: 'log' },
  old('a used key that a meter has', 'used_keys[0].consensus_key', 'iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w='),
  old('a used key of no meter of this genesis', 'used_keys[0].meter', genesisAddress(50)),
  old('a change of a key that the meter has not', 'validator_changes[0].meter', genesisAddress(1), 'validator_changes[0]'),
  old('a change without its time', 'validator_changes[1].due_unix_s', '0', 'validator_changes[1]'),
  old('a change of power 2', 'validator_changes[1].power', '2', 'validator_changes[1]'),
  old('an end of a meter that goes on', 'validator_changes[0].asked', false, 'validator_changes[0]'),
  old('a vetoed end that was asked for', 'validator_changes[0].vetoed_by', [genesisAddress(1)], 'validator_changes[0]'),
  old('a veto of no meter of this genesis', 'validator_changes[1].vetoed_by', [genesisAddress(50)], 'validator_changes[1].vetoed_by[0]'),
  old('a veto twice', 'validator_changes[1].vetoed_by', [genesisAddress(1), genesisAddress(1)], 'validator_changes[1].vetoed_by[1]'),
  old('a change that was applied after the export', 'applied_changes[0].unix_s', '3865470508799', 'applied_changes[0]'),
  old('a change of no power', 'applied_changes[0].touched', '0', 'applied_changes[0]'),
  old('rotations that begin with number 2', 'rotations[0].n', 2),
  old('a rotation to another operator', 'rotations[0].address', genesisAddress(96), 'operator'),
  old('a rotation after the export', 'rotations[0].unix_s', '3865470508799'),
  old('a queued rotation of another number', 'queued_rotations[0].n', 3, 'queued_rotations[0]'),
  old('a queued rotation without signature', 'queued_rotations[0].signature', null, 'queued_rotations[0]'),
  old('prices of a slot twice', 'slot_prices[1].slot', 20_639 * 96),
  old('a price of a slot that is no multiple of 2 tick', 'slot_prices[0].retail_nel_per_wh', '1', 'slot_prices[0]'),
  old('prices of a slot that had begun', 'slot_prices[0].unix_s', String(20_639 * 86_400 - 899), 'slot_prices[0]'),
  old('prices after the export', 'slot_prices[1].unix_s', '3865470508799', 'slot_prices[1]'),
  old('a vote for another number', 'operator_votes[0].n', 1, 'operator_votes[0]'),
];

const SOUND: GenesisCase[] = [
  { what: 'as it is', of: 'fresh', departures: [] },
  { what: 'as it is', of: 'continued', departures: [] },
  {
    what: 'continued with a clock of its own, shorter durations and another tick',
    of: 'continued',
    set: [
      { at: pathOf('clock.start_unix_s'), value: '1782896401' },
      { at: pathOf('clock.rate'), value: '60' },
      ...PARAMS.map((name) => ({ at: pathOf(`params.${name}`), value: '500' })),
    ],
    departures: [
      'clock.start_unix_s is 1782896401, not the genesis time 1782896400',
      'clock.rate is 60, not 1',
      ...Object.entries({
        grace_s: 21_600,
        grace_blocks: 600,
        late_s: 2_592_000,
        validator_delay_s: 604_800,
        validator_window_s: 1_209_600,
        key_max_age_s: 2_678_400,
        key_overlap_s: 86_400,
        anchor_due_s: 172_800,
        link_due_s: 3_888_000,
        trust_period_s: 1_209_600,
        tick: 1000,
      }).map(([name, value]) => `${name} is 500, not ${value}`),
    ],
  },
];

const DEVELOPMENT = (names: readonly CircuitName[]): GenesisCase => ({
  what: `with the development keys of ${names.join(', ')}`,
  of: 'continued',
  set: names.map((name) => ({
    at: pathOf(`verification_keys[${CIRCUIT_NAMES.indexOf(name)}].alpha`),
    value: toBase64(keyBytes()[name].alpha),
  })),
  departures: [`development keys (${names.join(', ')}), with which whoever made them can forge proofs`],
});

export const CASES: readonly GenesisCase[] = [
  ...SOUND,
  DEVELOPMENT(CIRCUIT_NAMES),
  DEVELOPMENT(['substitute']),
  ...DOCUMENT,
  ...FORM,
  ...NOW,
  ...PAST,
  ...PROVEN,
  ...UPLINK_CASES,
];
