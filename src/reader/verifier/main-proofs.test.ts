/** Real proofs of the main chain's circuits (circuits/scripts/main-vectors.ts): they hold for their public inputs, and for no others. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { realBillSum, realClearingShared, realNet } from '../../../circuits/testing/main-day.ts';
import type { AnyCircuitName } from '../../protocol/circuits.ts';
import type { ProofJson, Random } from './index.ts';
import {
  billSumPublic,
  clearingSharedPublic,
  DEVELOPMENT_KEY_IDS,
  decodeVerificationKey,
  netPublic,
  PUBLIC_INPUTS,
  verificationKeyId,
  verifyBatch,
} from './index.ts';

const random: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
const { proofs } = JSON.parse(readFileSync(new URL('./testdata/main-proofs.json', import.meta.url), 'utf8')) as {
  proofs: { circuit: AnyCircuitName; keyId: string; publicInputs: string[]; proof: ProofJson }[];
};
const statements: [AnyCircuitName, bigint[]][] = [
  ['bill-sum', billSumPublic(realBillSum)],
  ['clearing-shared', clearingSharedPublic(realClearingShared)],
  ['net', netPublic(realNet)],
];
const keyOf = (circuit: AnyCircuitName) =>
  decodeVerificationKey(JSON.parse(readFileSync(`${keysFolder}/${circuit}.vk.json`, 'utf8')), PUBLIC_INPUTS[circuit]);

describe.each(statements)('%s', (circuit, publicInputs) => {
  const proven = proofs.find((one) => one.circuit === circuit)!;
  const key = keyOf(circuit);
  const holds = async (inputs: readonly bigint[]): Promise<boolean> =>
    (await verifyBatch(key, [{ id: circuit, proof: proven.proof, publicInputs: inputs }], random)).ok;

  test('holds for the public inputs that are computed of the statement, under the development key', async () => {
    expect(publicInputs.map(String)).toEqual(proven.publicInputs);
    expect([verificationKeyId(circuit, key), DEVELOPMENT_KEY_IDS[circuit]]).toEqual([proven.keyId, proven.keyId]);
    expect(await holds(publicInputs)).toBe(true);
  });

  test('does not hold for any other, one input moved by one', async () => {
    const at = publicInputs.map((_, i) => i).filter((i) => i < 11 || i % 40 === 0 || i === publicInputs.length - 1);
    for (const i of at) expect(await holds(publicInputs.map((value, j) => (i === j ? value + 1n : value)))).toBe(false);
  });
});

describe('the public inputs of Net', () => {
  test.each<[string, Partial<typeof realNet>]>([
    ['X', { X: -1n }],
    ['C', { C: 2n ** 254n }],
    ['gridId', { gridId: 2n ** 254n }],
    ['mainGridId', { mainGridId: 2n ** 254n }],
    ['meterTag', { meterTag: 2n ** 254n }],
    ['day', { day: 2 ** 32 }],
    ['capacityWh', { capacityWh: 2 ** 20 }],
    ['capacityWh', { capacityWh: -1 }],
  ])('refuse %s out of its range', (field, changes) => {
    expect(() => netPublic({ ...realNet, ...changes })).toThrow(expect.objectContaining({ field }));
  });
});
