/** The known answers of the main chain's circuits: from what stands in the file alone to public inputs and the whole witness. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type BillSumWitness,
  billSumInput,
  billSumPublic,
  type ClearingSharedWitness,
  clearingSharedInput,
  clearingSharedPublic,
  type NetWitness,
  netInput,
  netPublic,
} from '../src/node/proofs/main-inputs.ts';
import { witnessCalculator } from '../src/node/proofs/witness.ts';
import type { Signals } from '../src/protocol/day/witness.ts';
import { commitDay, netOf } from '../src/protocol/index.ts';
import { realBillSum, realClearingShared, realNet } from './testing/main-day.ts';
import { loadCircuit } from './testing/r1cs.ts';

interface Case {
  circuit: string;
  of: Record<string, unknown>;
  publicInputs: string[];
  witnessSha256: string;
}
const { cases } = JSON.parse(readFileSync(new URL('./testdata/main.json', import.meta.url), 'utf8')) as { cases: Case[] };
const caseOf = (circuit: string): Case => cases.find((one) => one.circuit === circuit)!;

/** Decimals of the file are numbers of ours where the example has some. */
function likeOurs<T extends object>(of: Record<string, unknown>, example: T): T {
  const like = (value: unknown, ours: unknown): unknown => {
    if (ours instanceof Uint8Array) return Uint8Array.from(Buffer.from(value as string, 'hex'));
    if (Array.isArray(ours)) return (value as unknown[]).map((one) => like(one, ours[0]));
    return typeof ours === 'bigint' ? BigInt(value as string) : value;
  };
  return Object.fromEntries(Object.entries(example).map(([name, ours]) => [name, like(of[name], ours)])) as T;
}

async function answers(circuit: string, publicInputs: readonly bigint[], signals: Signals): Promise<Omit<Case, 'circuit' | 'of'>> {
  const witness = (await witnessCalculator((await loadCircuit(circuit)).wasmFile, circuit)).calculate(signals);
  return { publicInputs: publicInputs.map(String), witnessSha256: createHash('sha256').update(witness).digest('hex') };
}

test('Net', async () => {
  const known = caseOf('net');
  const net: NetWitness = likeOurs(known.of, realNet);
  expect(known).toMatchObject(await answers('net', netPublic(net), netInput(net)));
  const { mainGridId, meterTag, day, totalImportWh, totalExportWh } = net;
  const blinding = net.blinding as Uint8Array;
  const statement = { ...netOf(totalImportWh, totalExportWh), importStartWh: 0n, exportStartWh: 0n, blinding };
  expect(commitDay({ ...statement, gridId: mainGridId, meterTag, day })).toBe(net.C);
});

test('ClearingShared', async () => {
  const known = caseOf('clearing-shared');
  const clearing: ClearingSharedWitness = likeOurs(known.of, realClearingShared);
  expect(known).toMatchObject(await answers('clearing-shared', clearingSharedPublic(clearing), clearingSharedInput(clearing)));
});

test('BillSum', async () => {
  const known = caseOf('bill-sum');
  const sum: BillSumWitness = likeOurs(known.of, realBillSum);
  expect(known).toMatchObject(await answers('bill-sum', billSumPublic(sum), billSumInput(sum)));
});
