/**
 * Groth16 proving (Groth 2016) on ffjavascript's WebAssembly, with the proving key kept in memory.
 *
 * Why not snarkjs' own prove(): it reads and cuts up the key file at every proof, sums A and B over the constraints in JavaScript, and in
 * one thread builds the curve anew each time. Here A·B per constraint is summed inside WebAssembly, the points of C and H make one
 * multi-exponentiation, and nothing is read twice. The interpolation follows the key's convention (H lies on the odd coset), so that keys
 * made by snarkjs fit.
 *
 * What is left is multi-exponentiation, four fifths of it in G1 and G2 additions; leaving out zero scalars and adding ones up apart was
 * measured and gains nothing, ffjavascript's buckets skip zeros already.
 *
 * One thread: a machine is filled by one process per core (pool.ts), which also survives being killed. ffjavascript's promises are all
 * settled when it returns them, so that timers (the queue's heartbeat) would starve for a whole proof: between two steps the event loop
 * gets a turn.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Curve } from 'ffjavascript';
import { FIELD_ORDER } from '../../protocol/values/field.ts';
import type { Random } from '../../reader/verifier/batch.ts';
import type { ProofJson } from '../../reader/verifier/decode.ts';
import { ProverError } from './errors.ts';
import type { ProvingKey } from './zkey.ts';

const SCALAR_BYTES = 32;

/** The quotient's evaluations on the odd coset, as plain scalars: what the key's H points are multiplied by. */
async function quotient(curve: Curve, key: ProvingKey, witness: Uint8Array): Promise<Uint8Array> {
  const { Fr, tm } = curve;
  const bytes = key.domain * SCALAR_BYTES;
  const abc = await tm.queueAction([
    { cmd: 'ALLOCSET', var: 0, buff: key.coefficients },
    { cmd: 'ALLOCSET', var: 1, buff: witness },
    { cmd: 'ALLOC', var: 2, len: bytes },
    { cmd: 'ALLOC', var: 3, len: bytes },
    { cmd: 'ALLOC', var: 4, len: bytes },
    {
      cmd: 'CALL',
      fnName: 'qap_buildABC',
      params: [
        { var: 0 },
        { val: key.coefficientCount },
        { var: 1 },
        { var: 2 },
        { var: 3 },
        { var: 4 },
        { val: 0 },
        { val: key.domain },
        { val: 0 },
        { val: key.variables },
      ],
    },
    { cmd: 'GET', out: 0, var: 2, len: bytes },
    { cmd: 'GET', out: 1, var: 3, len: bytes },
    { cmd: 'GET', out: 2, var: 4, len: bytes },
  ]);
  const power = Math.log2(key.domain);
  const shift = power === Fr.s ? Fr.shift : Fr.w[power + 1];
  const onCoset = async (evaluations: Uint8Array): Promise<Uint8Array> => {
    await breathe();
    return Fr.fft(await Fr.batchApplyKey(await Fr.ifft(evaluations), Fr.one, shift));
  };
  const [a, b, c] = [await onCoset(abc[0]), await onCoset(abc[1]), await onCoset(abc[2])];
  const [h] = await tm.queueAction([
    { cmd: 'ALLOCSET', var: 0, buff: a },
    { cmd: 'ALLOCSET', var: 1, buff: b },
    { cmd: 'ALLOCSET', var: 2, buff: c },
    { cmd: 'ALLOC', var: 3, len: bytes },
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

export interface Groth16Prover {
  prove(witness: Uint8Array, random: Random): Promise<ProofJson>;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** A prover for one key. */
export function groth16Prover(curve: Curve, key: ProvingKey): Groth16Prover {
  const { G1, G2, Fr } = curve;
  const pointsCH = join(key.pointsC, key.pointsH);
  const firstPrivate = (key.publicInputs + 1) * SCALAR_BYTES;
  const g1Json = (point: Uint8Array): readonly [string, string] => {
    const [x, y] = G1.toObject(G1.toAffine(point)) as bigint[];
    return [String(x), String(y)];
  };
  const g2Json = (point: Uint8Array): ProofJson['b'] => {
    const [x, y] = G2.toObject(G2.toAffine(point)) as bigint[][];
    return [
      [String(x[0]), String(x[1])],
      [String(y[0]), String(y[1])],
    ];
  };

  return {
    async prove(witness, random) {
      if (witness.length !== key.variables * SCALAR_BYTES)
        throw new ProverError('bad-key', 'proving key and circuit do not belong together');
      const [r, s] = [blindingScalar(curve, random), blindingScalar(curve, random)];
      const h = await quotient(curve, key, witness);
      await breathe();
      const a = G1.add(G1.add(await G1.multiExpAffine(key.pointsA, witness), key.alpha1), G1.timesFr(key.delta1, r));
      await breathe();
      const b1 = G1.add(G1.add(await G1.multiExpAffine(key.pointsB1, witness), key.beta1), G1.timesFr(key.delta1, s));
      await breathe();
      const b2 = G2.add(G2.add(await G2.multiExpAffine(key.pointsB2, witness), key.beta2), G2.timesFr(key.delta2, s));
      await breathe();
      const parts = [
        await G1.multiExpAffine(pointsCH, join(witness.subarray(firstPrivate), h)),
        G1.timesFr(a, s),
        G1.timesFr(b1, r),
        G1.timesFr(key.delta1, Fr.neg(Fr.mul(r, s))),
      ];
      await breathe();
      return { a: g1Json(a), b: g2Json(b2), c: g1Json(parts.reduce((sum, part) => G1.add(sum, part))) };
    },
  };
}
