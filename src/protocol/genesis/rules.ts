/**
 * What a genesis must say to be one: the parts agree with each other, so that no document passes here that the chain would refuse, and none
 * is refused here that it would begin from. The same table of bad geneses is read by the chain's tests: sdk/vectors/geneses.json. What only
 * a continued chain has is the matter of history-rules.ts; whether verification keys are sound points, of the verifier.
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { ChainClock } from '../clock.ts';
import { assertTariff, TOTAL_LIMIT_WH } from '../day/prices.ts';
import { isSignedBy, nodeKeyDigest } from '../meter/operator-signature.ts';
import { ProtocolError } from '../values/errors.ts';
import { DAY_S, dayOf } from '../values/time.ts';
import { STATE, wrong } from './fields.ts';
import type { ValidatorChange } from './first-validators.ts';
import type { GenesisParams } from './params.ts';
import { firstFrozenDay } from './service.ts';
import type { SharedRules } from './shared-past.ts';
import type { GenesisMeter, GenesisNodeKey, GenesisTariff } from './state.ts';

/** How far the least first day may lie before the clock's start: every past day is frozen by a block of its own. */
const PAST_DAYS_MAX = 3660;
export const RATE_MAX = 1_000_000;
/** A slot's energy fits 20 bits. */
const MAX_WH_LIMIT = 1 << 20;
const CURVE_25519_P = (1n << 255n) - 19n;

const CHAIN_ID = /^[a-z0-9][a-z0-9-]{0,39}-[0-9a-f]{8}$/;

/** A chain id is never reused, or old signed transactions could be replayed, and old sealed boxes lifted. */
export function checkChainId(id: string, field: string): void {
  if (!CHAIN_ID.test(id))
    throw wrong(field, "lower-case letters and digits ending in '-' and 8 hex digits, such as electra-rural-5eed0001");
}

/** An Ed25519 point in its canonical form, not of small order. */
export function checkConsensusKey(key: Uint8Array, field: string): void {
  let sound = false;
  try {
    sound = !ed25519.Point.fromBytes(key).isSmallOrder();
  } catch {
    // no point
  }
  if (!sound) throw wrong(field, 'an Ed25519 key in its canonical form, not of small order');
}

/** An X25519 coordinate below 2^255 - 19, not of low order. */
function checkNodeKey(key: Uint8Array, field: string): void {
  let sound = BigInt(`0x${bytesToHex(Uint8Array.from(key).reverse())}`) < CURVE_25519_P;
  try {
    if (sound) x25519.getSharedSecret(new Uint8Array(32).fill(0x40), key);
  } catch {
    sound = false; // the shared secret would be zero
  }
  if (!sound) throw wrong(field, 'an X25519 key in its canonical form, not of low order');
}

/** Whether a meter may speak of a day. A last day before the first (an enrolment called off) leaves none. */
export const may = ({ firstDay, lastDay }: Pick<GenesisMeter, 'firstDay' | 'lastDay'>, day: number): boolean =>
  firstDay <= day && (lastDay === null || day <= lastDay);

function checkMeters(meters: readonly GenesisMeter[]): void {
  const seen = new Set<string>();
  const once = (name: string, field: string): void => {
    if (seen.has(name)) throw wrong(field, 'each once');
    seen.add(name);
  };
  meters.forEach(({ meter, firstDay, maxWhPerSlot, consensusKey }, i) => {
    const field = `${STATE}.meters[${i}]`;
    once(meter, `${field}.address`);
    if (firstDay === 0) throw wrong(`${field}.first_day`, 'a day after 1970-01-01');
    if (maxWhPerSlot === 0 || maxWhPerSlot >= MAX_WH_LIMIT) throw wrong(`${field}.max_wh_per_slot`, `1 … ${MAX_WH_LIMIT - 1}`);
    if (consensusKey === null) return;
    checkConsensusKey(consensusKey, `${field}.consensus_key`);
    once(bytesToHex(consensusKey), `${field}.consensus_key`);
  });
}

/** Every roster's sum of max_wh_per_slot stays below 2^24, or a day's totals could not be proven. It can only peak on some first day. */
function checkLoad(meters: readonly GenesisMeter[]): void {
  for (const day of new Set(meters.map(({ firstDay }) => firstDay))) {
    const loadWh = meters.filter((meter) => may(meter, day)).reduce((sum, { maxWhPerSlot }) => sum + maxWhPerSlot, 0);
    if (loadWh >= TOTAL_LIMIT_WH)
      throw wrong(`${STATE}.meters`, `a sum of max_wh_per_slot below ${TOTAL_LIMIT_WH} on day ${day}, not ${loadWh}`);
  }
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

function checkTariffs(tariffs: readonly GenesisTariff[], { tick }: Present['params'], firstDay: number, shared: SharedRules | null): void {
  const check = shared?.tariff ?? assertTariff;
  const seen = new Set<number>();
  tariffs.forEach((tariff, i) => {
    const field = `${STATE}.tariffs[${i}]`;
    try {
      check(tariff, tick);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new ProtocolError(error.code, `${field}.${snake(error.field.replace(/^tariff\./, ''))}`, error.expected);
    }
    if (seen.has(tariff.fromDay)) throw wrong(`${field}.from_day`, 'each day once');
    seen.add(tariff.fromDay);
  });
  if (!tariffs.some(({ fromDay }) => fromDay <= firstDay)) throw wrong(`${STATE}.tariffs`, `one from day ${firstDay} or before`);
}

/** Each sealing key is signed by the operator for this genesis; also in that of a continued chain, which meters are outfitted with anew. */
export function checkNodeKeySignatures({
  chainId,
  hash,
  operator,
  nodeKeys,
}: {
  chainId: string;
  hash: string;
  operator: string;
  nodeKeys: readonly GenesisNodeKey[];
}): void {
  const identity = { chainId, genesisHash: hexToBytes(hash) };
  nodeKeys.forEach(({ epoch, key, signature }, i) => {
    if (signature === null || !isSignedBy(operator, nodeKeyDigest(identity, epoch, key), signature))
      throw wrong(`${STATE}.node_keys[${i}].signature`, "the operator's, of this key and genesis");
  });
}

interface Present {
  clock: ChainClock;
  genesisTimeS: number;
  beginUnixS: number;
  meters: readonly GenesisMeter[];
  tariffs: readonly GenesisTariff[];
  nodeKeys: readonly { epoch: number; key: Uint8Array }[];
  changes: readonly ValidatorChange[];
  params: Pick<GenesisParams, 'rule' | 'tick'>;
  /** whether the chain has not lived yet */
  fresh: boolean;
}

function checkBegin({ clock, genesisTimeS, meters, fresh }: Present): void {
  if (clock.startUnixS < DAY_S) throw wrong(`${STATE}.clock.start_unix_s`, `at least ${DAY_S}`);
  if (!fresh) return;
  if (clock.genesisUnixS !== genesisTimeS) throw wrong(`${STATE}.clock.genesis_unix_s`, `0 or the genesis time ${genesisTimeS}`);
  if (firstFrozenDay({ meters }) + PAST_DAYS_MAX < dayOf(clock.startUnixS))
    throw wrong(`${STATE}.meters`, `a least first_day at most ${PAST_DAYS_MAX} days before the clock's start`);
  meters.forEach(({ lastDay, consensusKey }, i) => {
    if (lastDay !== null && consensusKey !== null)
      throw wrong(`${STATE}.meters[${i}].consensus_key`, 'none of a meter that is retired from the start');
  });
}

/** @throws ProtocolError naming the field */
export function checkPresent(genesis: Present, shared: SharedRules | null): void {
  const { meters, tariffs, nodeKeys, changes, params } = genesis;
  checkMeters(meters);
  const waiting = new Set(changes.filter(({ power }) => power !== 0n).map(({ consensusKey }) => bytesToHex(consensusKey)));
  if (!meters.some(({ consensusKey }) => consensusKey !== null && !waiting.has(bytesToHex(consensusKey))))
    throw wrong(`${STATE}.meters`, 'at least one with a consensus_key that is a validator from the start');
  checkLoad(meters);
  checkTariffs(tariffs, params, firstFrozenDay({ meters }), shared);
  nodeKeys.forEach(({ epoch, key }, i) => {
    if (epoch !== i + 1) throw wrong(`${STATE}.node_keys[${i}].epoch`, String(i + 1));
    checkNodeKey(key, `${STATE}.node_keys[${i}].key`);
  });
  checkBegin(genesis);
}
