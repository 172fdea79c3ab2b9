/**
 * A prepared powers-of-tau file whose secrets are known: for tests, which have neither a ceremony of phase 1 nor the minutes to make one.
 *
 * Who knows tau, alpha and beta need not transform points: every point of the file is a known multiple of the generator, and a table of the
 * generator's multiples makes it with a few additions. Made once and kept in .cache: the secrets are fixed, so the bytes are too.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBn128, type Curve } from 'ffjavascript';
import { P, R } from '../../../src/reader/verifier/curve.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/ptau/', import.meta.url));
const WINDOW_BITS = 11;
const WINDOWS = Math.ceil(254 / WINDOW_BITS);

const secret = (name: string): bigint => BigInt(`0x${createHash('sha256').update(`known to everybody: ${name}`).digest('hex')}`) % R;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = (b * b) % R) if (e & 1n) result = (result * b) % R;
  return result;
}

/** The inverses of many values by one inversion. */
function inverses(values: readonly bigint[]): bigint[] {
  const products = [1n];
  for (const value of values) products.push((products.at(-1)! * value) % R);
  const inverted = new Array<bigint>(values.length);
  let rest = power(products.at(-1)!, R - 2n);
  for (let i = values.length - 1; i >= 0; i--) {
    inverted[i] = (rest * products[i]) % R;
    rest = (rest * values[i]) % R;
  }
  return inverted;
}

const powers = (tau: bigint, count: number): bigint[] => {
  const list = [1n];
  while (list.length < count) list.push((list.at(-1)! * tau) % R);
  return list;
};

/** The values at tau of the Lagrange polynomials of the 2^bits-th roots of unity, powers of `root`. */
function lagrange(tau: bigint, bits: number, root: bigint): bigint[] {
  const roots = powers(root, 2 ** bits);
  const differences = inverses(roots.map((w) => (tau - w + R) % R));
  const factor = ((power(tau, 2n ** BigInt(bits)) - 1n + R) * power(2n ** BigInt(bits), R - 2n)) % R;
  return roots.map((w, i) => (((factor * w) % R) * differences[i]) % R);
}

/** More memory for the module, whose own functions take from it too and never ask for more. */
function grow({ tm }: Curve): void {
  tm.memory.grow(2048);
  tm.u8 = new Uint8Array(tm.memory.buffer);
  tm.u32 = new Uint32Array(tm.memory.buffer);
}

/** Multiples of a generator, affine and in Montgomery form as the file has them. */
function multiplier(curve: Curve, group: 'G1' | 'G2'): (scalars: readonly bigint[]) => Uint8Array {
  const { g, zero } = curve[group];
  const prefix = group === 'G1' ? 'g1m' : 'g2m';
  const [jacobian, affine] = group === 'G1' ? [96, 64] : [192, 128];
  const { exports } = curve.tm.instance;
  const [add, double, toAffine] = ['add', 'double', 'batchToAffine'].map((name) => exports[`${prefix}_${name}`]);
  const mixed = exports[`${prefix}_addMixed`];
  const size = 2 ** WINDOW_BITS;
  const table = curve.tm.alloc(WINDOWS * size * jacobian);
  const base = curve.tm.alloc(jacobian);
  curve.tm.setBuff(base, g);
  for (let w = 0; w < WINDOWS; w++) {
    curve.tm.setBuff(table + w * size * jacobian, zero);
    for (let i = 1; i < size; i++) add(table + (w * size + i - 1) * jacobian, base, table + (w * size + i) * jacobian);
    for (let i = 0; i < WINDOW_BITS; i++) double(base, base);
  }
  toAffine(table, WINDOWS * size, table);
  const CHUNK = 8192;
  const sums = curve.tm.alloc(CHUNK * jacobian);
  return (scalars) => {
    const out = new Uint8Array(scalars.length * affine);
    for (let from = 0; from < scalars.length; from += CHUNK) {
      const chunk = scalars.slice(from, from + CHUNK);
      chunk.forEach((scalar, i) => {
        const at = sums + i * jacobian;
        curve.tm.setBuff(at, zero);
        for (let w = 0, rest = scalar; w < WINDOWS; w++, rest >>= BigInt(WINDOW_BITS)) {
          const digit = Number(rest & BigInt(size - 1));
          if (digit > 0) mixed(at, table + (w * size + digit) * affine, at);
        }
      });
      toAffine(sums, chunk.length, sums);
      out.set(curve.tm.getBuff(sums, chunk.length * affine), from * affine);
    }
    return out;
  };
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

function fileOf(sections: readonly (readonly [type: number, bytes: Uint8Array])[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from('ptau'), u32(1), u32(sections.length)];
  for (const [type, bytes] of sections) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    parts.push(u32(type), length, bytes);
  }
  return Buffer.concat(parts);
}

async function make(bits: number, from: number, salt: string): Promise<Buffer> {
  const curve = await buildBn128(true);
  grow(curve);
  const [g1, g2] = [multiplier(curve, 'G1'), multiplier(curve, 'G2')];
  const [tau, alpha, beta] = ['tau', 'alpha', 'beta'].map((name) => secret(`${name}${salt}`));
  const rootOf = (b: number): bigint => curve.Fr.toObject(curve.Fr.w[b]);
  const times = (factor: bigint, values: readonly bigint[]): bigint[] => values.map((value) => (value * factor) % R);
  /** All levels, one after the other; below `from` nobody reads, and zeros stand there. */
  const levels = (last: number, bytes: number, points: (scalars: bigint[]) => Uint8Array): Buffer =>
    Buffer.concat([
      Buffer.alloc((2 ** from - 1) * bytes),
      ...Array.from({ length: last - from + 1 }, (_, i) => points(lagrange(tau, from + i, rootOf(from + i)))),
    ]);
  const n = 2 ** bits;
  const prime = Buffer.from(P.toString(16).padStart(64, '0'), 'hex').reverse();
  return fileOf([
    [1, Buffer.concat([u32(32), prime, u32(bits), u32(bits)])],
    [2, g1(powers(tau, 2 * n - 1))],
    [3, g2(powers(tau, n))],
    [4, g1([alpha])],
    [5, g1([beta])],
    [6, g2([beta])],
    [7, u32(0)],
    [12, levels(bits + 1, 64, g1)],
    [13, levels(bits, 128, g2)],
    [14, levels(bits, 64, (values) => g1(times(alpha, values)))],
    [15, levels(bits, 64, (values) => g1(times(beta, values)))],
  ]);
}

/**
 * @param bits circuits of up to 2^bits constraints
 * @param from the size of the smallest circuit, likewise
 * @returns the file's path
 */
export async function knownPowersOfTau({ bits, from, salt = '' }: { bits: number; from: number; salt?: string }): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, `known${salt}-${from}-${bits}.ptau`);
  if (existsSync(path)) return path;
  const bytes = await make(bits, from, salt);
  writeFileSync(`${path}.${process.pid}`, bytes);
  renameSync(`${path}.${process.pid}`, path);
  return path;
}
