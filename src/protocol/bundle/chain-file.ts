/**
 * `days/YYYY-MM-DD/chain.json`: what the chain's state says of a day, as the node that exports the bundle has it. An auditor believes none
 * of it before state.json has proven it (protocol §7, check 2).
 */
import { RULE, type Tariff } from '../day/prices.ts';
import type { Roster } from '../day/roster.ts';
import { SHARED_RULE } from '../day/shared-prices.ts';
import type { SlotPrices } from '../day/slot-prices.ts';
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { fieldFromDecimal } from '../values/field.ts';
import { array, hex, integer, object, oneOf, small, text } from '../values/shape.ts';
import { meterOf, parsePrice, parsePrices, parseRosterMeters, rosterMetersJson, tariffJson, U32 } from './parts.ts';

export const CHAIN_FORMAT = 'electra/chain/v3';

/** `totals`: X of a first book, 32 bytes big-endian in hex; null in later versions. */
export interface ChainAnchor {
  version: number;
  bookHash: string;
  totals: string | null;
  height: number;
  unixS: number;
}

/**
 * Where a retired meter's registers ended, as the operator committed to it: `link` is to be L1 of its last day. `objectedHeight`: where its
 * member has objected to it.
 */
export interface ChainFinalReading {
  meter: string;
  link: bigint;
  height: number;
  unixS: number;
  objectedHeight: number | null;
}

/** What the chain's state says of a day. Heights and chain times as numbers. */
export interface ChainFile {
  chainId: string;
  day: number;
  frozenUnixS: number;
  frozenHeight: number;
  rosterDigest: string;
  tariff: Tariff & { fromDay: number };
  /** prices of the day's slots that were set over the tariff, in the order of slots; `unixS`: when */
  slotPrices: readonly (SlotPrices & { unixS: number })[];
  anchors: readonly ChainAnchor[];
  disputes: readonly { meter: string; reason: string }[];
  noBills: readonly { meter: string; open: boolean }[];
  /** of meters whose last day this is */
  finalReadings: readonly ChainFinalReading[];
  lateRoster: { digest: string; frozenUnixS: number; frozenHeight: number; meters: Roster['meters'] } | null;
  /** who says so: the node that exported the file. What proves it is state.json beside it */
  provenance: 'exported';
}

export function encodeChainFile(file: ChainFile): string {
  const { tariff, lateRoster } = file;
  return canonicalJson({
    format: CHAIN_FORMAT,
    chainId: file.chainId,
    day: String(file.day),
    frozenUnixS: String(file.frozenUnixS),
    frozenHeight: String(file.frozenHeight),
    rosterDigest: file.rosterDigest,
    tariff: { fromDay: String(tariff.fromDay), ...tariffJson(tariff) },
    slotPrices: file.slotPrices.map((p) => ({
      slot: String(p.slot),
      retailNelPerWh: String(p.retailNelPerWh),
      feedInNelPerWh: String(p.feedInNelPerWh),
      unixS: String(p.unixS),
    })),
    anchors: file.anchors.map((a) => ({
      version: String(a.version),
      bookHash: a.bookHash,
      totals: a.totals,
      height: String(a.height),
      unixS: String(a.unixS),
    })),
    disputes: file.disputes.map((d) => ({ meter: d.meter, reason: d.reason })),
    noBills: file.noBills.map((n) => ({ meter: n.meter, open: n.open })),
    finalReadings: file.finalReadings.map((r) => ({
      meter: r.meter,
      link: String(r.link),
      height: String(r.height),
      unixS: String(r.unixS),
      objectedHeight: r.objectedHeight === null ? null : String(r.objectedHeight),
    })),
    lateRoster:
      lateRoster === null
        ? null
        : {
            digest: lateRoster.digest,
            frozenUnixS: String(lateRoster.frozenUnixS),
            frozenHeight: String(lateRoster.frozenHeight),
            meters: rosterMetersJson(lateRoster.meters),
          },
    provenance: file.provenance,
  });
}

const time = (value: Json, field: string): number => small(value, field, 0, 2 ** 40);

function parseChainTariff(value: Json): ChainFile['tariff'] {
  const t = object(value, 'chain.tariff', ['fromDay', 'rule', 'retailNelPerWh', 'feedInNelPerWh', 'feePerDayNel']);
  return {
    fromDay: small(t.fromDay, 'chain.tariff.fromDay', 0, U32),
    rule: oneOf(t.rule, 'chain.tariff.rule', [RULE, SHARED_RULE]),
    retailNelPerWh: parsePrices(t.retailNelPerWh, 'chain.tariff.retailNelPerWh'),
    feedInNelPerWh: parsePrices(t.feedInNelPerWh, 'chain.tariff.feedInNelPerWh'),
    feePerDayNel: integer(t.feePerDayNel, 'chain.tariff.feePerDayNel'),
  };
}

function parseSlotPrices(value: Json): ChainFile['slotPrices'] {
  return array(value, 'chain.slotPrices').map((entry, i) => {
    const field = `chain.slotPrices[${i}]`;
    const p = object(entry, field, ['slot', 'retailNelPerWh', 'feedInNelPerWh', 'unixS']);
    return {
      slot: small(p.slot, `${field}.slot`, 0, U32),
      retailNelPerWh: parsePrice(p.retailNelPerWh, `${field}.retailNelPerWh`),
      feedInNelPerWh: parsePrice(p.feedInNelPerWh, `${field}.feedInNelPerWh`),
      unixS: time(p.unixS, `${field}.unixS`),
    };
  });
}

function parseLateRoster(value: Json): ChainFile['lateRoster'] {
  if (value === null) return null;
  const r = object(value, 'chain.lateRoster', ['digest', 'frozenUnixS', 'frozenHeight', 'meters']);
  return {
    digest: hex(r.digest, 'chain.lateRoster.digest'),
    frozenUnixS: time(r.frozenUnixS, 'chain.lateRoster.frozenUnixS'),
    frozenHeight: time(r.frozenHeight, 'chain.lateRoster.frozenHeight'),
    meters: parseRosterMeters(r.meters, 'chain.lateRoster.meters'),
  };
}

function parseAnchors(value: Json): ChainFile['anchors'] {
  return array(value, 'chain.anchors').map((entry, i) => {
    const field = `chain.anchors[${i}]`;
    const a = object(entry, field, ['version', 'bookHash', 'totals', 'height', 'unixS']);
    const version = small(a.version, `${field}.version`, 1, U32);
    if (version !== i + 1) throw new ProtocolError('out-of-range', `${field}.version`, `version ${i + 1}`);
    return {
      version,
      bookHash: hex(a.bookHash, `${field}.bookHash`),
      totals: a.totals === null ? null : hex(a.totals, `${field}.totals`),
      height: time(a.height, `${field}.height`),
      unixS: time(a.unixS, `${field}.unixS`),
    };
  });
}

function parseFinalReading(value: Json, field: string): ChainFinalReading {
  const r = object(value, field, ['meter', 'link', 'height', 'unixS', 'objectedHeight']);
  return {
    meter: meterOf(r.meter, `${field}.meter`),
    link: fieldFromDecimal(r.link, `${field}.link`),
    height: time(r.height, `${field}.height`),
    unixS: time(r.unixS, `${field}.unixS`),
    objectedHeight: r.objectedHeight === null ? null : time(r.objectedHeight, `${field}.objectedHeight`),
  };
}

export function parseChainFile(bytes: string): ChainFile {
  const f = object(parseCanonical(bytes, 'chain'), 'chain', [
    'format',
    'chainId',
    'day',
    'frozenUnixS',
    'frozenHeight',
    'rosterDigest',
    'tariff',
    'slotPrices',
    'anchors',
    'disputes',
    'noBills',
    'finalReadings',
    'lateRoster',
    'provenance',
  ]);
  oneOf(f.format, 'chain.format', [CHAIN_FORMAT]);
  return {
    chainId: text(f.chainId, 'chain.chainId'),
    day: small(f.day, 'chain.day', 0, U32),
    frozenUnixS: time(f.frozenUnixS, 'chain.frozenUnixS'),
    frozenHeight: time(f.frozenHeight, 'chain.frozenHeight'),
    rosterDigest: hex(f.rosterDigest, 'chain.rosterDigest'),
    tariff: parseChainTariff(f.tariff),
    slotPrices: parseSlotPrices(f.slotPrices),
    anchors: parseAnchors(f.anchors),
    disputes: array(f.disputes, 'chain.disputes').map((entry, i) => {
      const d = object(entry, `chain.disputes[${i}]`, ['meter', 'reason']);
      return { meter: meterOf(d.meter, `chain.disputes[${i}].meter`), reason: text(d.reason, `chain.disputes[${i}].reason`) };
    }),
    noBills: array(f.noBills, 'chain.noBills').map((entry, i) => {
      const n = object(entry, `chain.noBills[${i}]`, ['meter', 'open']);
      if (typeof n.open !== 'boolean') throw new ProtocolError('unparsable', `chain.noBills[${i}].open`, 'true or false');
      return { meter: meterOf(n.meter, `chain.noBills[${i}].meter`), open: n.open };
    }),
    finalReadings: array(f.finalReadings, 'chain.finalReadings').map((entry, i) => parseFinalReading(entry, `chain.finalReadings[${i}]`)),
    lateRoster: parseLateRoster(f.lateRoster),
    provenance: oneOf(f.provenance, 'chain.provenance', ['exported']),
  };
}
