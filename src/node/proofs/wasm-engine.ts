/** The engine in this process. One proof at a time: it computes in one thread anyhow. */
import { readFile } from 'node:fs/promises';
import type { Curve } from 'ffjavascript';
import { buildBn128 } from 'ffjavascript';
import type { Random } from '../../reader/verifier/batch.ts';
import type { AnyCircuitName } from './circuits.ts';
import type { Engine } from './engine.ts';
import type { Groth16Prover } from './groth16.ts';
import { groth16Prover } from './groth16.ts';
import { keyFile } from './key-files.ts';
import { readProvingKey } from './zkey.ts';

export function wasmEngine(keysDir: string, random: Random): Engine {
  let curve: Promise<Curve> | undefined;
  const provers = new Map<AnyCircuitName, Promise<Groth16Prover>>();
  let last: Promise<unknown> = Promise.resolve();

  async function make(circuit: AnyCircuitName): Promise<Groth16Prover> {
    const file = await keyFile(keysDir, `${circuit}.zkey`, (path) => readFile(path));
    curve ??= buildBn128(true);
    return groth16Prover(await curve, readProvingKey(file));
  }
  const get = (circuit: AnyCircuitName): Promise<Groth16Prover> => {
    const known = provers.get(circuit) ?? make(circuit);
    provers.set(circuit, known);
    return known;
  };
  return {
    kind: 'wasm',
    load: async (circuit) => void (await get(circuit)),
    prove(circuit, witness) {
      const proof = last.then(async () => (await get(circuit)).prove(witness, random)).finally(() => witness.fill(0));
      last = proof.catch(() => undefined);
      return proof;
    },
    judged: () => undefined,
    close: () => undefined,
  };
}
