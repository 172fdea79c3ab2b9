import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { DEVELOPMENT_KEY_IDS, isDevelopmentKey } from './development-keys.ts';
import { decodeVerificationKey, verificationKeyId } from './groth16.ts';

const { keys } = JSON.parse(readFileSync(`${keysFolder}/development.json`, 'utf8')) as {
  keys: { circuit: string; publicInputs: number }[];
};
const keyOf = (circuit: string, publicInputs: number) =>
  decodeVerificationKey(JSON.parse(readFileSync(`${keysFolder}/${circuit}.vk.json`, 'utf8')), publicInputs);

test('every development key that ships with the project is known as one, and no other key is', () => {
  expect(DEVELOPMENT_KEY_IDS).toEqual(
    Object.fromEntries(keys.map(({ circuit, publicInputs }) => [circuit, verificationKeyId(circuit, keyOf(circuit, publicInputs))])),
  );
  const key = keyOf('day-bill', 203);
  expect(isDevelopmentKey('day-bill', key)).toBe(true);
  expect(isDevelopmentKey('day-bill', { ...key, delta: key.beta })).toBe(false);
  expect(isDevelopmentKey('clearing', key)).toBe(false);
});
