/**
 * Strict decoding of what strangers hand in: proofs and verification keys (protocol §7, checks 8 and 9).
 *
 * One encoding per value. A coordinate is a decimal string without sign, leading zero, white space or prefix, and below p. snarkjs' own
 * verifier was seen to accept x + p, Jacobian z = 2, hexadecimal and points outside G2; each is a second form of the same proof at best, a
 * forgery at worst. The point at infinity is refused everywhere: its affine form (0, 0) is not on the curve, and a format without z leaves
 * it no other.
 *
 * KEYS. A genesis has their points as bytes (key-bytes.ts), a setup writes snarkjs' vk.json: its fields and no other; vk_alphabeta_12 is
 * never read (e(alpha, beta) is computed). All tests of points are made here, the subgroup's too: a key that is refused later is refused
 * where nobody looks. With gamma = ±delta anybody forges: the prover's free point C cancels the public inputs' sum,
 * e(V, γ)·e(∓V, δ) = 1. `groth16 setup` without a contribution makes just that key.
 */
import { ProtocolError } from '../../protocol/values/errors.ts';
import { nobleBackend } from './backend-noble.ts';
import type { Fp2, G1Affine, G2Affine } from './curve.ts';
import { isOnG1, isOnTwist, P, PSI_EIGENVALUE, psi } from './curve.ts';
import { VerifierError } from './errors.ts';

/** Affine coordinates in decimal; Fp2 elements as [c0, c1] of c0 + c1·i. */
export interface ProofJson {
  readonly a: readonly [string, string];
  readonly b: readonly [readonly [string, string], readonly [string, string]];
  readonly c: readonly [string, string];
}

export interface DecodedProof {
  readonly a: G1Affine;
  readonly b: G2Affine;
  readonly c: G1Affine;
}

/** A decoded key: all points on their curves, in their groups of order r, none infinite. */
export interface VerificationKey {
  readonly alpha: G1Affine;
  readonly beta: G2Affine;
  readonly gamma: G2Affine;
  readonly delta: G2Affine;
  /** one for the constant 1, then one per public input */
  readonly inputs: readonly G1Affine[];
}

/** Why a value is no point; caught at the two entrances below. */
const malformed = (field: string, expected: string): ProtocolError => new ProtocolError('malformed', field, expected);

function belowP(number: bigint, field: string): bigint {
  if (number >= P) throw malformed(field, 'a coordinate below the field order p');
  return number;
}

function coordinate(value: unknown, field: string): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9][0-9]{0,76})$/.test(value)) throw malformed(field, 'a decimal string in canonical form');
  return belowP(BigInt(value), field);
}

function assertCoordinates(coordinates: readonly bigint[], field: string): void {
  for (const c of coordinates) belowP(c, field);
  if (coordinates.every((c) => c === 0n)) throw malformed(field, 'a point other than infinity');
}

/** A point of G1: the curve has no others. */
export function checkedG1(point: G1Affine, field: string): G1Affine {
  assertCoordinates(point, field);
  if (!isOnG1(point)) throw malformed(field, 'a point on the curve');
  return point;
}

/** A point of the twisted curve; whether it is in G2 is not decided here. */
function onTwist(point: G2Affine, field: string): G2Affine {
  assertCoordinates(point.flat(), field);
  if (!isOnTwist(point)) throw malformed(field, 'a point on the twisted curve');
  return point;
}

/** A point of G2. */
export const checkedG2 = (point: G2Affine, field: string): G2Affine => inSubgroup(onTwist(point, field), field);

function list(value: unknown, length: number, field: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length !== length) throw malformed(field, `a list of ${length}`);
  return value;
}

const fp2 = (value: unknown, field: string): Fp2 => {
  const [c0, c1] = list(value, 2, field);
  return [coordinate(c0, `${field}[0]`), coordinate(c1, `${field}[1]`)];
};

function g1(value: unknown, field: string): G1Affine {
  const [x, y] = list(value, 2, field);
  return checkedG1([coordinate(x, `${field}[0]`), coordinate(y, `${field}[1]`)], field);
}

function g2(value: unknown, field: string): G2Affine {
  const [x, y] = list(value, 2, field);
  return onTwist([fp2(x, `${field}[0]`), fp2(y, `${field}[1]`)], field);
}

const hasExactly = (value: object, keys: readonly string[]): boolean =>
  Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));

/** Returns the proof's points, or the reason in words why there are none. Subgroup membership of b is not decided here. */
export function decodeProof(value: unknown): DecodedProof | string {
  try {
    if (typeof value !== 'object' || value === null || !hasExactly(value, ['a', 'b', 'c']))
      throw malformed('proof', 'an object of a, b, c');
    const proof = value as Record<string, unknown>;
    return { a: g1(proof.a, 'proof.a'), b: g2(proof.b, 'proof.b'), c: g1(proof.c, 'proof.c') };
  } catch (error) {
    if (error instanceof ProtocolError) return error.message;
    throw error;
  }
}

function projective(value: unknown, one: unknown, field: string): readonly unknown[] {
  const [x, y, z] = list(value, 3, field);
  if (JSON.stringify(z) !== JSON.stringify(one)) throw malformed(`${field}[2]`, 'z = 1');
  return [x, y];
}

const same = (a: Fp2, b: Fp2): boolean => a[0] === b[0] && a[1] === b[1];

const KEY_FIELDS: readonly string[] = [
  'protocol',
  'curve',
  'nPublic',
  'vk_alpha_1',
  'vk_beta_2',
  'vk_gamma_2',
  'vk_delta_2',
  'vk_alphabeta_12',
  'IC',
];

function inSubgroup(point: G2Affine, field: string): G2Affine {
  if (!nobleBackend.equalsG2(nobleBackend.timesG2(nobleBackend.g2(point), PSI_EIGENVALUE), nobleBackend.g2(psi(point))))
    throw malformed(field, 'a point of the subgroup of order r');
  return point;
}

/** A key of tested points. @throws VerifierError `weak-key` when gamma = ±delta */
export function checkedKey(key: VerificationKey): VerificationKey {
  if (same(key.gamma[0], key.delta[0]))
    throw new VerifierError('weak-key', 'delta', 'delta other than ±gamma: with this key anybody forges any proof');
  return key;
}

/**
 * Reads a snarkjs verification key.
 * @param value parsed JSON of vk.json
 * @param publicInputs how many the circuit has; the key must agree
 * @throws VerifierError `malformed-key`, or `weak-key` when gamma = ±delta
 */
export function decodeVerificationKey(value: unknown, publicInputs: number): VerificationKey {
  try {
    if (typeof value !== 'object' || value === null) throw malformed('vk', 'an object');
    const vk = value as Record<string, unknown>;
    const unknown = Object.keys(vk).find((name) => !KEY_FIELDS.includes(name));
    if (unknown !== undefined) throw malformed('vk', `no field "${unknown.slice(0, 40)}": none but those that the setup writes`);
    if (vk.protocol !== 'groth16') throw malformed('vk.protocol', '"groth16"');
    if (vk.curve !== 'bn128') throw malformed('vk.curve', '"bn128"');
    if (vk.nPublic !== publicInputs) throw malformed('vk.nPublic', `${publicInputs}`);
    const pointG1 = (v: unknown, field: string): G1Affine => g1(projective(v, '1', field), field);
    const pointG2 = (v: unknown, field: string): G2Affine => inSubgroup(g2(projective(v, ['1', '0'], field), field), field);
    return checkedKey({
      alpha: pointG1(vk.vk_alpha_1, 'vk.vk_alpha_1'),
      beta: pointG2(vk.vk_beta_2, 'vk.vk_beta_2'),
      gamma: pointG2(vk.vk_gamma_2, 'vk.vk_gamma_2'),
      delta: pointG2(vk.vk_delta_2, 'vk.vk_delta_2'),
      inputs: list(vk.IC, publicInputs + 1, 'vk.IC').map((point, i) => pointG1(point, `vk.IC[${i}]`)),
    });
  } catch (error) {
    if (error instanceof VerifierError || !(error instanceof ProtocolError)) throw error;
    throw new VerifierError('malformed-key', error.field, error.expected);
  }
}
