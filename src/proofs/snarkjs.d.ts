// The few functions of snarkjs and its r1csfile that this project calls; neither ships types. Shapes as in snarkjs 0.7.6, r1csfile 0.0.48.
declare module 'snarkjs' {
  type FileLike = string | Uint8Array | { type: 'mem'; data?: Uint8Array };
  export const r1cs: { info(file: FileLike): Promise<{ nConstraints: number; nPubInputs: number; nVars: number }> };
  export const zKey: {
    newZKey(r1cs: FileLike, ptau: FileLike, zkey: FileLike): Promise<unknown>;
    contribute(from: FileLike, to: FileLike, name: string, entropy: string): Promise<unknown>;
    exportVerificationKey(zkey: FileLike): Promise<{ vk_gamma_2: string[][]; vk_delta_2: string[][] }>;
  };
  export const groth16: {
    verify(vk: unknown, publicSignals: readonly string[], proof: unknown): Promise<boolean>;
    prove(zkey: FileLike, wtns: FileLike): Promise<{ proof: unknown; publicSignals: string[] }>;
  };
}
declare module 'r1csfile' {
  /** Coefficients by wire number; one constraint is [A, B, C] with A·B = C. */
  export type LinearForm = Record<number, bigint>;
  export interface R1cs { prime: bigint; nVars: number; nOutputs: number; nPubInputs: number; nPrvInputs: number; nConstraints: number; constraints: [LinearForm, LinearForm, LinearForm][] }
  export function readR1cs(file: string, options?: { loadConstraints?: boolean; singleThread?: boolean }): Promise<R1cs & { curve: { terminate(): Promise<void>; Fr: { toObject(e: unknown): bigint } } }>;
}
