/**
 * `days/YYYY-MM-DD/proofs.json`: S and a DayBill proof for each meter of the book, the day's Clearing proof, and a Substitute proof for
 * each meter that version 1 has as not metered (protocol §7, §9.2).
 *
 * Everything else that a proof speaks of is taken from the book, so the file can choose nothing.
 */
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { fieldFromDecimal } from '../values/field.ts';
import { array, hex, object, oneOf, small, text } from '../values/shape.ts';
import { meterOf, U32 } from './parts.ts';

export const PROOFS_FORMAT = 'electra/proofs/v2';

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
  /** of the meters that are not metered, in the book's order; none in a correction */
  substitutes: readonly { meter: string; proof: ProofJson }[];
}

export function parseProof(value: Json, field: string): ProofJson {
  const p = object(value, field, ['a', 'b', 'c']);
  const pair = (v: Json, f: string): readonly [string, string] => {
    const [x, y] = array(v, f, 2);
    return [text(x, `${f}[0]`), text(y, `${f}[1]`)];
  };
  const [b0, b1] = array(p.b, `${field}.b`, 2);
  return { a: pair(p.a, `${field}.a`), b: [pair(b0, `${field}.b[0]`), pair(b1, `${field}.b[1]`)], c: pair(p.c, `${field}.c`) };
}

export const proofJson = (p: ProofJson): Json => ({ a: [...p.a], b: [[...p.b[0]], [...p.b[1]]], c: [...p.c] });

export function encodeProofs(file: ProofsFile): string {
  return canonicalJson({
    format: PROOFS_FORMAT,
    chainId: file.chainId,
    day: String(file.day),
    version: String(file.version),
    bookHash: file.bookHash,
    bills: file.bills.map((b) => ({ meter: b.meter, S: String(b.S), proof: proofJson(b.proof) })),
    clearing: file.clearing === null ? null : { proof: proofJson(file.clearing.proof) },
    substitutes: file.substitutes.map((s) => ({ meter: s.meter, proof: proofJson(s.proof) })),
  });
}

export function parseProofs(bytes: string): ProofsFile {
  const f = object(parseCanonical(bytes, 'proofs'), 'proofs', [
    'format',
    'chainId',
    'day',
    'version',
    'bookHash',
    'bills',
    'clearing',
    'substitutes',
  ]);
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
    substitutes: array(f.substitutes, 'proofs.substitutes').map((value, i) => {
      const field = `proofs.substitutes[${i}]`;
      const { meter, proof } = object(value, field, ['meter', 'proof']);
      return { meter: meterOf(meter, `${field}.meter`), proof: parseProof(proof, `${field}.proof`) };
    }),
  };
}
