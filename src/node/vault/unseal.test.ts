import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import sodium from 'libsodium-wrappers-sumo';
import { describe, expect, test } from 'vitest';
import { openBox, sealBox } from '../../protocol/meter/seal.ts';
import { boxKey, unseal } from './unseal.ts';

await sodium.ready;
const pair = sodium.crypto_box_keypair();
const key = boxKey({ publicKey: pair.publicKey, secretKey: pair.privateKey });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const code = (work: () => unknown) => {
  try {
    work();
    return 'opened';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('unsealing', () => {
  test("opens what libsodium's own crypto_box_seal and the meters' sealing made", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 800 }), bytes(32), (plaintext, ephemeral) => {
        expect(unseal(sodium.crypto_box_seal(plaintext, key.publicKey), key)).toEqual(plaintext);
        expect(unseal(sealBox(plaintext, key.publicKey, ephemeral), key)).toEqual(plaintext);
      }),
      { numRuns: 60 },
    );
  });
  test('agrees with libsodium on every altered box', () => {
    const sealed = sealBox(new Uint8Array(randomBytes(64)), key.publicKey, new Uint8Array(randomBytes(32)));
    fc.assert(
      fc.property(fc.nat({ max: sealed.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const altered = sealed.slice();
        altered[at] ^= 1 << bit;
        expect(code(() => unseal(altered, key))).toBe(code(() => openBox(altered, key.publicKey, key.secretKey)));
      }),
      { numRuns: 200 },
    );
  });
  test.each([
    ['zero', '00'.repeat(32)],
    ['one', `01${'00'.repeat(31)}`],
    ['order eight', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['minus one', `ec${'ff'.repeat(30)}7f`],
    ['p, which is zero', `ed${'ff'.repeat(30)}7f`],
    ['zero with the high bit set', `${'00'.repeat(31)}80`],
  ])('refuses an ephemeral key of low order: %s', (_, hex) => {
    const sealed = Buffer.concat([Buffer.from(hex, 'hex'), randomBytes(80)]);
    expect(code(() => unseal(sealed, key))).toBe('low-order');
  });
  test('refuses a box too short to be one', () => {
    expect(code(() => unseal(new Uint8Array(47), key))).toBe('wrong-size');
  });
});
