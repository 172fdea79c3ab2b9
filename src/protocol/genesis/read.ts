/**
 * genesis.json, read in one place for everybody: indexer, books, auditor, light client, member, vault. Genesis is where trust starts, so
 * all of it is read strictly by each of them, whatever part it needs: no document passes in one room that another would refuse.
 *
 * The file is CometBFT's, bare or as its RPC wraps it, written by Go: snake_case, 64-bit integers as strings, 32-bit ones as numbers, empty
 * lists as null. Limits are those that the chain itself holds a genesis to. Heights in an exported state are of the old chain; here they
 * become 0 where they lie above this chain's first block.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { type PerCircuit, perCircuit } from '../circuits.ts';
import { type ChainClock, chainUnixS } from '../clock.ts';
import { readTime } from '../comet/json.ts';
import type { ValidatorSet } from '../comet/validators.ts';
import { FEE_LIMIT, PRICE_LIMIT, type Tariff } from '../day/prices.ts';
import type { SlotPrices } from '../day/slot-prices.ts';
import { SIGNATURE_BYTES } from '../meter/operator-signature.ts';
import { addressBytes } from '../values/address.ts';
import { ProtocolError } from '../values/errors.ts';
import { base64, bool, int64, list, record, type Shape, text, u32, whole } from '../values/shape.ts';
import { DAY_MAX, SLOTS_PER_DAY, U32_MAX, UNIX_S_MAX } from '../values/time.ts';
import { firstValidators, type ValidatorChange } from './first-validators.ts';
import { genesisExtract, genesisHash } from './hash.ts';
import { type GenesisParams, readParams } from './params.ts';
import { type VerificationKeyBytes, verificationKeyId } from './verification-key-id.ts';
import { readVerificationKeys } from './verification-keys.ts';

/** lastDay null: not retired. serviceDay null: not in service yet, as in every fresh genesis. consensusKey null: a light meter. */
export interface GenesisMeter {
  meter: string;
  member: string;
  firstDay: number;
  lastDay: number | null;
  serviceDay: number | null;
  maxWhPerSlot: number;
  consensusKey: Uint8Array | null;
  enrolledHeight: number;
}
export type GenesisTariff = Tariff & { fromDay: number; height: number };

/** What only the genesis of a continued chain has, besides its heights. */
export interface GenesisHistory {
  commitments: readonly { meter: string; day: number; commitment: Uint8Array; height: number }[];
  disputes: readonly { meter: string; day: number; reason: string; height: number }[];
  anchors: readonly { day: number; version: number; bookHash: Uint8Array; totals: Uint8Array | null; height: number; unixS: number }[];
  noBills: readonly { meter: string; day: number; height: number }[];
  /** `objectedHeight` undefined: its member has not objected */
  finalReadings: readonly { meter: string; day: number; link: Uint8Array; height: number; unixS: number; objectedHeight?: number }[];
  slotPrices: readonly (SlotPrices & { height: number; unixS: number })[];
  rosters: readonly { day: number; late: boolean; digest: Uint8Array; encoded: Uint8Array; height: number; unixS: number }[];
}

export interface Genesis extends GenesisHistory {
  /** of the parts that matter, whoever wrote the file: see hash.ts */
  hash: string;
  chainId: string;
  /** RFC 3339, as written; `genesisTimeS`: its seconds, rounded down */
  genesisTime: string;
  genesisTimeS: number;
  /** of the first block */
  initialHeight: number;
  clock: ChainClock;
  /** chain time of the genesis time */
  beginUnixS: number;
  params: GenesisParams;
  /** what proofs are verified by, and the names of these keys, by circuit */
  verificationKeys: PerCircuit<VerificationKeyBytes>;
  keyIds: PerCircuit<string>;
  /** bech32 */
  operator: string;
  meters: readonly GenesisMeter[];
  /** signature: the operator's; null before it is signed */
  nodeKeys: readonly { epoch: number; key: Uint8Array; height: number; effectiveUnixS: number; signature: Uint8Array | null }[];
  tariffs: readonly GenesisTariff[];
  /** the set that signs the first block */
  validators: ValidatorSet;
  /** beginnings and ends of power that wait, in an exported genesis */
  changes: readonly ValidatorChange[];
  /** all that was read, which is what the hash is of: a genesis by itself */
  document: Shape;
}

const STATE = 'genesis.app_state.meter';
const KEY_BYTES = 32;

/** CometBFT's document, bare or as its RPC wraps it. */
function unwrap(value: unknown): Shape {
  let doc = record(value, 'genesis');
  for (const wrapper of ['result', 'genesis'])
    if (doc.chain_id === undefined && doc[wrapper] !== undefined) doc = record(doc[wrapper], `genesis.${wrapper}`);
  return doc;
}

function address(value: unknown, field: string): string {
  const bech32 = text(value, field);
  addressBytes(bech32, field);
  return bech32;
}

/** Go leaves out what is zero in some versions of its JSON: absent numbers of these fields are 0. */
const day = (value: unknown, field: string): number => whole(value ?? 0, field, 0, DAY_MAX);
const unixS = (value: unknown, field: string): number => whole(value ?? 0, field, 0, UNIX_S_MAX);
const price = (value: unknown, field: string): number => whole(value, field, 1 - PRICE_LIMIT, PRICE_LIMIT - 1);
const key = (value: unknown, field: string): Uint8Array => base64(value, field, KEY_BYTES);

/** Reads the lists of x/meter's state. `at`: what a height of the file is on this chain. */
function lists(state: Shape, at: (value: unknown, field: string) => number) {
  const each = <T>(name: string, read: (entry: Shape, field: string) => T): T[] =>
    list(state[name], `${STATE}.${name}`).map((entry, i) => {
      const field = `${STATE}.${name}[${i}]`;
      return read(record(entry, field), field);
    });
  return {
    each,
    meterDay: (e: Shape, field: string) => ({
      meter: address(e.meter, `${field}.meter`),
      day: day(e.day, `${field}.day`),
      height: at(e.height, `${field}.height`),
    }),
  };
}
type Lists = ReturnType<typeof lists>;
type HeightReader = (value: unknown, field: string) => number;

function readMeters({ each }: Lists, at: HeightReader): GenesisMeter[] {
  const seen = new Set<string>();
  const once = (name: string, field: string): void => {
    if (seen.has(name)) throw new ProtocolError('unparsable', field, 'each once');
    seen.add(name);
  };
  return each('meters', (m, field) => {
    const meter = address(m.address, `${field}.address`);
    once(meter, `${field}.address`);
    const consensusKey = m.consensus_key ? key(m.consensus_key, `${field}.consensus_key`) : null;
    if (consensusKey) once(bytesToHex(consensusKey), `${field}.consensus_key`);
    const lastDay = day(m.last_day, `${field}.last_day`);
    const serviceDay = day(m.service_day, `${field}.service_day`);
    return {
      meter,
      member: address(m.member, `${field}.member`),
      firstDay: day(m.first_day, `${field}.first_day`),
      lastDay: lastDay === 0 ? null : lastDay,
      serviceDay: serviceDay === 0 ? null : serviceDay,
      maxWhPerSlot: u32(m.max_wh_per_slot, `${field}.max_wh_per_slot`),
      consensusKey,
      enrolledHeight: at(m.enrolled_height, `${field}.enrolled_height`),
    };
  });
}

function readTariffs({ each }: Lists, at: HeightReader): GenesisTariff[] {
  return each('tariffs', (t, field) => {
    const prices = (name: string): number[] => {
      const values = list(t[name], `${field}.${name}`);
      if (values.length !== SLOTS_PER_DAY) throw new ProtocolError('unparsable', `${field}.${name}`, `${SLOTS_PER_DAY} prices`);
      return values.map((value, slot) => price(value, `${field}.${name}[${slot}]`));
    };
    return {
      fromDay: day(t.from_day, `${field}.from_day`),
      rule: text(t.rule, `${field}.rule`),
      retailNelPerWh: prices('retail_nel_per_wh'),
      feedInNelPerWh: prices('feed_in_nel_per_wh'),
      feePerDayNel: BigInt(whole(t.fee_per_day_nel ?? 0, `${field}.fee_per_day_nel`, 0, Number(FEE_LIMIT) - 1)),
      height: at(t.height, `${field}.height`),
    };
  });
}

const readHistory = ({ each, meterDay }: Lists, at: HeightReader): GenesisHistory => ({
  commitments: each('commitments', (c, field) => ({ ...meterDay(c, field), commitment: key(c.commitment, `${field}.commitment`) })),
  disputes: each('disputes', (d, field) => ({ ...meterDay(d, field), reason: text(d.reason, `${field}.reason`) })),
  anchors: each('anchors', (a, field) => ({
    day: day(a.day, `${field}.day`),
    version: u32(a.version, `${field}.version`),
    bookHash: key(a.book_hash, `${field}.book_hash`),
    totals: a.totals ? key(a.totals, `${field}.totals`) : null,
    height: at(a.height, `${field}.height`),
    unixS: unixS(a.unix_s, `${field}.unix_s`),
  })),
  noBills: each('no_bills', meterDay),
  finalReadings: each('final_readings', (f, field) => ({
    ...meterDay(f, field),
    link: key(f.link, `${field}.link`),
    unixS: unixS(f.unix_s, `${field}.unix_s`),
    ...(String(f.objected_height ?? 0) === '0' ? {} : { objectedHeight: at(f.objected_height, `${field}.objected_height`) }),
  })),
  slotPrices: each('slot_prices', (p, field) => ({
    slot: u32(p.slot ?? 0, `${field}.slot`),
    retailNelPerWh: price(p.retail_nel_per_wh, `${field}.retail_nel_per_wh`),
    feedInNelPerWh: price(p.feed_in_nel_per_wh, `${field}.feed_in_nel_per_wh`),
    height: at(p.height, `${field}.height`),
    unixS: unixS(p.unix_s, `${field}.unix_s`),
  })),
  rosters: each('rosters', (r, field) => ({
    day: day(r.day, `${field}.day`),
    late: bool(r.late ?? false, `${field}.late`),
    digest: key(r.digest, `${field}.digest`),
    encoded: base64(r.encoded, `${field}.encoded`),
    height: at(r.height, `${field}.height`),
    unixS: unixS(r.unix_s, `${field}.unix_s`),
  })),
});

const readChanges = ({ each }: Lists, at: HeightReader): ValidatorChange[] =>
  each('validator_changes', (c, field) => ({
    meter: address(c.meter, `${field}.meter`),
    consensusKey: key(c.consensus_key, `${field}.consensus_key`),
    power: int64(c.power ?? 0, `${field}.power`),
    dueUnixS: unixS(c.due_unix_s, `${field}.due_unix_s`),
    asked: bool(c.asked ?? false, `${field}.asked`),
    vetoedBy: list(c.vetoed_by ?? [], `${field}.vetoed_by`).map((meter, n) => address(meter, `${field}.vetoed_by[${n}]`)),
    height: at(c.height, `${field}.height`),
  }));

function readClock(state: Shape, genesisTimeS: number): ChainClock {
  const field = `${STATE}.clock`;
  const clock = record(state.clock, field);
  return {
    startUnixS: whole(clock.start_unix_s, `${field}.start_unix_s`, 0, UNIX_S_MAX),
    rate: whole(clock.rate, `${field}.rate`, 1, U32_MAX),
    // an exported genesis keeps the zero of its clock, a fresh one leaves it to the genesis time
    genesisUnixS: unixS(clock.genesis_unix_s, `${field}.genesis_unix_s`) || genesisTimeS,
  };
}

/** The time of genesis in whole seconds and the rest. */
function readGenesisTime(value: unknown): { genesisTime: string; seconds: number; nanos: number } {
  const field = 'genesis.genesis_time';
  const genesisTime = text(value, field);
  try {
    const { seconds, nanos } = readTime(genesisTime, field);
    return { genesisTime, seconds: Number(seconds), nanos };
  } catch {
    throw new ProtocolError('unparsable', field, 'an RFC 3339 time in UTC');
  }
}

/**
 * Reads a genesis document.
 * @param value parsed JSON
 * @throws ProtocolError naming the field
 */
export function readGenesis(value: unknown): Genesis {
  const document = unwrap(value);
  const chainId = text(document.chain_id, 'genesis.chain_id', /^[\x21-\x7e]+$/, 'a name of printable characters');
  const { genesisTime, seconds, nanos } = readGenesisTime(document.genesis_time);
  const initialHeight = Math.max(whole(document.initial_height ?? 1, 'genesis.initial_height', 0, Number.MAX_SAFE_INTEGER), 1);
  const state = record(record(document.app_state, 'genesis.app_state').meter, STATE);
  const params = record(state.params, `${STATE}.params`);
  const clock = readClock(state, seconds);
  const beginUnixS = chainUnixS(clock, { timeUnixS: seconds, timeNanos: nanos });
  const at: HeightReader = (height, field) => {
    const old = whole(height ?? 0, field, 0, Number.MAX_SAFE_INTEGER);
    return old < initialHeight ? old : 0;
  };
  const all = lists(state, at);
  const meters = readMeters(all, at);
  const changes = readChanges(all, at);
  const verificationKeys = readVerificationKeys(state.verification_keys, `${STATE}.verification_keys`);
  const extract = genesisExtract(chainId, genesisTime, initialHeight, state);
  return {
    hash: genesisHash(extract),
    chainId,
    genesisTime,
    genesisTimeS: seconds,
    initialHeight,
    clock,
    beginUnixS,
    params: readParams(params, `${STATE}.params`),
    verificationKeys,
    keyIds: perCircuit((name) => verificationKeyId(name, verificationKeys[name])),
    operator: address(state.operator, `${STATE}.operator`),
    meters,
    nodeKeys: all.each('node_keys', (k, field) => ({
      epoch: u32(k.epoch, `${field}.epoch`),
      key: key(k.key, `${field}.key`),
      height: at(k.height, `${field}.height`),
      effectiveUnixS: unixS(k.effective_unix_s, `${field}.effective_unix_s`) || beginUnixS,
      signature: k.signature ? base64(k.signature, `${field}.signature`, SIGNATURE_BYTES) : null,
    })),
    tariffs: readTariffs(all, at),
    validators: firstValidators(meters, changes),
    changes,
    ...readHistory(all, at),
    document: extract,
  };
}
