/** A proof in 128 bytes: one encoding of each point, and every other one is refused by the point's name. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isLarger2, P } from '../values/bn254.ts';
import { compressProof, decompressProof } from './points.ts';
import type { ProofJson } from './proofs.ts';

interface Case {
  proof: ProofJson | null;
  bytes: string | null;
  verdict: string;
}
const { cases } = JSON.parse(readFileSync(new URL('../../../sdk/vectors/proofs.json', import.meta.url), 'utf8')) as { cases: Case[] };
const honest = cases.find(({ verdict, bytes }) => verdict === 'holds' && bytes !== null)! as Case & { proof: ProofJson; bytes: string };
const bytesOf = (): Uint8Array => Uint8Array.from(Buffer.from(honest.bytes, 'hex'));
const refuses = (work: () => unknown, field: string) =>
  expect(work).toThrow(expect.objectContaining({ code: 'malformed-proof', field: expect.stringMatching(new RegExp(`^${field}`)) }));

const bigEndian = (value: bigint): Uint8Array => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));

describe('a proof', () => {
  test('comes back from its bytes as it was', () => {
    expect(Buffer.from(compressProof(honest.proof, 'proof')).toString('hex')).toBe(honest.bytes);
    expect(decompressProof(bytesOf(), 'proof')).toEqual(honest.proof);
  });

  test('with another spelling of a coordinate, one that is none, or a point beside a curve is not put into bytes', () => {
    const { a, b, c } = honest.proof;
    const twist = (c0: string): ProofJson => ({ a, b: [[c0, b[0][1]], b[1]], c });
    refuses(() => compressProof({ a: [`0${a[0]}`, a[1]], b, c }, 'proof'), 'proof\\.a\\[0\\]');
    refuses(() => compressProof({ a: [String(BigInt(a[0]) + P), a[1]], b, c }, 'proof'), 'proof\\.a\\[0\\]');
    refuses(() => compressProof({ a, b, c: [c[0], String((BigInt(c[1]) + 1n) % P)] }, 'proof'), 'proof\\.c');
    refuses(() => compressProof(twist(String((BigInt(b[0][0]) + 1n) % P)), 'proof'), 'proof\\.b');
    refuses(() => compressProof(twist(`0${b[0][0]}`), 'proof'), 'proof\\.b\\[0\\]\\[0\\]');
  });

  test.each([
    ['a', 0],
    ['b', 32],
    ['c', 96],
  ])('whose point %s has no flag, that of infinity, or that of no encoding is refused', (name, at) => {
    for (const flags of [0x00, 0x40]) {
      const bytes = bytesOf();
      bytes[at] = (bytes[at] & 0x3f) | flags;
      refuses(() => decompressProof(bytes, 'proof'), `proof\\.${name}`);
    }
  });

  test('with a coordinate of p or more is refused, in either half of B too', () => {
    for (const [name, at] of [
      ['a', 0],
      ['b', 32],
      ['b', 64],
      ['c', 96],
    ] as const) {
      const bytes = bytesOf();
      const flags = at === 64 ? 0 : bytes[at] & 0xc0;
      bytes.set(bigEndian(P), at);
      bytes[at] |= flags;
      refuses(() => decompressProof(bytes, 'proof'), `proof\\.${name}`);
      expect(() => decompressProof(bytes, 'proof')).toThrow(/below the field order p/);
    }
  });
});

test('of two numbers of Fp2 the larger is told by c1, and by c0 where that is 0', () => {
  expect([isLarger2([5n, 0n]), isLarger2([P - 5n, 0n])]).toEqual([false, true]);
  expect([isLarger2([P - 5n, 5n]), isLarger2([5n, P - 5n])]).toEqual([false, true]);
});
