/**
 * genesis.json, read in one place for everybody: indexer, books, auditor, light client, member, vault. Genesis is where trust starts, so
 * all of it is read strictly by each of them, whatever part it needs: no document passes in one room that another would refuse, and none
 * that the chain itself would not begin from.
 *
 * The file is CometBFT's, bare or as its RPC wraps it; the state in it has the one spelling that the chain takes (fields.ts), and its parts
 * agree with each other (rules.ts, history-rules.ts). A new field of the chain's state is a new key here.
 */
import { type AnyCircuitName, CIRCUIT_NAMES, MAIN_CIRCUIT_NAMES, type MainCircuitName, type PerCircuit } from '../circuits.ts';
import { type ChainClock, chainUnixS } from '../clock.ts';
import { readTime } from '../comet/json.ts';
import type { ValidatorSet } from '../comet/validators.ts';
import { FEE_LIMIT } from '../day/prices.ts';
import { SHARED_RULE } from '../day/shared-prices.ts';
import { SIGNATURE_BYTES } from '../meter/operator-signature.ts';
import { ProtocolError } from '../values/errors.ts';
import { array, object, record, type Shape, small, text, u32, whole } from '../values/shape.ts';
import { SLOTS_PER_DAY, UNIX_S_MAX } from '../values/time.ts';
import {
  address,
  bytesOrNone,
  day,
  type Each,
  eachOf,
  fileHeight,
  furtherStates,
  type HeightReader,
  KEY_BYTES,
  key,
  price,
  STATE,
  unixS,
  wrong,
} from './fields.ts';
import { firstValidators } from './first-validators.ts';
import { genesisExtract, genesisHash } from './hash.ts';
import { type GenesisHistory, HISTORY_KEYS, readHistory } from './history.ts';
import { checkHistory, isFresh } from './history-rules.ts';
import { mainDeparturesOf } from './main-departures.ts';
import { type MainStates, readMainStates } from './main-states.ts';
import { type GenesisParams, readParams } from './params.ts';
import { type BillsCheck, checkProving, type GenesisProving, PROVING_KEY, readProving } from './proving.ts';
import { checkChainId, checkNodeKeySignatures, checkPresent, RATE_MAX } from './rules.ts';
import { checkBills } from './shared-bills.ts';
import { SHARED_RULES, type SharedRules } from './shared-past.ts';
import type { GenesisMeter, GenesisNodeKey, GenesisTariff } from './state.ts';
import { type GenesisUplink, readUplinks, UPLINKS_KEY } from './uplinks.ts';
import { type VerificationKeyBytes, verificationKeyId } from './verification-key-id.ts';
import { readVerificationKeys } from './verification-keys.ts';

export interface Genesis extends GenesisHistory {
  /** of the parts that matter, whoever wrote the file: see hash.ts */
  hash: string;
  chainId: string;
  /** RFC 3339, as written; `genesisTimeS`: its seconds */
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
  nodeKeys: readonly GenesisNodeKey[];
  tariffs: readonly GenesisTariff[];
  /** books that the chain has verified; null: none yet */
  proving: GenesisProving | null;
  /** where the community shares; empty: it never did */
  uplinks: readonly GenesisUplink[];
  /** the set that signs the first block */
  validators: ValidatorSet;
  /** all that was read, which is what the hash is of: a genesis by itself */
  document: Shape;
}

const STATE_KEYS = ['params', 'clock', 'operator', 'verification_keys', 'meters', 'node_keys', 'tariffs', ...HISTORY_KEYS];
const METER_KEYS = [
  'address',
  'member',
  'first_day',
  'last_day',
  'max_wh_per_slot',
  'consensus_key',
  'enrolled_height',
  'service_day',
] as const;
const TARIFF_KEYS = ['from_day', 'rule', 'retail_nel_per_wh', 'feed_in_nel_per_wh', 'fee_per_day_nel', 'height'];

/** That of a chain whose members are communities (docs/shared-rule.md): it has the keys of other circuits. */
export interface SharedGenesis extends Omit<Genesis, 'params' | 'verificationKeys' | 'keyIds'> {
  params: GenesisParams & { rule: string };
  verificationKeys: Readonly<Record<MainCircuitName, VerificationKeyBytes>>;
  keyIds: Readonly<Record<MainCircuitName, string>>;
  /** of the modules beside the meters'; null: there are none, which is so on chains of tests alone */
  main: MainStates | null;
  /** what of it production would not have, in words */
  mainDepartures: readonly string[];
}

/** What is read alike of either kind of chain. */
export type ChainGenesis = Omit<Genesis, 'verificationKeys' | 'keyIds'>;

/** CometBFT's document, bare or as its RPC wraps it. */
function unwrap(value: unknown): Shape {
  let doc = record(value, 'genesis');
  for (const wrapper of ['result', 'genesis'])
    if (doc.chain_id === undefined && doc[wrapper] !== undefined) doc = record(doc[wrapper], `genesis.${wrapper}`);
  return doc;
}

/** Whether a document claims to be that of a chain of communities: which of its readers is to be asked. */
export function saysShared(document: unknown): boolean {
  const { app_state } = document as { app_state?: { meter?: { params?: { rule?: unknown } } } };
  return app_state?.meter?.params?.rule !== undefined;
}

/** As many as a chain may ever have (chain/x/meter/types/limits.go). */
const METERS_MAX = 4096;

function readMeters(each: Each, at: HeightReader): GenesisMeter[] {
  const meters = each('meters', METER_KEYS, (m, field) => {
    const lastDay = day(m.last_day, `${field}.last_day`);
    const serviceDay = day(m.service_day, `${field}.service_day`);
    return {
      meter: address(m.address, `${field}.address`),
      member: address(m.member, `${field}.member`),
      firstDay: day(m.first_day, `${field}.first_day`),
      lastDay: lastDay === 0 ? null : lastDay,
      serviceDay: serviceDay === 0 ? null : serviceDay,
      maxWhPerSlot: u32(m.max_wh_per_slot, `${field}.max_wh_per_slot`),
      consensusKey: bytesOrNone(m.consensus_key, `${field}.consensus_key`, KEY_BYTES),
      enrolledHeight: at(m.enrolled_height, `${field}.enrolled_height`),
    };
  });
  if (meters.length > METERS_MAX) throw new ProtocolError('unparsable', `${STATE}.meters`, `at most ${METERS_MAX}, as the chain takes`);
  return meters;
}

const readTariffs = (each: Each, at: HeightReader): GenesisTariff[] =>
  each('tariffs', TARIFF_KEYS, (t, field) => {
    const prices = (name: string): number[] =>
      array(t[name], `${field}.${name}`, SLOTS_PER_DAY).map((value, slot) => price(value, `${field}.${name}[${slot}]`));
    return {
      fromDay: day(t.from_day, `${field}.from_day`),
      rule: text(t.rule, `${field}.rule`),
      retailNelPerWh: prices('retail_nel_per_wh'),
      feedInNelPerWh: prices('feed_in_nel_per_wh'),
      feePerDayNel: BigInt(small(t.fee_per_day_nel, `${field}.fee_per_day_nel`, 0, Number(FEE_LIMIT) - 1)),
      height: at(t.height, `${field}.height`),
    };
  });

const readNodeKeys = (each: Each, at: HeightReader, beginUnixS: number): GenesisNodeKey[] =>
  each('node_keys', ['epoch', 'key', 'height', 'effective_unix_s', 'signature'], (k, field) => ({
    epoch: u32(k.epoch, `${field}.epoch`),
    key: key(k.key, `${field}.key`),
    height: at(k.height, `${field}.height`),
    effectiveUnixS: unixS(k.effective_unix_s, `${field}.effective_unix_s`) || beginUnixS,
    signature: bytesOrNone(k.signature, `${field}.signature`, SIGNATURE_BYTES),
  }));

function readClock(value: unknown, genesisTimeS: number): ChainClock {
  const field = `${STATE}.clock`;
  const clock = object(value, field, ['start_unix_s', 'rate', 'genesis_unix_s']);
  return {
    startUnixS: small(clock.start_unix_s, `${field}.start_unix_s`, 0, UNIX_S_MAX),
    rate: small(clock.rate, `${field}.rate`, 1, RATE_MAX),
    // an exported genesis keeps the zero of its clock, a fresh one leaves it to the genesis time
    genesisUnixS: unixS(clock.genesis_unix_s, `${field}.genesis_unix_s`) || genesisTimeS,
  };
}

/** The time of genesis, in whole seconds. */
function readGenesisTime(value: unknown): { genesisTime: string; genesisTimeS: number } {
  const field = 'genesis.genesis_time';
  const expected = 'an RFC 3339 time in UTC, in whole seconds, such as 2026-07-01T00:00:00Z';
  const genesisTime = text(value, field, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, expected);
  try {
    return { genesisTime, genesisTimeS: Number(readTime(genesisTime, field).seconds) };
  } catch {
    throw wrong(field, expected);
  }
}

/**
 * Reads a community's genesis document whose sealing keys the operator has signed.
 * @param value parsed JSON
 * @throws ProtocolError naming the field
 */
export function readGenesis(value: unknown): Genesis {
  const genesis = readUnsignedGenesis(value);
  checkNodeKeySignatures(genesis);
  return genesis;
}

/** That of a chain of communities. @throws ProtocolError naming the field */
export function readSharedGenesis(value: unknown): SharedGenesis {
  const genesis = readUnsignedAny(value);
  if (!isShared(genesis)) throw wrong(`${STATE}.params.rule`, `"${SHARED_RULE}": this is a community's chain`);
  checkNodeKeySignatures(genesis);
  return genesis;
}

/** Of either kind of chain, for whoever serves both: isShared tells which. @throws ProtocolError naming the field */
export function readAnyGenesis(value: unknown): Genesis | SharedGenesis {
  const genesis = readUnsignedAny(value);
  checkNodeKeySignatures(genesis);
  return genesis;
}

/** As readGenesis, but for the signatures, which are of the hash. @throws ProtocolError naming the field */
export function readUnsignedGenesis(value: unknown): Genesis {
  return readWith(value, null) as Genesis;
}

export const isShared = (genesis: Genesis | SharedGenesis): genesis is SharedGenesis => genesis.params.rule !== null;

/** The keys of a chain's circuits, and their names. */
function readKeys<N extends AnyCircuitName>(state: Shape, names: readonly N[]) {
  const verificationKeys = readVerificationKeys(state.verification_keys, `${STATE}.verification_keys`, names);
  const ids = names.map((name) => [name, verificationKeyId(name, verificationKeys[name])]);
  return { verificationKeys, keyIds: Object.fromEntries(ids) as Readonly<Record<N, string>> };
}

/** What a genesis has of further modules. */
type Further = ReturnType<typeof readMainStates>;

/** What a main chain's genesis is read by. Who reads communities' alone does not load it: it is long. */
interface OfMain {
  further: (appState: Shape) => Further;
  rules: SharedRules;
  bills: BillsCheck;
  departures: (main: MainStates | null) => string[];
}

/** A community's has none. */
function readNone(appState: Shape): Further {
  if (furtherStates(appState).length > 0) throw wrong('genesis.app_state', "auth, consensus and meter alone: this is a community's chain");
  return null;
}

/** As readUnsignedGenesis, of either kind of chain. @throws ProtocolError naming the field */
export const readUnsignedAny = (value: unknown): Genesis | SharedGenesis =>
  readWith(value, { further: readMainStates, rules: SHARED_RULES, bills: checkBills, departures: mainDeparturesOf });

function readWith(value: unknown, ofMain: OfMain | null): Genesis | SharedGenesis {
  const document = unwrap(value);
  const chainId = text(document.chain_id, 'genesis.chain_id');
  checkChainId(chainId, 'genesis.chain_id');
  const { genesisTime, genesisTimeS } = readGenesisTime(document.genesis_time);
  const initialHeight = Math.max(whole(document.initial_height ?? 1, 'genesis.initial_height', 0, Number.MAX_SAFE_INTEGER), 1);
  const appState = record(document.app_state, 'genesis.app_state');
  const state = object(appState.meter, STATE, STATE_KEYS, [PROVING_KEY, UPLINKS_KEY]);
  const clock = readClock(state.clock, genesisTimeS);
  const beginUnixS = chainUnixS(clock, { timeUnixS: genesisTimeS, timeNanos: 0 });
  const at: HeightReader = (height, field) => {
    const old = fileHeight(height, field);
    return old < initialHeight ? old : 0;
  };
  const each = eachOf(state);
  const history = readHistory(state, each, at);
  const params = readParams(state.params, `${STATE}.params`);
  if (params.rule !== null && ofMain === null) throw wrong(`${STATE}.params.rule`, 'to be left out: this is a chain of communities');
  const rules = params.rule === null ? null : ofMain!.rules;
  const read = {
    clock,
    genesisTimeS,
    beginUnixS,
    params,
    operator: address(state.operator, `${STATE}.operator`),
    meters: readMeters(each, at),
    nodeKeys: readNodeKeys(each, at, beginUnixS),
    tariffs: readTariffs(each, at),
    ...history,
    proving: readProving(state, at, params.rule),
    uplinks: readUplinks(state, at),
  };
  const keys = params.rule === null ? readKeys(state, CIRCUIT_NAMES) : readKeys(state, MAIN_CIRCUIT_NAMES);
  checkPresent({ ...read, fresh: isFresh(history) }, rules);
  checkHistory(read, rules);
  checkProving(read.proving, read, isFresh(history), params.rule === null ? null : ofMain!.bills);
  const main = params.rule === null ? readNone(appState) : ofMain!.further(appState);
  const extract = genesisExtract(chainId, genesisTime, initialHeight, { meter: state, ...main?.texts });
  return {
    ...read,
    hash: genesisHash(extract),
    chainId,
    genesisTime,
    initialHeight,
    ...keys,
    ...(params.rule === null ? {} : { main: main?.states ?? null, mainDepartures: ofMain!.departures(main?.states ?? null) }),
    validators: firstValidators(read.meters, read.changes),
    document: extract,
  } as Genesis | SharedGenesis;
}
