/**
 * A prover of both statements: witness, proof, and the check of one's own proof before it leaves the room (protocol §6).
 *
 * Everything that can be kept is kept: parsed keys, witness calculators, the curve. Keys load when first used, so a process that only
 * proves bills does not hold the clearing's. Not for concurrent use within one process: it computes in one thread anyhow.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBn128 } from 'ffjavascript';
import type { Curve } from 'ffjavascript';
import { wasmBackend } from './backend-wasm.ts';
import { CLEARING_INPUTS, DAY_BILL_INPUTS, decodeVerificationKey, verificationKeyHash, verifyBatch } from '../../reader/verifier/index.ts';
import type { ProofJson, Random, VerificationKey } from '../../reader/verifier/index.ts';
import { ProverError } from './errors.ts';
import { groth16Prover } from './groth16.ts';
import type { Groth16Prover } from './groth16.ts';
import type { Signals } from '../../protocol/day/witness.ts';
import { witnessCalculator } from './witness.ts';
import type { WitnessCalculator } from './witness.ts';
import { readProvingKey } from './zkey.ts';

export type CircuitName = 'day-bill' | 'clearing';
export const PUBLIC_INPUTS: Readonly<Record<CircuitName, number>> = { 'day-bill': DAY_BILL_INPUTS, clearing: CLEARING_INPUTS };

export interface Proven {
  readonly proof: ProofJson;
  readonly publicSignals: readonly bigint[];
}

export interface Prover {
  /** @throws ProverError: bad-input, unsatisfied (the statement is false), self-check */
  prove(circuit: CircuitName, signals: Signals): Promise<Proven>;
  dayBill(signals: Signals): Promise<Proven>;
  clearing(signals: Signals): Promise<Proven>;
  /** SHA-256 of the canonical verification key, hex */
  keyHash(circuit: CircuitName): Promise<string>;
}

interface Loaded {
  calculator: WitnessCalculator;
  prover: Groth16Prover;
  vk: VerificationKey;
  keyHash: string;
}

export const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

function publicSignalsOf(witness: Uint8Array, count: number): bigint[] {
  const view = new DataView(witness.buffer, witness.byteOffset);
  return Array.from({ length: count }, (_, i) => {
    let value = 0n;
    for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64((i + 1) * 32 + word * 8, true);
    return value;
  });
}

async function readKeyFile(keysDir: string, name: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(join(keysDir, name));
  } catch (error) {
    throw new ProverError('bad-key', `${name} cannot be read in the keys folder (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function load(curve: Curve, keysDir: string, circuit: CircuitName): Promise<Loaded> {
  const [zkey, wasm, vkText] = await Promise.all(['zkey', 'wasm', 'vk.json'].map((kind) => readKeyFile(keysDir, `${circuit}.${kind}`)));
  const vkJson: unknown = JSON.parse(vkText.toString('utf8'));
  return {
    calculator: await witnessCalculator(wasm, circuit),
    prover: groth16Prover(curve, readProvingKey(zkey)),
    vk: decodeVerificationKey(vkJson, PUBLIC_INPUTS[circuit]),
    keyHash: verificationKeyHash(vkJson),
  };
}

/**
 * @param keysDir holds day-bill.* and clearing.*: .zkey, .wasm, .vk.json
 * @param random a CSPRNG
 */
export async function createProver(keysDir: string, random: Random = systemRandom): Promise<Prover> {
  const curve = await buildBn128(true);
  const loading = new Map<CircuitName, Promise<Loaded>>();
  const get = (circuit: CircuitName): Promise<Loaded> => {
    const known = loading.get(circuit) ?? load(curve, keysDir, circuit);
    loading.set(circuit, known);
    return known;
  };
  async function prove(circuit: CircuitName, signals: Signals): Promise<Proven> {
    const { calculator, prover, vk } = await get(circuit);
    const witness = calculator.calculate(signals);
    const proof = await prover.prove(witness, random);
    const publicSignals = publicSignalsOf(witness, PUBLIC_INPUTS[circuit]);
    const { ok } = await verifyBatch(vk, [{ id: circuit, proof, publicInputs: publicSignals }], random, await wasmBackend());
    if (!ok) throw new ProverError('self-check', `${circuit}: the proof just made does not verify; the key files do not belong together`);
    return { proof, publicSignals };
  }
  return {
    prove,
    dayBill: (signals) => prove('day-bill', signals),
    clearing: (signals) => prove('clearing', signals),
    keyHash: async (circuit) => (await get(circuit)).keyHash,
  };
}
