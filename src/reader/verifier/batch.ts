/**
 * Groth16 verification, many proofs of one circuit at once (protocol §7, check 5).
 *
 * One proof holds iff  e(A, B) = e(alpha, beta) · e(V, gamma) · e(C, delta),  V = IC_0 + Σ input_j · IC_{j+1}.
 * A batch draws a fresh coefficient z_i per proof and asks once, with N + 3 pairings and one final exponentiation,
 *
 *     Π e(z_i·A_i, B_i) · e(−(Σ z_i)·alpha, beta) · e(−Σ z_i·V_i, gamma) · e(−Σ z_i·C_i, delta) = 1 .
 *
 * If any proof is wrong, this holds for at most one in 2^128 choices of its z_i: provided that all points lie in groups of order r (hence
 * the subgroup test, hence no infinity) and that whoever made the proofs could not foresee the z_i (hence a CSPRNG, drawn anew for every
 * equation, never a hash seed that could be tried out). A failing batch is halved until each bad proof has a name: about 2·log2(N)
 * equations for one bad proof.
 *
 * Proofs are malleable ((−A, −B, C) holds too): a proof says that a statement is true, it is never an identity.
 */
import type { Backend } from './backend.ts';
import { nobleBackend } from './backend-noble.ts';
import type { G2Affine } from './curve.ts';
import { PSI_EIGENVALUE, psi, R } from './curve.ts';
import type { VerificationKey } from './decode.ts';
import { decodeProof } from './decode.ts';
import { ArgumentError, VerifierError } from './errors.ts';

export interface Claim {
  readonly id: string;
  /** a ProofJson; not trusted to be one */
  readonly proof: unknown;
  /** in the circuit's order, each in 0 … r − 1 */
  readonly publicInputs: readonly bigint[];
}

/**
 * `malformed-proof`: no valid points. `wrong-inputs`: count or range of the public inputs. `does-not-hold`: valid points, false statement.
 */
export interface BadProof {
  readonly id: string;
  readonly reason: 'malformed-proof' | 'wrong-inputs' | 'does-not-hold';
  readonly detail: string;
}

export interface BatchResult {
  readonly ok: boolean;
  readonly bad: readonly BadProof[];
}

/** Returns `length` bytes of a CSPRNG. */
export type Random = (length: number) => Uint8Array;

interface Entry {
  index: number;
  a: unknown;
  b: unknown;
  c: unknown;
  inputs: readonly bigint[];
}
interface PreparedKey {
  alpha: unknown;
  beta: unknown;
  gamma: unknown;
  delta: unknown;
  inputs: readonly unknown[];
}

const preparedKeys = new WeakMap<Backend, WeakMap<VerificationKey, PreparedKey>>();

const inSubgroup = (backend: Backend, affine: G2Affine, point: unknown): boolean =>
  backend.equalsG2(backend.timesG2(point, PSI_EIGENVALUE), backend.g2(psi(affine)));

function prepareKey(backend: Backend, vk: VerificationKey): PreparedKey {
  const known = preparedKeys.get(backend) ?? new WeakMap<VerificationKey, PreparedKey>();
  preparedKeys.set(backend, known);
  const ready = known.get(vk);
  if (ready) return ready;
  const g2 = (name: 'beta' | 'gamma' | 'delta'): unknown => {
    const point = backend.g2(vk[name]);
    if (!inSubgroup(backend, vk[name], point))
      throw new VerifierError('malformed-key', `vk.vk_${name}_2`, 'a point of the subgroup of order r');
    return point;
  };
  const key = {
    alpha: backend.g1(vk.alpha),
    beta: g2('beta'),
    gamma: g2('gamma'),
    delta: g2('delta'),
    inputs: vk.inputs.map((point) => backend.g1(point)),
  };
  known.set(vk, key);
  return key;
}

function inputFault(inputs: readonly bigint[], expected: number): string | null {
  if (inputs.length !== expected) return `expected ${expected} public inputs, got ${inputs.length}`;
  const at = inputs.findIndex((value) => typeof value !== 'bigint' || value < 0n || value >= R);
  return at < 0 ? null : `public input ${at}: expected an integer in 0 … r-1`;
}

function decodeClaim(backend: Backend, claim: Claim, index: number, expectedInputs: number): Entry | BadProof {
  const fault = inputFault(claim.publicInputs, expectedInputs);
  if (fault) return { id: claim.id, reason: 'wrong-inputs', detail: fault };
  const proof = decodeProof(claim.proof);
  if (typeof proof === 'string') return { id: claim.id, reason: 'malformed-proof', detail: proof };
  const b = backend.g2(proof.b);
  if (!inSubgroup(backend, proof.b, b))
    return { id: claim.id, reason: 'malformed-proof', detail: 'proof.b: expected a point of the subgroup of order r' };
  return { index, a: backend.g1(proof.a), b, c: backend.g1(proof.c), inputs: claim.publicInputs };
}

/** 1 … 2^128: never 0, which would drop a proof from the equation. */
function coefficient(random: Random): bigint {
  const bytes = random(16);
  if (!(bytes instanceof Uint8Array) || bytes.length !== 16)
    throw new ArgumentError('random', 'expected a function that returns as many bytes as asked');
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) + 1n;
}

/** The equation above over some entries. */
async function holds(backend: Backend, key: PreparedKey, entries: readonly Entry[], random: Random): Promise<boolean> {
  const z = entries.map(() => coefficient(random));
  const sum = z.reduce((total, value) => total + value, 0n) % R;
  const weights = [sum, ...entries[0].inputs.map((_, j) => entries.reduce((total, entry, i) => total + z[i] * entry.inputs[j], 0n) % R)];
  const [alphas, publics, cs] = await Promise.all([
    backend.sumG1([key.alpha], [sum]),
    backend.sumG1(key.inputs, weights),
    backend.sumG1(
      entries.map((entry) => entry.c),
      z,
    ),
  ]);
  const pairs: [unknown, unknown][] = entries.map((entry, i) => [backend.timesG1(entry.a, z[i]), entry.b]);
  pairs.push([backend.negateG1(alphas), key.beta], [backend.negateG1(publics), key.gamma], [backend.negateG1(cs), key.delta]);
  return backend.pairsToOne(pairs.filter(([g1]) => !backend.isZeroG1(g1))); // e(0, Q) = 1
}

/** Bad entries among `entries`. `mustFail`: the caller knows that at least one is bad. */
async function findBad(backend: Backend, key: PreparedKey, entries: readonly Entry[], random: Random, mustFail = false): Promise<Entry[]> {
  if (entries.length === 0) return [];
  if (!mustFail && (await holds(backend, key, entries, random))) return [];
  if (entries.length === 1) return [...entries];
  const middle = entries.length >> 1;
  const left = await findBad(backend, key, entries.slice(0, middle), random);
  const right = await findBad(backend, key, entries.slice(middle), random, left.length === 0);
  return [...left, ...right];
}

/**
 * Verifies proofs of one circuit and names each bad one.
 * @param vk from decodeVerificationKey; whether its hash is the pinned one is the caller's check
 * @param random a CSPRNG, e.g. `(n) => crypto.getRandomValues(new Uint8Array(n))`
 * @param curve who computes. Default: @noble/curves
 * @throws VerifierError when the key's G2 points are outside the subgroup, ArgumentError when randomness is not delivered
 */
export async function verifyBatch(
  vk: VerificationKey,
  claims: readonly Claim[],
  random: Random,
  curve: Backend = nobleBackend,
): Promise<BatchResult> {
  const key = prepareKey(curve, vk);
  const decoded = claims.map((claim, index) => decodeClaim(curve, claim, index, vk.inputs.length - 1));
  const entries = decoded.filter((entry): entry is Entry => 'index' in entry);
  const failing = new Set((await findBad(curve, key, entries, random)).map((entry) => entry.index));
  const bad = decoded.flatMap((entry, i): BadProof[] => {
    if (!('index' in entry)) return [entry];
    return failing.has(i) ? [{ id: claims[i].id, reason: 'does-not-hold', detail: 'the proof does not hold for these public inputs' }] : [];
  });
  return { ok: bad.length === 0, bad };
}
