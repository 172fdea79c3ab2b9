// Groth16 proving (Groth 2016) on ffjavascript's WebAssembly, with the proving key kept in memory.
//
// Why not snarkjs' own prove(): it reads and cuts up the key file at every proof, sums A and B over the constraints in JavaScript, multiplies every point by
// a 256-bit scalar though half of this project's witness is single bits, and in one thread builds the curve anew each time. Here
//
//   · A·B per constraint is summed inside WebAssembly;
//   · multi-exponentiations leave out variables that are 0 and points at infinity, add up the points of variables that are 1, and only then go the long way;
//   · the interpolation follows the key's convention (H lies on the odd coset), so that proofs verify under snarkjs' keys.
//
// One thread: a machine is filled by one process per core (pool.ts), which also survives being killed.
import type { Curve, Group } from 'ffjavascript';
import type { ProofJson } from '../verifier/decode.ts';
import type { Random } from '../verifier/batch.ts';
import { FIELD_ORDER } from '../protocol/field.ts';
import { ProverError } from './errors.ts';
import type { ProvingKey } from './zkey.ts';

const SCALAR_BYTES = 32;

/** The points of one multi-exponentiation; those at infinity (all-zero bytes) are dropped once, at loading. */
export interface Bases { readonly points: Uint8Array; readonly pointBytes: number; readonly variables: Uint32Array }

/** @param firstVariable the variable that the first point belongs to */
export function bases(points: Uint8Array, pointBytes: number, firstVariable: number): Bases {
  const count = points.length / pointBytes;
  const kept: number[] = [];
  for (let i = 0; i < count; i++) {
    if (points.subarray(i * pointBytes, (i + 1) * pointBytes).some((byte) => byte !== 0)) kept.push(i);
  }
  const dense = new Uint8Array(kept.length * pointBytes);
  kept.forEach((from, to) => dense.set(points.subarray(from * pointBytes, (from + 1) * pointBytes), to * pointBytes));
  return { points: dense, pointBytes, variables: Uint32Array.from(kept, (i) => firstVariable + i) };
}

/** 0, 1, or 2 for anything else. */
function smallness(words: Uint32Array, variable: number): 0 | 1 | 2 {
  const at = variable * 8;
  for (let i = 1; i < 8; i++) if (words[at + i] !== 0) return 2;
  return words[at] > 1 ? 2 : words[at] as 0 | 1;
}

/** Σ witness[v]·point_v over the bases. */
async function combine(group: Group, from: Bases, witness: Uint8Array): Promise<Uint8Array> {
  const { points, pointBytes, variables } = from;
  const words = new Uint32Array(witness.buffer, witness.byteOffset, witness.length / 4);
  const longPoints = new Uint8Array(points.length);
  const longScalars = new Uint8Array(variables.length * SCALAR_BYTES);
  let long = 0;
  let sum = group.zero;
  for (let i = 0; i < variables.length; i++) {
    const kind = smallness(words, variables[i]);
    if (kind === 0) continue;
    const point = points.subarray(i * pointBytes, (i + 1) * pointBytes);
    if (kind === 1) { sum = group.add(sum, point); continue; }
    longPoints.set(point, long * pointBytes);
    longScalars.set(witness.subarray(variables[i] * SCALAR_BYTES, (variables[i] + 1) * SCALAR_BYTES), long * SCALAR_BYTES);
    long++;
  }
  if (long === 0) return sum;
  return group.add(sum, await group.multiExpAffine(longPoints.subarray(0, long * pointBytes), longScalars.subarray(0, long * SCALAR_BYTES)));
}

/** The quotient's evaluations on the odd coset, as plain scalars: what the key's H points are multiplied by. */
async function quotient(curve: Curve, key: ProvingKey, witness: Uint8Array): Promise<Uint8Array> {
  const { Fr, tm } = curve;
  const bytes = key.domain * SCALAR_BYTES;
  const abc = await tm.queueAction([
    { cmd: 'ALLOCSET', var: 0, buff: key.coefficients }, { cmd: 'ALLOCSET', var: 1, buff: witness },
    { cmd: 'ALLOC', var: 2, len: bytes }, { cmd: 'ALLOC', var: 3, len: bytes }, { cmd: 'ALLOC', var: 4, len: bytes },
    {
      cmd: 'CALL', fnName: 'qap_buildABC',
      params: [{ var: 0 }, { val: key.coefficientCount }, { var: 1 }, { var: 2 }, { var: 3 }, { var: 4 }, { val: 0 }, { val: key.domain }, { val: 0 }, { val: key.variables }],
    },
    { cmd: 'GET', out: 0, var: 2, len: bytes }, { cmd: 'GET', out: 1, var: 3, len: bytes }, { cmd: 'GET', out: 2, var: 4, len: bytes },
  ]);
  const power = Math.log2(key.domain);
  const shift = power === Fr.s ? Fr.shift : Fr.w[power + 1];
  const onCoset = async (evaluations: Uint8Array): Promise<Uint8Array> => Fr.fft(await Fr.batchApplyKey(await Fr.ifft(evaluations), Fr.one, shift));
  const [a, b, c] = [await onCoset(abc[0]), await onCoset(abc[1]), await onCoset(abc[2])];
  const [h] = await tm.queueAction([
    { cmd: 'ALLOCSET', var: 0, buff: a }, { cmd: 'ALLOCSET', var: 1, buff: b }, { cmd: 'ALLOCSET', var: 2, buff: c }, { cmd: 'ALLOC', var: 3, len: bytes },
    { cmd: 'CALL', fnName: 'qap_joinABC', params: [{ var: 0 }, { var: 1 }, { var: 2 }, { val: key.domain }, { var: 3 }] },
    { cmd: 'CALL', fnName: 'frm_batchFromMontgomery', params: [{ var: 3 }, { val: key.domain }, { var: 3 }] },
    { cmd: 'GET', out: 0, var: 3, len: bytes },
  ]);
  return h;
}

/** 64 random bytes mod r: as good as uniform. These two scalars are what makes the proof zero-knowledge. */
function blindingScalar(curve: Curve, random: Random): Uint8Array {
  const value = random(64).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return curve.Fr.e(value % FIELD_ORDER);
}

export interface Groth16Prover { prove(witness: Uint8Array, random: Random): Promise<ProofJson> }

/** A prover that keeps the key's points, points at infinity already dropped. */
export function groth16Prover(curve: Curve, key: ProvingKey): Groth16Prover {
  const { G1, G2, Fr } = curve;
  const pointsA = bases(key.pointsA, 64, 0);
  const pointsB1 = bases(key.pointsB1, 64, 0);
  const pointsB2 = bases(key.pointsB2, 128, 0);
  const pointsC = bases(key.pointsC, 64, key.publicInputs + 1);
  const decimals = (point: unknown): string[] => (point as unknown[]).slice(0, 2).map((c) => (Array.isArray(c) ? c.map(String) : String(c))) as string[];

  return {
    async prove(witness, random) {
      if (witness.length !== key.variables * SCALAR_BYTES) throw new ProverError('bad-key', 'proving key and circuit do not belong together');
      const [r, s] = [blindingScalar(curve, random), blindingScalar(curve, random)];
      const h = await quotient(curve, key, witness);
      const a = G1.add(G1.add(await combine(G1, pointsA, witness), key.alpha1), G1.timesFr(key.delta1, r));
      const b1 = G1.add(G1.add(await combine(G1, pointsB1, witness), key.beta1), G1.timesFr(key.delta1, s));
      const b2 = G2.add(G2.add(await combine(G2, pointsB2, witness), key.beta2), G2.timesFr(key.delta2, s));
      const parts = [
        await combine(G1, pointsC, witness),
        await G1.multiExpAffine(key.pointsH, h),
        G1.timesFr(a, s), G1.timesFr(b1, r), G1.timesFr(key.delta1, Fr.neg(Fr.mul(r, s))),
      ];
      const c = parts.reduce((sum, part) => G1.add(sum, part));
      return {
        a: decimals(G1.toObject(G1.toAffine(a))), b: decimals(G2.toObject(G2.toAffine(b2))), c: decimals(G1.toObject(G1.toAffine(c))),
      } as unknown as ProofJson;
    },
  };
}
