/**
 * What only the genesis of a continued chain has: its past, as `electrad export` writes it. Heights are of the old chain; here they become
 * 0 where they lie above this chain's first block. What may stand in it is the matter of history-rules.ts.
 */
import type { SlotPrices } from '../day/slot-prices.ts';
import { SIGNATURE_BYTES } from '../meter/operator-signature.ts';
import { array, base64, bool, type Shape, small, text, u32 } from '../values/shape.ts';
import { address, bytesOrNone, day, type Each, fieldElement, type HeightReader, KEY_BYTES, key, price, STATE, unixS } from './fields.ts';
import type { ValidatorChange } from './first-validators.ts';

export interface MeterDay {
  meter: string;
  day: number;
}

/** A line of the chain's log (protocol §9.1). */
export interface GenesisLogEntry extends MeterDay {
  kind: number;
  version: number;
}

/** A change of the operator (protocol §9.8). signature null: by more than two thirds of the power. */
export interface GenesisRotation {
  n: number;
  address: string;
  signature: Uint8Array | null;
  height: number;
  unixS: number;
  vetoedBy: readonly string[];
}

export interface GenesisHistory {
  commitments: readonly (MeterDay & { commitment: Uint8Array; height: number })[];
  disputes: readonly (MeterDay & { reason: string; height: number })[];
  anchors: readonly { day: number; version: number; bookHash: Uint8Array; totals: Uint8Array | null; height: number; unixS: number }[];
  noBills: readonly (MeterDay & { height: number })[];
  withdrawnNoBills: readonly (MeterDay & { version: number })[];
  /** `objectedHeight` undefined: its member has not objected */
  finalReadings: readonly (MeterDay & { link: Uint8Array; height: number; unixS: number; objectedHeight?: number })[];
  /** over the tariffs of their days */
  slotPrices: readonly (SlotPrices & { height: number; unixS: number })[];
  rosters: readonly { day: number; late: boolean; digest: Uint8Array; encoded: Uint8Array; height: number; unixS: number }[];
  reports: readonly { meter: string; slot: number }[];
  dayStarts: readonly { day: number; height: number; unixS: number }[];
  log: readonly GenesisLogEntry[];
  /** beginnings and ends of power that wait */
  changes: readonly ValidatorChange[];
  appliedChanges: readonly { unixS: number; touched: number; power: number }[];
  /** consensus keys that no meter may have again */
  usedKeys: readonly { meter: string; consensusKey: Uint8Array }[];
  /** operators after the first, in force; `queuedRotations`: waiting, at most one */
  rotations: readonly GenesisRotation[];
  queuedRotations: readonly GenesisRotation[];
  operatorVotes: readonly { meter: string; n: number; address: string }[];
  /** 0 in a fresh genesis */
  nextFreezeDay: number;
  nextLateDay: number;
  lastUnixS: number;
}

/** The lists and counters of the state that are read here. */
export const HISTORY_KEYS = [
  'commitments',
  'disputes',
  'anchors',
  'no_bills',
  'withdrawn_no_bills',
  'final_readings',
  'rosters',
  'reports',
  'day_starts',
  'log',
  'validator_changes',
  'applied_changes',
  'used_keys',
  'rotations',
  'queued_rotations',
  'operator_votes',
  'slot_prices',
  'next_freeze_day',
  'next_late_day',
  'last_unix_s',
] as const;

const counted = (value: unknown, field: string): number => small(value, field, 1, Number.MAX_SAFE_INTEGER);

function readDays(each: Each, at: HeightReader): Pick<GenesisHistory, 'commitments' | 'disputes' | 'anchors' | 'rosters' | 'dayStarts'> {
  const meterDay = (e: Shape, field: string) => ({
    meter: address(e.meter, `${field}.meter`),
    day: day(e.day, `${field}.day`),
    height: at(e.height, `${field}.height`),
  });
  return {
    commitments: each('commitments', ['meter', 'day', 'commitment', 'height'], (c, field) => ({
      ...meterDay(c, field),
      commitment: fieldElement(c.commitment, `${field}.commitment`),
    })),
    disputes: each('disputes', ['meter', 'day', 'reason', 'height'], (d, field) => ({
      ...meterDay(d, field),
      reason: text(d.reason, `${field}.reason`),
    })),
    anchors: each('anchors', ['day', 'version', 'book_hash', 'height', 'unix_s', 'totals'], (a, field) => ({
      day: day(a.day, `${field}.day`),
      version: u32(a.version, `${field}.version`),
      bookHash: key(a.book_hash, `${field}.book_hash`),
      totals: a.totals === null ? null : fieldElement(a.totals, `${field}.totals`),
      height: at(a.height, `${field}.height`),
      unixS: unixS(a.unix_s, `${field}.unix_s`),
    })),
    rosters: each('rosters', ['day', 'late', 'digest', 'encoded', 'height', 'unix_s'], (r, field) => ({
      day: day(r.day, `${field}.day`),
      late: bool(r.late, `${field}.late`),
      digest: key(r.digest, `${field}.digest`),
      encoded: base64(r.encoded, `${field}.encoded`),
      height: at(r.height, `${field}.height`),
      unixS: unixS(r.unix_s, `${field}.unix_s`),
    })),
    dayStarts: each('day_starts', ['day', 'height', 'unix_s'], (s, field) => ({
      day: day(s.day, `${field}.day`),
      height: at(s.height, `${field}.height`),
      unixS: unixS(s.unix_s, `${field}.unix_s`),
    })),
  };
}

function readMembers(each: Each, at: HeightReader): Pick<GenesisHistory, 'noBills' | 'withdrawnNoBills' | 'finalReadings'> {
  const meterDay = (e: Shape, field: string) => ({ meter: address(e.meter, `${field}.meter`), day: day(e.day, `${field}.day`) });
  return {
    noBills: each('no_bills', ['meter', 'day', 'height'], (n, field) => ({
      ...meterDay(n, field),
      height: at(n.height, `${field}.height`),
    })),
    withdrawnNoBills: each('withdrawn_no_bills', ['meter', 'day', 'version'], (n, field) => ({
      ...meterDay(n, field),
      version: u32(n.version, `${field}.version`),
    })),
    finalReadings: each('final_readings', ['meter', 'day', 'link', 'height', 'unix_s', 'objected_height'], (f, field) => ({
      ...meterDay(f, field),
      link: fieldElement(f.link, `${field}.link`),
      height: at(f.height, `${field}.height`),
      unixS: unixS(f.unix_s, `${field}.unix_s`),
      ...(f.objected_height === '0' ? {} : { objectedHeight: at(f.objected_height, `${field}.objected_height`) }),
    })),
  };
}

function readPower(each: Each, at: HeightReader): Pick<GenesisHistory, 'changes' | 'appliedChanges' | 'usedKeys'> {
  const keys = ['meter', 'consensus_key', 'power', 'due_unix_s', 'asked', 'vetoed_by', 'height'];
  return {
    changes: each('validator_changes', keys, (c, field) => ({
      meter: address(c.meter, `${field}.meter`),
      consensusKey: bytesOrNone(c.consensus_key, `${field}.consensus_key`, KEY_BYTES) ?? new Uint8Array(),
      power: BigInt(small(c.power, `${field}.power`, 0, 1)),
      dueUnixS: unixS(c.due_unix_s, `${field}.due_unix_s`),
      asked: bool(c.asked, `${field}.asked`),
      vetoedBy: array(c.vetoed_by, `${field}.vetoed_by`).map((meter, n) => address(meter, `${field}.vetoed_by[${n}]`)),
      height: at(c.height, `${field}.height`),
    })),
    appliedChanges: each('applied_changes', ['unix_s', 'touched', 'power'], (c, field) => ({
      unixS: unixS(c.unix_s, `${field}.unix_s`),
      touched: counted(c.touched, `${field}.touched`),
      power: counted(c.power, `${field}.power`),
    })),
    usedKeys: each('used_keys', ['meter', 'consensus_key'], (k, field) => ({
      meter: address(k.meter, `${field}.meter`),
      consensusKey: key(k.consensus_key, `${field}.consensus_key`),
    })),
  };
}

function readRotations(each: Each, at: HeightReader): Pick<GenesisHistory, 'rotations' | 'queuedRotations' | 'operatorVotes'> {
  const keys = ['n', 'address', 'signature', 'height', 'unix_s', 'vetoed_by'];
  const read = (r: Shape, field: string): GenesisRotation => ({
    n: u32(r.n, `${field}.n`),
    address: address(r.address, `${field}.address`),
    signature: bytesOrNone(r.signature, `${field}.signature`, SIGNATURE_BYTES),
    height: at(r.height, `${field}.height`),
    unixS: unixS(r.unix_s, `${field}.unix_s`),
    vetoedBy: array(r.vetoed_by, `${field}.vetoed_by`).map((meter, n) => address(meter, `${field}.vetoed_by[${n}]`)),
  });
  return {
    rotations: each('rotations', keys, read),
    queuedRotations: each('queued_rotations', keys, read),
    operatorVotes: each('operator_votes', ['meter', 'n', 'address'], (v, field) => ({
      meter: address(v.meter, `${field}.meter`),
      n: u32(v.n, `${field}.n`),
      address: address(v.address, `${field}.address`),
    })),
  };
}

/** `at`: what a height of the file is on this chain. @throws ProtocolError naming the field */
export const readHistory = (state: Shape, each: Each, at: HeightReader): GenesisHistory => ({
  ...readDays(each, at),
  ...readMembers(each, at),
  ...readPower(each, at),
  ...readRotations(each, at),
  slotPrices: each('slot_prices', ['slot', 'retail_nel_per_wh', 'feed_in_nel_per_wh', 'height', 'unix_s'], (p, field) => ({
    slot: u32(p.slot, `${field}.slot`),
    retailNelPerWh: price(p.retail_nel_per_wh, `${field}.retail_nel_per_wh`),
    feedInNelPerWh: price(p.feed_in_nel_per_wh, `${field}.feed_in_nel_per_wh`),
    height: at(p.height, `${field}.height`),
    unixS: unixS(p.unix_s, `${field}.unix_s`),
  })),
  reports: each('reports', ['meter', 'slot'], (r, field) => ({
    meter: address(r.meter, `${field}.meter`),
    slot: u32(r.slot, `${field}.slot`),
  })),
  log: each('log', ['kind', 'day', 'version', 'meter'], (e, field) => ({
    kind: u32(e.kind, `${field}.kind`),
    day: u32(e.day, `${field}.day`),
    version: u32(e.version, `${field}.version`),
    meter: text(e.meter, `${field}.meter`),
  })),
  nextFreezeDay: u32(state.next_freeze_day, `${STATE}.next_freeze_day`),
  nextLateDay: u32(state.next_late_day, `${STATE}.next_late_day`),
  lastUnixS: unixS(state.last_unix_s, `${STATE}.last_unix_s`),
});
