/**
 * Who turns a witness into a proof. There are two, for the same key files: `native`, the Go program electra-prove in a process of its own
 * (chain/cmd/electra-prove), and `wasm`, ffjavascript's WebAssembly in this one: slower, the reference, and what is left where the program
 * was not built or does not run. Neither is trusted: prover.ts verifies every proof.
 */
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ProofJson } from '../../reader/verifier/decode.ts';
import type { AnyCircuitName } from './circuits.ts';

export type EngineKind = 'native' | 'wasm';

export interface Engine {
  /** who proves at present */
  readonly kind: EngineKind;
  /** Reads a circuit's proving key, once. @throws ProverError `bad-key` */
  load(circuit: AnyCircuitName): Promise<void>;
  /** Consumes the witness: it is overwritten when it is no longer needed. @throws ProverError `bad-key`, `prover-ended` */
  prove(circuit: AnyCircuitName, witness: Uint8Array): Promise<ProofJson>;
  /** Told of each proof whether it verified. */
  judged(accepted: boolean): void;
  close(): void;
}

/** Where `node scripts/chain.mjs` builds electra-prove. */
export const PROVER_BINARY = fileURLToPath(new URL('../../../chain/bin/electra-prove', import.meta.url));

export const isThere = (binary: string): boolean => {
  try {
    accessSync(binary, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
