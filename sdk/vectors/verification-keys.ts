/** Verification keys in bytes with their ids, and keys that nobody may take, with the field that is wrong with them (protocol §9.5). */
import { createHash } from 'node:crypto';
import { bn254 } from '@noble/curves/bn254.js';
import { concatBytes, bytesToHex as hex, hexToBytes } from '@noble/hashes/utils.js';

const { G1, G2, fields } = bn254;
const P = fields.Fp.ORDER;

const be = (value: bigint): Uint8Array => hexToBytes(value.toString(16).padStart(64, '0'));
const affine = (n: bigint) => G1.Point.BASE.multiply(n).toAffine();
const g1 = (n: bigint): Uint8Array => concatBytes(be(affine(n).x), be(affine(n).y));

function g2of(point: typeof G2.Point.BASE): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(be(x.c0), be(x.c1), be(y.c0), be(y.c1));
}
const g2 = (n: bigint): Uint8Array => g2of(G2.Point.BASE.multiply(n));

/** On the twisted curve and in no group of order r: nearly every point with a small x. */
function outside(): Uint8Array {
  const { Fp2 } = fields;
  for (let n = 1n; ; n++) {
    const x = Fp2.fromBigTuple([n, 0n]);
    try {
      const point = G2.Point.fromAffine({ x, y: Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.Point.CURVE().b)) });
      if (!point.isTorsionFree()) return g2of(point);
    } catch {
      // no point has this x
    }
  }
}

interface Key {
  alpha: Uint8Array;
  beta: Uint8Array;
  gamma: Uint8Array;
  delta: Uint8Array;
  ic: Uint8Array;
}

const key = (inputs: number, from = 7n): Key => ({
  alpha: g1(from - 5n),
  beta: g2(from - 4n),
  gamma: g2(from - 6n),
  delta: g2(from - 2n),
  ic: concatBytes(...Array.from({ length: inputs + 1 }, (_, i) => g1(from + BigInt(i)))),
});

const text = (k: Key) => ({ alpha: hex(k.alpha), beta: hex(k.beta), gamma: hex(k.gamma), delta: hex(k.delta), ic: hex(k.ic) });

function idOf(circuit: string, k: Key): string {
  const count = Uint8Array.from([0, 0, (k.ic.length / 64) >> 8, (k.ic.length / 64) & 255]);
  const head = new TextEncoder().encode(`electra/vk/v1${circuit}\0`);
  return createHash('sha256')
    .update(concatBytes(head, k.alpha, k.beta, k.gamma, k.delta, count, k.ic))
    .digest('hex');
}

const good = (name: string, circuit: string, publicInputs: number, from?: bigint) => {
  const k = key(publicInputs, from);
  return { name, circuit, publicInputs, ...text(k), id: idOf(circuit, k) };
};

function bad(name: string, field: string, change: (k: Key) => Partial<Key>) {
  const k = key(2);
  return { name, circuit: 'day-bill', publicInputs: 2, ...text({ ...k, ...change(k) }), field };
}

const infinity1 = new Uint8Array(64);
const infinity2 = new Uint8Array(128);
const shifted = concatBytes(be(affine(2n).x + P), be(affine(2n).y));
const offCurve = concatBytes(be(1n), be(1n));
const negated = (point: Uint8Array): Uint8Array => {
  const y = [64, 96].map((at) => P - BigInt(`0x${hex(point.subarray(at, at + 32))}`));
  return concatBytes(point.subarray(0, 64), be(y[0]), be(y[1]));
};
const second = (k: Key, point: Uint8Array): Uint8Array => concatBytes(k.ic.subarray(0, 64), point, k.ic.subarray(128));

export const verificationKeys = () => ({
  about:
    'Protocol section 9.5: points uncompressed, x then y, Fp2 as c0 then c1, coordinates 32 bytes big-endian; id = SHA-256("electra/vk/v1" || ' +
    'circuit || 00 || alpha || beta || gamma || delta || count of ic u32 big-endian || ic). refused: not for so many public inputs, by field.',
  keys: [
    good('one public input', 'day-bill', 1),
    good('the same points for another circuit', 'clearing', 1),
    good('no public input', 'substitute', 0, 1000n),
    good('more than 255 points', 'day-bill', 260),
  ],
  refused: [
    bad('alpha at infinity', 'alpha', () => ({ alpha: infinity1 })),
    bad('alpha off the curve', 'alpha', () => ({ alpha: offCurve })),
    bad('alpha with x + p', 'alpha', () => ({ alpha: shifted })),
    bad('alpha of 63 bytes', 'alpha', (k) => ({ alpha: k.alpha.subarray(1) })),
    bad('alpha of 65 bytes', 'alpha', (k) => ({ alpha: concatBytes(k.alpha, Uint8Array.of(0)) })),
    ...(['beta', 'gamma', 'delta'] as const).flatMap((name) => [
      bad(`${name} at infinity`, name, () => ({ [name]: infinity2 })),
      bad(`${name} off the curve`, name, () => ({ [name]: concatBytes(offCurve, offCurve) })),
      bad(`${name} outside the subgroup`, name, () => ({ [name]: outside() })),
      bad(`${name} without its last byte`, name, (k) => ({ [name]: k[name].subarray(0, 127) })),
    ]),
    bad('delta = gamma', 'delta', (k) => ({ delta: k.gamma })),
    bad('delta = -gamma', 'delta', (k) => ({ delta: negated(k.gamma) })),
    bad('a point of ic less', 'ic', (k) => ({ ic: k.ic.subarray(64) })),
    bad('a point of ic more', 'ic', (k) => ({ ic: concatBytes(k.ic, g1(3n)) })),
    bad('a byte of ic less', 'ic', (k) => ({ ic: k.ic.subarray(1) })),
    bad('no ic', 'ic', () => ({ ic: new Uint8Array(0) })),
    bad('ic[1] at infinity', 'ic[1]', (k) => ({ ic: second(k, infinity1) })),
    bad('ic[1] off the curve', 'ic[1]', (k) => ({ ic: second(k, offCurve) })),
    bad('ic[1] with x + p', 'ic[1]', (k) => ({ ic: second(k, shifted) })),
  ],
});
