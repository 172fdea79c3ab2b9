/**
 * What an auditor takes from genesis.json: the chain's name, clock, durations, pinned keys, first meters and tariffs.
 *
 * The file is CometBFT's, written by Go: snake_case, 64-bit integers as strings, 32-bit ones as numbers, so both forms are read and
 * nothing else. A production chain runs on wall-clock time with the protocol's durations; whatever differs is named in the verdict, since a chain whose
 * anchors are due after ten years may well pass every check.
 */
import { readGenesisTrust, type GenesisTrust, type ParamsState } from '../light/index.ts';
import {
  FEE_LIMIT,
  PRICE_LIMIT,
  ProtocolError,
  SLOTS_PER_DAY,
  addressBytes,
  bookHash,
  canonicalJson,
  dayOf,
  type Json,
  type Tariff,
} from '../../protocol/index.ts';

interface Shape {
  readonly [key: string]: unknown;
}

/** The chain's parameters without its pinned keys: what a state proof of them shows too. */
export type GenesisParams = Omit<ParamsState, 'dayBillKeyHash' | 'clearingKeyHash'>;

/** Default durations of protocol §5, in seconds of chain time (graceBlocks: blocks, tick: nELECTRA/Wh). */
export const PRODUCTION: GenesisParams = {
  graceS: 21_600,
  graceBlocks: 600,
  lateS: 2_592_000,
  validatorDelayS: 604_800,
  validatorWindowS: 1_209_600,
  keyMaxAgeS: 2_678_400,
  keyOverlapS: 86_400,
  anchorDueS: 172_800,
  linkDueS: 3_888_000,
  trustPeriodS: 1_209_600,
  tick: 1000,
};

export interface Genesis {
  /** SHA-256 of the canonical text of {app_state: {meter}, chain_id, genesis_time}, hex: the same for the chain's own file and for a bundle's extract */
  hash: string;
  chainId: string;
  /** seconds, rounded down */
  genesisUnixS: number;
  clock: { startUnixS: number; rate: number };
  /** where the light client begins */
  light: GenesisTrust;
  params: GenesisParams;
  /** SHA-256 of the verification keys, hex */
  keys: { dayBill: string; clearing: string };
  /** lastDay null: not retired */
  meters: readonly { meter: string; firstDay: number; lastDay: number | null }[];
  tariffs: readonly (Tariff & { fromDay: number })[];
}

function refuse(field: string, expected: string): never {
  throw new ProtocolError('unparsable', field, expected);
}

function record(value: unknown, field: string): Shape {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(field, 'an object');
  return value as Shape;
}

function list(value: unknown, field: string): readonly unknown[] {
  if (value === null || value === undefined) return []; // Go writes an empty list either way
  if (!Array.isArray(value)) refuse(field, 'a list');
  return value;
}

function string(value: unknown, field: string, pattern = /^/): string {
  if (typeof value !== 'string' || !pattern.test(value))
    refuse(field, pattern.source === '^' ? 'a string' : `a string of the form ${pattern.source}`);
  return value as string;
}

function integer(value: unknown, field: string, min: number, max: number): number {
  const whole = typeof value === 'string' && /^(0|-?[1-9][0-9]{0,19})$/.test(value) ? Number(value) : value;
  if (typeof whole !== 'number' || !Number.isSafeInteger(whole) || whole < min || whole > max)
    refuse(field, `an integer in ${min} … ${max}`);
  return whole as number;
}

const U32 = 0xffff_ffff;
const DURATION_MAX_S = 2 ** 40;

const snake = (camel: string): string => camel.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

function readParams(params: Shape): GenesisParams {
  const read = {} as GenesisParams;
  for (const key of Object.keys(PRODUCTION) as (keyof GenesisParams)[]) {
    read[key] = integer(
      params[snake(key)],
      `genesis params.${snake(key)}`,
      key === 'tick' ? 1 : 0,
      key === 'tick' ? PRICE_LIMIT - 1 : DURATION_MAX_S,
    );
  }
  return read;
}

function readTariff(value: unknown, i: number): Tariff & { fromDay: number } {
  const field = `genesis tariffs[${i}]`;
  const t = record(value, field);
  const prices = (key: string) => {
    const values = list(t[key], `${field}.${key}`);
    if (values.length !== SLOTS_PER_DAY) refuse(`${field}.${key}`, `${SLOTS_PER_DAY} prices`);
    return values.map((p, slot) => integer(p, `${field}.${key}[${slot}]`, 1 - PRICE_LIMIT, PRICE_LIMIT - 1));
  };
  return {
    fromDay: integer(t.from_day, `${field}.from_day`, 0, U32),
    rule: string(t.rule, `${field}.rule`),
    retailNelPerWh: prices('retail_nel_per_wh'),
    feedInNelPerWh: prices('feed_in_nel_per_wh'),
    feePerDayNel: BigInt(integer(t.fee_per_day_nel ?? 0, `${field}.fee_per_day_nel`, 0, Number(FEE_LIMIT) - 1)),
  };
}

function readMeter(value: unknown, i: number): Genesis['meters'][number] {
  const field = `genesis meters[${i}]`;
  const m = record(value, field);
  const meter = string(m.address, `${field}.address`);
  addressBytes(meter, `${field}.address`);
  const lastDay = integer(m.last_day ?? 0, `${field}.last_day`, 0, U32);
  return { meter, firstDay: integer(m.first_day ?? 0, `${field}.first_day`, 0, U32), lastDay: lastDay === 0 ? null : lastDay };
}

/**
 * Reads genesis.json: CometBFT's genesis document, bare or as its RPC wraps it.
 * @param value parsed JSON
 * @throws ProtocolError naming the field
 */
export function readGenesis(value: unknown): Genesis {
  let doc = record(value, 'genesis');
  for (const wrapper of ['result', 'genesis'])
    if (doc.chain_id === undefined && doc[wrapper] !== undefined) doc = record(doc[wrapper], `genesis.${wrapper}`);
  const state = record(record(doc.app_state, 'genesis.app_state').meter, 'genesis.app_state.meter');
  const params = record(state.params, 'genesis params');
  const clock = record(state.clock, 'genesis clock');
  const genesisMs = Date.parse(string(doc.genesis_time, 'genesis.genesis_time', /^\d{4}-\d\d-\d\dT/));
  if (Number.isNaN(genesisMs)) refuse('genesis.genesis_time', 'an RFC 3339 time');
  const hash = (key: string) => string(params[key], `genesis params.${key}`, /^[0-9a-f]{64}$/);
  return {
    hash: bookHash(
      canonicalJson({ app_state: { meter: state as Json }, chain_id: doc.chain_id as Json, genesis_time: doc.genesis_time as Json }),
    ),
    chainId: string(doc.chain_id, 'genesis.chain_id', /^[\x21-\x7e]+$/),
    genesisUnixS: Math.floor(genesisMs / 1000),
    light: readGenesisTrust(doc),
    clock: {
      startUnixS: integer(clock.start_unix_s ?? 0, 'genesis clock.start_unix_s', 0, DURATION_MAX_S),
      rate: integer(clock.rate ?? 0, 'genesis clock.rate', 0, U32),
    },
    params: readParams(params),
    keys: { dayBill: hash('day_bill_key_hash'), clearing: hash('clearing_key_hash') },
    meters: list(state.meters, 'genesis meters').map(readMeter),
    tariffs: list(state.tariffs, 'genesis tariffs').map(readTariff),
  };
}

/** Everything in a genesis that production would not have, in words. */
export function departures(genesis: Genesis): string[] {
  const { clock, params } = genesis;
  return [
    ...(clock.startUnixS === genesis.genesisUnixS
      ? []
      : [`clock.start_unix_s is ${clock.startUnixS}, not the genesis time ${genesis.genesisUnixS}`]),
    ...(clock.rate === 1 ? [] : [`clock.rate is ${clock.rate}, not 1`]),
    ...(Object.keys(PRODUCTION) as (keyof GenesisParams)[])
      .filter((key) => params[key] !== PRODUCTION[key])
      .map((key) => `${snake(key)} is ${params[key]}, not ${PRODUCTION[key]}`),
  ];
}

/** The genesis tariff that governs a day for certain: set for a day no later than the chain's first, nobody could replace it afterwards. */
export function fixedTariff(genesis: Genesis, day: number): (Tariff & { fromDay: number }) | null {
  const latest = Math.min(day, dayOf(genesis.clock.startUnixS));
  return genesis.tariffs.filter((t) => t.fromDay <= latest).sort((a, b) => b.fromDay - a.fromDay)[0] ?? null;
}
