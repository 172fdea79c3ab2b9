/**
 * The files of an audit bundle beside the book: proofs, roster, and what the chain says of the day.
 *
 *     genesis.json
 *     days/YYYY-MM-DD/{book,proofs,roster,chain}.json     the day, and the day before it where there is one
 *     keys/HASH.json                                      verification keys by the hash of their canonical text
 *
 * All are canonical JSON with integers as decimal strings, read by the strict readers of shape.ts: a stranger's file is never guessed at.
 */
import { canonicalJson, parseCanonical, type Json } from '../values/canonical.ts';
import { addressBytes } from '../meter/commitment.ts';
import { ProtocolError } from '../values/errors.ts';
import { fieldFromDecimal } from '../values/field.ts';
import { RULE, type Tariff } from '../day/prices.ts';
import type { Roster } from '../day/roster.ts';
import { array, hex, integer, object, oneOf, small, text } from '../values/shape.ts';
import { SLOTS_PER_DAY } from '../values/time.ts';

export const PROOFS_FORMAT = 'electra/proofs/v1';
export const ROSTER_FORMAT = 'electra/roster/v1';
export const CHAIN_FORMAT = 'electra/chain/v1';

const U32 = 0xffff_ffff;

/** A Groth16 proof as affine coordinates in decimal. Not yet checked: the verifier decodes points strictly. */
export interface ProofJson {
  a: readonly [string, string];
  b: readonly [readonly [string, string], readonly [string, string]];
  c: readonly [string, string];
}

export interface ProofsFile {
  chainId: string;
  day: number;
  version: number;
  bookHash: string;
  /** in the book's order */
  bills: readonly { meter: string; S: bigint; proof: ProofJson }[];
  /** null in a correction */
  clearing: { proof: ProofJson } | null;
}

/** What the chain's state says of a day. Heights and chain times as numbers. */
export interface ChainFile {
  chainId: string;
  day: number;
  frozenUnixS: number;
  frozenHeight: number;
  rosterDigest: string;
  tariff: Tariff & { fromDay: number };
  anchors: readonly { version: number; bookHash: string; height: number; unixS: number }[];
  disputes: readonly { meter: string; reason: string }[];
  noBills: readonly { meter: string; open: boolean }[];
  keys: { dayBill: string; clearing: string };
  lateRoster: { digest: string; frozenUnixS: number; frozenHeight: number; meters: Roster['meters'] } | null;
  /** "exported" by the node, or "proven" by state proofs. */
  provenance: 'exported';
}

const meterOf = (value: Json, field: string): string => {
  const meter = text(value, field);
  addressBytes(meter, field);
  return meter;
};

function parseProof(value: Json, field: string): ProofJson {
  const p = object(value, field, ['a', 'b', 'c']);
  const pair = (v: Json, f: string): readonly [string, string] => {
    const [x, y] = array(v, f, 2);
    return [text(x, `${f}[0]`), text(y, `${f}[1]`)];
  };
  const [b0, b1] = array(p.b, `${field}.b`, 2);
  return { a: pair(p.a, `${field}.a`), b: [pair(b0, `${field}.b[0]`), pair(b1, `${field}.b[1]`)], c: pair(p.c, `${field}.c`) };
}

const proofJson = (p: ProofJson): Json => ({ a: [...p.a], b: [[...p.b[0]], [...p.b[1]]], c: [...p.c] });

export function encodeProofs(file: ProofsFile): string {
  return canonicalJson({
    format: PROOFS_FORMAT,
    chainId: file.chainId,
    day: String(file.day),
    version: String(file.version),
    bookHash: file.bookHash,
    bills: file.bills.map((b) => ({ meter: b.meter, S: String(b.S), proof: proofJson(b.proof) })),
    clearing: file.clearing === null ? null : { proof: proofJson(file.clearing.proof) },
  });
}

export function parseProofs(bytes: string): ProofsFile {
  const f = object(parseCanonical(bytes, 'proofs'), 'proofs', ['format', 'chainId', 'day', 'version', 'bookHash', 'bills', 'clearing']);
  oneOf(f.format, 'proofs.format', [PROOFS_FORMAT]);
  return {
    chainId: text(f.chainId, 'proofs.chainId'),
    day: small(f.day, 'proofs.day', 0, U32),
    version: small(f.version, 'proofs.version', 1, U32),
    bookHash: hex(f.bookHash, 'proofs.bookHash'),
    bills: array(f.bills, 'proofs.bills').map((value, i) => {
      const field = `proofs.bills[${i}]`;
      const bill = object(value, field, ['meter', 'S', 'proof']);
      return {
        meter: meterOf(bill.meter, `${field}.meter`),
        S: fieldFromDecimal(bill.S, `${field}.S`),
        proof: parseProof(bill.proof, `${field}.proof`),
      };
    }),
    clearing:
      f.clearing === null ? null : { proof: parseProof(object(f.clearing, 'proofs.clearing', ['proof']).proof, 'proofs.clearing.proof') },
  };
}

const rosterMeters = (meters: Roster['meters']): Json =>
  meters.map((m) => ({ meter: m.meter, commitment: m.commitment === null ? null : String(m.commitment) }));

function parseRosterMeters(value: Json, field: string): Roster['meters'] {
  return array(value, field).map((entry, i) => {
    const m = object(entry, `${field}[${i}]`, ['meter', 'commitment']);
    return {
      meter: meterOf(m.meter, `${field}[${i}].meter`),
      commitment: m.commitment === null ? null : fieldFromDecimal(m.commitment, `${field}[${i}].commitment`),
    };
  });
}

export function encodeRosterFile(roster: Roster, digest: string): string {
  return canonicalJson({ format: ROSTER_FORMAT, day: String(roster.day), digest, meters: rosterMeters(roster.meters) });
}

/** The digest is as stated in the file: the reader recomputes it. */
export function parseRosterFile(bytes: string): Roster & { digest: string } {
  const f = object(parseCanonical(bytes, 'roster'), 'roster', ['format', 'day', 'digest', 'meters']);
  oneOf(f.format, 'roster.format', [ROSTER_FORMAT]);
  return {
    day: small(f.day, 'roster.day', 0, U32),
    digest: hex(f.digest, 'roster.digest'),
    meters: parseRosterMeters(f.meters, 'roster.meters'),
  };
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
    tariff: {
      fromDay: String(tariff.fromDay),
      rule: tariff.rule,
      feePerDayNel: String(tariff.feePerDayNel),
      retailNelPerWh: tariff.retailNelPerWh.map(String),
      feedInNelPerWh: tariff.feedInNelPerWh.map(String),
    },
    anchors: file.anchors.map((a) => ({
      version: String(a.version),
      bookHash: a.bookHash,
      height: String(a.height),
      unixS: String(a.unixS),
    })),
    disputes: file.disputes.map((d) => ({ meter: d.meter, reason: d.reason })),
    noBills: file.noBills.map((n) => ({ meter: n.meter, open: n.open })),
    keys: { dayBill: file.keys.dayBill, clearing: file.keys.clearing },
    lateRoster:
      lateRoster === null
        ? null
        : {
            digest: lateRoster.digest,
            frozenUnixS: String(lateRoster.frozenUnixS),
            frozenHeight: String(lateRoster.frozenHeight),
            meters: rosterMeters(lateRoster.meters),
          },
    provenance: file.provenance,
  });
}

const time = (value: Json, field: string): number => small(value, field, 0, 2 ** 40);

function parseChainTariff(value: Json): ChainFile['tariff'] {
  const t = object(value, 'chain.tariff', ['fromDay', 'rule', 'retailNelPerWh', 'feedInNelPerWh', 'feePerDayNel']);
  const prices = (v: Json, f: string) => array(v, f, SLOTS_PER_DAY).map((p, i) => small(p, `${f}[${i}]`, 1 - 2 ** 31, 2 ** 31 - 1));
  return {
    fromDay: small(t.fromDay, 'chain.tariff.fromDay', 0, U32),
    rule: oneOf(t.rule, 'chain.tariff.rule', [RULE]),
    retailNelPerWh: prices(t.retailNelPerWh, 'chain.tariff.retailNelPerWh'),
    feedInNelPerWh: prices(t.feedInNelPerWh, 'chain.tariff.feedInNelPerWh'),
    feePerDayNel: integer(t.feePerDayNel, 'chain.tariff.feePerDayNel'),
  };
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
    const a = object(entry, field, ['version', 'bookHash', 'height', 'unixS']);
    const version = small(a.version, `${field}.version`, 1, U32);
    if (version !== i + 1) throw new ProtocolError('out-of-range', `${field}.version`, `version ${i + 1}`);
    return {
      version,
      bookHash: hex(a.bookHash, `${field}.bookHash`),
      height: time(a.height, `${field}.height`),
      unixS: time(a.unixS, `${field}.unixS`),
    };
  });
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
    'anchors',
    'disputes',
    'noBills',
    'keys',
    'lateRoster',
    'provenance',
  ]);
  oneOf(f.format, 'chain.format', [CHAIN_FORMAT]);
  const keys = object(f.keys, 'chain.keys', ['dayBill', 'clearing']);
  return {
    chainId: text(f.chainId, 'chain.chainId'),
    day: small(f.day, 'chain.day', 0, U32),
    frozenUnixS: time(f.frozenUnixS, 'chain.frozenUnixS'),
    frozenHeight: time(f.frozenHeight, 'chain.frozenHeight'),
    rosterDigest: hex(f.rosterDigest, 'chain.rosterDigest'),
    tariff: parseChainTariff(f.tariff),
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
    keys: { dayBill: hex(keys.dayBill, 'chain.keys.dayBill'), clearing: hex(keys.clearing, 'chain.keys.clearing') },
    lateRoster: parseLateRoster(f.lateRoster),
    provenance: oneOf(f.provenance, 'chain.provenance', ['exported']),
  };
}
