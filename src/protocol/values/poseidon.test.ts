import { createRequire } from 'node:module';
import fc from 'fast-check';
import { poseidon4 as theirs } from 'poseidon-lite/poseidon4';
import { expect, test } from 'vitest';
import { FIELD_ORDER } from './field-order.ts';
import { poseidon4, poseidonParameters } from './poseidon.ts';

const require = createRequire(import.meta.url);
const PATH = '../../../node_modules/poseidon-lite/constants/4.js'; // the package does not export its constants
const carried = (require(PATH) as { default: { C: string[]; M: string[][] } }).default;
const number = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'base64').toString('hex')}`);

test('the constants that are made are those that circomlib carries', () => {
  const { rounds, matrix } = poseidonParameters();
  expect(rounds.flat()).toEqual(carried.C.map(number));
  expect(matrix).toEqual(carried.M.map((row) => row.map(number)));
});

test('the first of them is the one that the paper’s authors print', () => {
  expect(poseidonParameters().rounds[0][0].toString(16)).toBe('eb544fee2815dda7f53e29ccac98ed7d889bb4ebd47c3864f3c2bd81a6da891');
});

test('a hash is the one of circuits and of others’ code, at the field’s ends and between', () => {
  expect(poseidon4([1n, 2n, 3n, 4n])).toBe(18821383157269793795438455681495246036402687001665670618754263018637548127333n);
  const element = fc.oneof(fc.constantFrom(0n, 1n, FIELD_ORDER - 1n), fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n }));
  fc.assert(
    fc.property(fc.tuple(element, element, element, element), (inputs) => {
      expect(poseidon4(inputs)).toBe(theirs(inputs));
    }),
    { numRuns: 50 },
  );
});

test('another order of the inputs is another hash', () => {
  expect(poseidon4([2n, 1n, 3n, 4n])).not.toBe(poseidon4([1n, 2n, 3n, 4n]));
});
