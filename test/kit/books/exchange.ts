/** What the books of an exchange run with, in tests: builders and audit as `electra account` hands them in, and proofs that are real. */
import { randomBytes } from 'node:crypto';
import type { Exchange, SelfAudit } from '../../../src/node/books/pipeline.ts';
import type { Sql } from '../../../src/node/db/index.ts';
import { wasmBackend } from '../../../src/node/proofs/backend-wasm.ts';
import { createProver, proveInput } from '../../../src/node/proofs/index.ts';
import { dayBillInput } from '../../../src/node/proofs/inputs.ts';
import { billSumInput, clearingSharedInput } from '../../../src/node/proofs/main-inputs.ts';
import { decompressProof } from '../../../src/protocol/bundle/points.ts';
import type { BillSumPublic } from '../../../src/protocol/index.ts';
import type { Statement } from '../../../src/protocol/meter/statement.ts';
import { auditMain } from '../../../src/reader/audit/main/index.ts';
import { billSumPublic, decodeKeyBytes, PUBLIC_INPUTS, verifyBatch } from '../../../src/reader/verifier/index.ts';
import { KEYS, mainKeyBytes } from '../development-keys.ts';

export const sharedBuilders = { dayBillInput, clearingSharedInput, billSumInput };

export const exchange: Exchange = { builders: sharedBuilders };

/** The node's audit of itself, as `electra account` hands it in, with development keys. */
export const selfAudit: SelfAudit = async (files) =>
  auditMain(new Map(Object.entries(files)), {
    ...{ draft: true, developmentKeys: true, backend: await wasmBackend(), random: (length) => randomBytes(length) },
  });

/** Proves for real what waits for a prover, some of it at most. Returns how many proofs it made. */
export async function realProofs(sql: Sql, most = 1000): Promise<number> {
  const wanted = await sql<{ id: string }[]>`select id from prove.input order by id limit ${most}`;
  if (wanted.length === 0) return 0;
  const prover = await createProver(KEYS);
  try {
    for (const { id } of wanted) await proveInput(sql, prover, id);
  } finally {
    prover.close();
  }
  return wanted.length;
}

/** A community's statement of a day: in each slot one direction, both registers 0. */
export function someNet(day: number, int: (below: number) => number, maxWh = 2_000): Statement {
  const flows = Array.from({ length: 96 }, () => int(2 * maxWh + 1) - maxWh);
  return {
    ...{ day, importStartWh: 0n, exportStartWh: 0n, blinding: new Uint8Array(randomBytes(31)), flags: 0 },
    importWh: flows.map((wh) => Math.max(wh, 0)),
    exportWh: flows.map((wh) => Math.max(-wh, 0)),
  };
}

/** Whether a compressed proof of a sum, in base64, holds for what it is about, under the development key. */
export async function sumHolds(sum: BillSumPublic, proof: string): Promise<boolean> {
  const key = decodeKeyBytes(mainKeyBytes()['bill-sum'], PUBLIC_INPUTS['bill-sum']);
  const claim = { id: 'sum', proof: decompressProof(Buffer.from(proof, 'base64'), 'proof'), publicInputs: billSumPublic(sum) };
  return (await verifyBatch(key, [claim], (length) => randomBytes(length))).ok;
}
