/** Keys as a genesis carries them, by the answers that the chain's own reader gives (chain/internal/vk/vk_test.go reads the same file). */
import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { readVectors } from '../../../sdk/vectors/read.ts';
import { verificationKeyId } from '../../protocol/genesis/verification-key-id.ts';
import { decodeKeyBytes, encodeKeyBytes, verificationKeyId as idOfKey } from './groth16.ts';

const { keys, refused } = readVectors('verification-keys');
const bytesOf = ({ alpha, beta, gamma, delta, ic }: (typeof keys | typeof refused)[number]) => ({
  alpha: hexToBytes(alpha),
  beta: hexToBytes(beta),
  gamma: hexToBytes(gamma),
  delta: hexToBytes(delta),
  ic: hexToBytes(ic),
});

describe('a verification key in bytes', () => {
  test.each(keys)('of $name has its id, and is the same when read and written again', (vector) => {
    const bytes = bytesOf(vector);
    expect(verificationKeyId(vector.circuit, bytes)).toBe(vector.id);
    const key = decodeKeyBytes(bytes, vector.publicInputs);
    expect(encodeKeyBytes(key)).toEqual(bytes);
    expect(idOfKey(vector.circuit, key)).toBe(vector.id);
  });
  test.each(refused)('with $name is refused', (vector) => {
    expect(() => decodeKeyBytes(bytesOf(vector), vector.publicInputs)).toThrow(expect.objectContaining({ field: vector.field }));
  });
  test('has another id for another circuit, and for each point', () => {
    expect(new Set(keys.map(({ id }) => id)).size).toBe(keys.length);
  });
});
