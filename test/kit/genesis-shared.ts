/** Geneses of a chain whose members are communities (docs/shared-rule.md), fresh and continued, and changes of them that are refused. */
import { readFileSync } from 'node:fs';
import { keysJson } from '../../src/protocol/genesis/index.ts';
import { DAY_S, MAIN_CIRCUIT_NAMES } from '../../src/protocol/index.ts';
import { bytesOf, KEYS, type VkJson } from './development-keys.ts';
import { base64, FIRST_DAY, genesisAddress, genesisMeter, genesisParams, genesisTariff } from './genesis.ts';
import type { GenesisCase, Path } from './genesis-changes.ts';
import type { Untyped } from './untyped.ts';

const flat = (price: number): number[] => Array<number>(96).fill(price);
const [FIRST, SECOND, THIRD] = [0, 1, 2].map((n) => FIRST_DAY + n);
const END_UNIX_S = (FIRST_DAY + 6) * DAY_S + 100;
const FIELD = Buffer.alloc(32, 0).fill(5, 31).toString('base64');
const [ONE, TWO, THREE] = [1, 2, 3].map(genesisAddress);

/** Sound points that nobody proves anything with: those of the development keys, but for alpha. */
const ownKeys = () =>
  Object.fromEntries(
    MAIN_CIRCUIT_NAMES.map((name) => {
      const key = bytesOf(name, JSON.parse(readFileSync(`${KEYS}/${name}.vk.json`, 'utf8')) as VkJson);
      return [name, { ...key, alpha: key.ic.slice(0, 64) }];
    }),
  ) as Parameters<typeof keysJson<(typeof MAIN_CIRCUIT_NAMES)[number]>>[1];

/** What is different in the state of a fresh one. */
export const sharedState = () => ({
  params: genesisParams({ grace_s: '216000', late_s: '0', rule: 'shared/1' }),
  verification_keys: keysJson(MAIN_CIRCUIT_NAMES, ownKeys()),
  meters: [genesisMeter(1), genesisMeter(2), genesisMeter(3, { consensus_key: null }), genesisMeter(4)],
  tariffs: [
    genesisTariff(FIRST_DAY - 7, {
      ...{ rule: 'shared/1', retailNelPerWh: flat(191_000), feedInNelPerWh: flat(0), feePerDayNel: 250_000_000n },
    }),
  ],
});

/**
 * Three frozen days, the second of which was void at its freeze, since one alone had stated it; the others are proven. On the third a
 * statement is disputed.
 */
export function sharedPast(roster: (day: number, late: boolean, committed: Record<number, boolean>) => Untyped, startUnixS: number) {
  const anchor = (day: number, n: number) => ({
    ...{ day, version: 1, book_hash: base64(n), height: '902', unix_s: String(END_UNIX_S - 90 + n), totals: FIELD },
  });
  const proven = (day: number, n: number) => ({
    ...{ day, version: 1, book_hash: base64(n), totals: FIELD, entries: 4, copies: 2, height: '903' },
    ...{ unix_s: String(END_UNIX_S - 60 + n), prices_hash: base64(8) },
  });
  return {
    ...sharedState(),
    clock: { start_unix_s: String(startUnixS), rate: '1', genesis_unix_s: String(startUnixS) },
    commitments: [{ meter: ONE, day: THIRD + 1, commitment: FIELD, height: '901' }],
    disputes: [{ meter: THREE, day: THIRD, reason: 'r', height: '901' }],
    anchors: [anchor(FIRST, 3), anchor(THIRD, 4)],
    rosters: [
      roster(FIRST, false, { 1: true, 2: true, 3: false, 4: false }),
      roster(SECOND, false, { 1: true, 2: false, 3: false, 4: false }),
      roster(THIRD, false, { 1: true, 2: true, 3: true, 4: false }),
    ],
    day_starts: [THIRD + 1, THIRD + 2].map((day) => ({ day, height: '905', unix_s: String((day + 1) * DAY_S) })),
    next_freeze_day: THIRD + 1,
    next_late_day: THIRD + 1,
    last_unix_s: String(END_UNIX_S),
    log: [{ kind: 1, day: THIRD, version: 0, meter: THREE }],
    slot_prices: [
      {
        ...{ slot: (THIRD + 5) * 96, retail_nel_per_wh: '191000', feed_in_nel_per_wh: '0', height: '904' },
        unix_s: String(END_UNIX_S - 4000),
      },
    ],
    proving: {
      books: [proven(FIRST, 3), proven(THIRD, 4)],
      links: [],
      late: [],
      bills: [FIRST, THIRD].flatMap((day) => [ONE, TWO].map((meter) => ({ meter, day, bill: FIELD }))),
    },
  };
}

/** Of the document that `sharedPast` is the state of. */
export const SHARED_PAST_TIME = `${new Date((END_UNIX_S + 3600) * 1000).toISOString().slice(0, 19)}Z`;

const at = (field: string): Path => [
  ...['app_state', 'meter'],
  ...field
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
];
const bad = (of: GenesisCase['of'], what: string, field: string, value: unknown, refused = field): GenesisCase => ({
  ...{ what, of, set: [{ at: at(field), value }], field: refused },
});
const shared = (what: string, field: string, value: unknown, refused?: string) => bad('shared', what, field, value, refused);
const past = (what: string, field: string, value: unknown, refused?: string) => bad('sharedPast', what, field, value, refused);
const BILLS = 'proving.bills';

export const SHARED: readonly GenesisCase[] = [
  { what: 'of communities', of: 'shared', departures: [] },
  { what: 'of communities', of: 'sharedPast', departures: [] },
  {
    what: 'of communities, with other durations and a price of 0',
    of: 'shared',
    set: [
      { at: at('params.grace_s'), value: '21600' },
      { at: at('tariffs[0].retail_nel_per_wh[3]'), value: '0' },
    ],
    departures: ['grace_s is 21600, not 216000'],
  },
  ...['mid-market/1', '', 'shared/2', null].map((rule) => bad('fresh', `the rule ${JSON.stringify(rule)}`, 'params.rule', rule)),
  bad('fresh', 'a rule of communities with time for what is late', 'params.rule', 'shared/1', 'params.late_s'),
  shared('time for what is late', 'params.late_s', '2592000'),
  shared('the keys of a community', 'verification_keys[1].circuit', 'clearing'),
  { what: 'a key less', of: 'shared', set: [{ at: at('verification_keys[3]') }], field: 'verification_keys' },
  shared('a community’s rule in a tariff', 'tariffs[0].rule', 'mid-market/1', 'tariffs[0]'),
  shared('a price below 0', 'tariffs[0].retail_nel_per_wh[3]', '-1000', 'tariffs[0]'),
  shared('half a tick', 'tariffs[0].retail_nel_per_wh[3]', '500', 'tariffs[0]'),
  shared('a price of what is fed in', 'tariffs[0].feed_in_nel_per_wh[3]', '1000', 'tariffs[0]'),
  past('a late roster to come', 'next_late_day', THIRD),
  past('a service that began', 'meters[0].service_day', FIRST),
  past('a late roster', 'rosters[2].late', true),
  past('a report', 'reports', [{ meter: ONE, slot: THIRD * 96 }]),
  past('a correction', 'anchors[1].version', 2),
  past('a book of a void day', 'anchors[1].day', SECOND),
  { what: 'a day passed over', of: 'sharedPast', set: [{ at: at('proving') }, { at: at('anchors[0]') }], field: 'anchors[0].day' },
  past('a price of a slot below 0', 'slot_prices[0].retail_nel_per_wh', '-1000', 'slot_prices[0]'),
  past('a price of a slot for what is fed in', 'slot_prices[0].feed_in_nel_per_wh', '2000', 'slot_prices[0]'),
  {
    what: 'a book proven before that of the day before',
    of: 'sharedPast',
    set: [{ at: at('proving.books[0]') }],
    field: 'proving.books[0].day',
  },
  past('a link', 'proving.links', [{ meter: ONE, day: THIRD, metered: true, link: FIELD }], 'proving.links[0]'),
  { what: 'no bills', of: 'sharedPast', set: [{ at: at(BILLS) }], field: 'proving' },
  { what: 'settled days', of: 'sharedPast', set: [{ at: at(BILLS), value: [] }], departures: [] },
  { what: 'a bill less', of: 'sharedPast', set: [{ at: at(`${BILLS}[3]`) }], field: BILLS },
  past('a bill of an absent one', `${BILLS}[1].meter`, genesisAddress(4), `${BILLS}[1]`),
  past('a bill of a disputed one', `${BILLS}[3].meter`, THREE, `${BILLS}[3]`),
  past('a bill of a void day', `${BILLS}[0].day`, SECOND, `${BILLS}[0]`),
  past('a bill twice', `${BILLS}[1].meter`, ONE, `${BILLS}[1]`),
  past('a bill above the field', `${BILLS}[0].bill`, Buffer.alloc(32, 255).toString('base64'), `${BILLS}[0]`),
];
