/**
 * What stands behind a proven key, as plain objects. A value is read only together with its key: it must be the canonical encoding of its
 * message (nothing unknown, nothing left over), every field within the protocol's limits, and its own day, address or version must be the
 * key's. So a value that was proven under another key, or bytes that some other store wrote, cannot be taken for it.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../../protocol/comet/index.ts';
import type { Tariff as Prices } from '../../protocol/day/prices.ts';
import { FEE_LIMIT, PRICE_LIMIT } from '../../protocol/day/prices.ts';
import type { Roster as RosterMeters } from '../../protocol/day/roster.ts';
import { decodeRoster, rosterDigest } from '../../protocol/day/roster.ts';
import { SHARED_RULE } from '../../protocol/day/shared-prices.ts';
import { type GenesisDurations, type GenesisParams, tariffInForce } from '../../protocol/genesis/index.ts';
import {
  Anchor,
  Dispute,
  FinalReading,
  Meter,
  NoBill,
  NodeKey,
  Params,
  Roster,
  Tariff,
} from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { fieldFromBytes } from '../../protocol/values/field.ts';
import { SLOTS_PER_DAY, U32_MAX, UNIX_S_MAX } from '../../protocol/values/time.ts';
import type { Entry, Shown } from './ics23.ts';
import { PREFIX, stateKeys } from './keys.ts';
import { address, bad, bytesOf, dayOf, heightOf, read, whole } from './state-fields.ts';

/** `lastDay` null: not retired. `serviceDay` null: not yet. `consensusKey` null: a light meter. `enrolledHeight` 0: from genesis. */
export interface MeterState {
  meter: string;
  member: string;
  firstDay: number;
  lastDay: number | null;
  serviceDay: number | null;
  maxWhPerSlot: number;
  consensusKey: Uint8Array | null;
  enrolledHeight: number;
}
/** In force from `effectiveUnixS` of chain time. */
export interface NodeKeyState {
  epoch: number;
  key: Uint8Array;
  height: number;
  effectiveUnixS: number;
}
export interface TariffState extends Prices {
  fromDay: number;
  height: number;
}
/** `digest` in lower-case hex, recomputed; `unixS`: chain time of the freeze. */
export interface RosterState {
  day: number;
  late: boolean;
  digest: string;
  roster: RosterMeters;
  height: number;
  unixS: number;
}
export interface DisputeState {
  meter: string;
  day: number;
  reason: string;
  height: number;
}
/** `bookHash` in lower-case hex, `totals` likewise, null where there are none; `unixS`: chain time of the anchoring block. */
export interface AnchorState {
  day: number;
  version: number;
  bookHash: string;
  totals: string | null;
  height: number;
  unixS: number;
}
export interface NoBillState {
  meter: string;
  day: number;
  height: number;
}

/** `link`: to be L1 of the meter's last day; `objectedHeight` null: its member has not objected. */
export interface FinalReadingState {
  meter: string;
  day: number;
  link: bigint;
  height: number;
  unixS: number;
  objectedHeight: number | null;
}

const REASON_MAX = 140;

const DURATIONS = [
  'graceS',
  'graceBlocks',
  'lateS',
  'validatorDelayS',
  'validatorWindowS',
  'keyMaxAgeS',
  'keyOverlapS',
  'anchorDueS',
  'linkDueS',
  'trustPeriodS',
] as const;

export const readParams = (entry: Entry): GenesisParams =>
  read(
    entry,
    'params',
    Params,
    (m) => {
      const numbers = Object.fromEntries(
        DURATIONS.map((name) => [name, whole(m[name], `params.${name}`, 0, Number.MAX_SAFE_INTEGER)]),
      ) as Pick<GenesisDurations, (typeof DURATIONS)[number]>;
      if (m.rule !== '' && m.rule !== SHARED_RULE) throw bad('params.rule', `empty, or "${SHARED_RULE}"`);
      const rule = m.rule === '' ? null : SHARED_RULE;
      return { ...numbers, rule, tick: whole(m.tick, 'params.tick', 1, PRICE_LIMIT - 1) };
    },
    () => stateKeys.params(),
  );

/** The hash of the genesis that the chain began with, lower-case hex. */
export function readGenesisHash({ key, value }: Entry): string {
  if (!equalBytes(key, stateKeys.genesisHash())) throw bad('genesis hash key', 'the key of this value');
  return bytesToHex(bytesOf(value, 'genesis hash'));
}

export const readMeter = (entry: Entry): MeterState =>
  read(
    entry,
    'meter',
    Meter,
    (m) => ({
      meter: address(m.address, 'meter.address'),
      member: address(m.member, 'meter.member'),
      firstDay: dayOf(m.firstDay, 'meter.first_day'),
      lastDay: m.lastDay === 0 ? null : dayOf(m.lastDay, 'meter.last_day'),
      serviceDay: m.serviceDay === 0 ? null : dayOf(m.serviceDay, 'meter.service_day'),
      maxWhPerSlot: whole(m.maxWhPerSlot, 'meter.max_wh_per_slot', 1, 2 ** 20 - 1),
      consensusKey: m.consensusKey.length === 0 ? null : bytesOf(m.consensusKey, 'meter.consensus_key'),
      enrolledHeight: heightOf(m.enrolledHeight, 'meter'),
    }),
    ({ meter }) => stateKeys.meter(meter),
  );

export const readNodeKey = (entry: Entry): NodeKeyState =>
  read(
    entry,
    'node key',
    NodeKey,
    (m) => ({
      epoch: whole(m.epoch, 'node key.epoch', 1, U32_MAX),
      key: bytesOf(m.key, 'node key.key'),
      height: heightOf(m.height, 'node key'),
      effectiveUnixS: whole(m.effectiveUnixS, 'node key.effective_unix_s', 0, UNIX_S_MAX),
    }),
    ({ epoch }) => stateKeys.nodeKey(epoch),
  );

function prices(values: readonly bigint[], field: string): number[] {
  if (values.length !== SLOTS_PER_DAY) throw bad(field, `${SLOTS_PER_DAY} prices`);
  return values.map((price, slot) => whole(price, `${field}[${slot}]`, 1 - PRICE_LIMIT, PRICE_LIMIT - 1));
}

/** The tick is not looked at: see params. */
export const readTariff = (entry: Entry): TariffState =>
  read(
    entry,
    'tariff',
    Tariff,
    (m) => {
      const retailNelPerWh = prices(m.retailNelPerWh, 'tariff.retail_nel_per_wh');
      const feedInNelPerWh = prices(m.feedInNelPerWh, 'tariff.feed_in_nel_per_wh');
      if (m.feePerDayNel >= FEE_LIMIT) throw bad('tariff.fee_per_day_nel', 'less than 2^48');
      return {
        fromDay: dayOf(m.fromDay, 'tariff.from_day'),
        rule: m.rule,
        retailNelPerWh,
        feedInNelPerWh,
        feePerDayNel: m.feePerDayNel,
        height: heightOf(m.height, 'tariff'),
      };
    },
    ({ fromDay }) => stateKeys.tariff(fromDay),
  );

/** The digest is computed from the encoding, and both must be the same day's. */
export const readRoster = (entry: Entry): RosterState =>
  read(
    entry,
    'roster',
    Roster,
    (m) => {
      const roster = decodeRoster(m.encoded);
      const digest = rosterDigest(m.encoded);
      if (bytesToHex(m.digest) !== digest) throw bad('roster.digest', 'the digest of its encoding');
      if (roster.day !== m.day) throw bad('roster.day', `${roster.day}, the day in its encoding`);
      return {
        day: dayOf(m.day, 'roster.day'),
        late: m.late,
        digest,
        roster,
        height: heightOf(m.height, 'roster'),
        unixS: whole(m.unixS, 'roster.unix_s', 0, UNIX_S_MAX),
      };
    },
    ({ day, late }) => stateKeys.roster(day, late),
  );

/** The day whose roster, or late roster, freezes next. */
export function readNextDay({ key, value }: Entry): number {
  if (![stateKeys.nextFreeze(), stateKeys.nextLate()].some((one) => equalBytes(key, one)))
    throw bad('next day key', 'the key of this value');
  return dayOf(
    bytesOf(value, 'next day', 4).reduce((n, byte) => n * 256 + byte, 0),
    'next day',
  );
}

export const readDispute = (entry: Entry): DisputeState =>
  read(
    entry,
    'dispute',
    Dispute,
    (m) => {
      if (m.reason.length < 1 || m.reason.length > REASON_MAX || !/^[\x20-\x7e]*$/.test(m.reason))
        throw bad('dispute.reason', `1 to ${REASON_MAX} printable ASCII characters`);
      return {
        meter: address(m.meter, 'dispute.meter'),
        day: dayOf(m.day, 'dispute.day'),
        reason: m.reason,
        height: heightOf(m.height, 'dispute'),
      };
    },
    ({ day, meter }) => stateKeys.dispute(day, meter),
  );

export const readAnchor = (entry: Entry): AnchorState =>
  read(
    entry,
    'anchor',
    Anchor,
    (m) => ({
      day: dayOf(m.day, 'anchor.day'),
      version: whole(m.version, 'anchor.version', 1, U32_MAX),
      bookHash: bytesToHex(bytesOf(m.bookHash, 'anchor.book_hash')),
      totals: m.totals.length === 0 ? null : bytesToHex(bytesOf(m.totals, 'anchor.totals')),
      height: heightOf(m.height, 'anchor'),
      unixS: whole(m.unixS, 'anchor.unix_s', 0, UNIX_S_MAX),
    }),
    ({ day, version }) => stateKeys.anchor(day, version),
  );

export const readNoBill = (entry: Entry): NoBillState =>
  read(
    entry,
    'NoBill',
    NoBill,
    (m) => ({
      meter: address(m.meter, 'NoBill.meter'),
      day: dayOf(m.day, 'NoBill.day'),
      height: heightOf(m.height, 'NoBill'),
    }),
    ({ day, meter }) => stateKeys.noBill(day, meter),
  );

export const readFinalReading = (entry: Entry): FinalReadingState =>
  read(
    entry,
    'final reading',
    FinalReading,
    (m) => ({
      meter: address(m.meter, 'final reading.meter'),
      day: dayOf(m.day, 'final reading.day'),
      link: fieldFromBytes(bytesOf(m.link, 'final reading.link'), 'final reading.link'),
      height: heightOf(m.height, 'final reading'),
      unixS: whole(m.unixS, 'final reading.unix_s', 0, UNIX_S_MAX),
      objectedHeight: m.objectedHeight === 0n ? null : heightOf(m.objectedHeight, 'final reading'),
    }),
    ({ day, meter }) => stateKeys.finalReading(day, meter),
  );

/**
 * The tariff in force on a day, from what was shown for `stateKeys.tariff(day)`: the one that begins that day, else the nearest before it.
 * @throws LightError `bad-value` when the store holds none at or before the day
 */
export function readTariffInForce(day: number, shown: Shown): TariffState {
  if (!shown.absent) return readTariff({ key: stateKeys.tariff(day), value: shown.value });
  if (shown.left?.key[0] !== PREFIX.tariff) throw bad('tariff', `one in force on day ${day}`);
  const nearest = tariffInForce([readTariff(shown.left)], day);
  if (!nearest) throw bad('tariff', `one that begins by day ${day}`);
  return nearest;
}
