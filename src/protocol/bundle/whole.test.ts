import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filesOf } from '../../../test/kit/audit/bundles.ts';
import { SOURCES, wholeOf } from '../../../test/kit/prove-book/make.ts';
import { isOnG1, isOnTwist, liftG1, liftTwist, P } from '../values/bn254.ts';
import { encodeProofs } from './proofs.ts';
import { decodeWhole, encodeWhole, PROVE_PARTS_MAX, proveParts } from './whole.ts';

const whole = wholeOf(SOURCES['honest 2']);

describe('the whole of a proven book', () => {
  test.each(Object.entries(SOURCES))('gives back both files of %s, byte for byte', (_, source) => {
    const suffix = source.version === 1 ? '' : `.v${source.version}`;
    const file = (name: string) => filesOf(source.bundle).get(`days/${source.date}/${name}${suffix}.json`);
    const read = decodeWhole(wholeOf(source));
    expect(read.bookText).toBe(file('book'));
    expect(encodeProofs(read.proofs)).toBe(file('proofs'));
  });

  test('has one form: whatever is read is written so again', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const other = whole.slice();
        other[at] ^= flip;
        let read: ReturnType<typeof decodeWhole>;
        try {
          read = decodeWhole(other);
        } catch {
          return;
        }
        expect(encodeWhole(read.bookText, read.proofs)).toEqual(other);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['cut anywhere', (at: number) => whole.slice(0, at)],
    ['with bytes behind it', (at: number) => Uint8Array.from([...whole, ...whole.slice(at)])],
  ])('is refused %s', (_, change) => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (at) => {
        expect(() => decodeWhole(change(at))).toThrow();
      }),
      { numRuns: 100 },
    );
  });

  test('is made of proofs in the order of its book, and of no others', () => {
    const { bookText, proofs } = decodeWhole(whole);
    expect(encodeWhole(bookText, proofs)).toEqual(whole);
    const refused = (change: Partial<typeof proofs>, field: RegExp) =>
      expect(() => encodeWhole(bookText, { ...proofs, ...change })).toThrow(field);
    refused({ bills: proofs.bills.toReversed() }, /proofs\.bills\[0\]\.meter/);
    refused({ bills: proofs.bills.slice(1) }, /proofs\.bills.*13/);
    refused({ clearing: null }, /proofs\.clearing/);
    refused({ substitutes: [proofs.bills[0]] }, /proofs\.substitutes/);
    refused({ bookHash: 'ab'.repeat(32) }, /proofs\.bookHash/);
    const [x, y] = proofs.bills[0].proof.a;
    for (const a of [
      [x, String(BigInt(y) + 1n)],
      [`0${x}`, y],
      [String(BigInt(x) + P), y],
    ] as [string, string][])
      refused(
        { bills: proofs.bills.map((bill, i) => (i === 0 ? { ...bill, proof: { ...bill.proof, a } } : bill)) },
        /bills\[0\]\.proof\.a/,
      );
  });
});

describe('the parts of a whole', () => {
  test('are all of it, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: Math.ceil(whole.length / PROVE_PARTS_MAX), max: 20_000 }), (bytes) => {
        const parts = proveParts(whole, bytes);
        expect(parts.length).toBeLessThanOrEqual(PROVE_PARTS_MAX);
        expect(parts.every((part) => part.length > 0 && part.length <= bytes)).toBe(true);
        expect(Buffer.concat(parts).equals(whole)).toBe(true);
      }),
    );
  });
  test('are one for a community of its size', () => expect(proveParts(whole)).toHaveLength(1));
  test('are at most so many', () => expect(() => proveParts(whole, 100)).toThrow(/32 parts/));
});

describe('a point from one of its coordinates', () => {
  const element = fc.bigInt({ min: 0n, max: P - 1n });
  test('is on the curve, with either y', () => {
    fc.assert(
      fc.property(element, (x) => {
        const [small, large] = [liftG1(x, false), liftG1(x, true)];
        expect(small === null).toBe(large === null);
        if (!small || !large) return;
        expect(isOnG1(small) && isOnG1(large)).toBe(true);
        expect(small[1] < large[1]).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
  test.each<[string, fc.Arbitrary<[bigint, bigint]>]>([
    ['any', fc.tuple(element, element)],
    ['a real', fc.tuple(element, fc.constant(0n))],
  ])('is on the twisted curve, with either y, for %s x', (_, elements) => {
    fc.assert(
      fc.property(elements, (x) => {
        const [small, large] = [liftTwist(x, false), liftTwist(x, true)];
        expect(small === null).toBe(large === null);
        if (!small || !large) return;
        expect(isOnTwist(small) && isOnTwist(large)).toBe(true);
        expect(small[1]).not.toEqual(large[1]);
      }),
      { numRuns: 30 },
    );
  });
  test('is found for about half of all x: none is missed', () => {
    const found = Array.from({ length: 200 }, (_, i) => liftTwist([BigInt(i), 1n], true)).filter((point) => point !== null);
    expect(found.length).toBeGreaterThan(70);
    expect(found.length).toBeLessThan(130);
  });
});
