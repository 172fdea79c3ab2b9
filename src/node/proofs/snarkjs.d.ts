// The few functions of snarkjs that this project calls; it ships no types. Shapes as in snarkjs 0.7.6.
declare module 'snarkjs' {
  type FileLike = string | Uint8Array | { type: 'mem'; data?: Uint8Array };
  export interface Logger {
    debug(text: string): void;
    info(text: string): void;
    warn(text: string): void;
    error(text: string): void;
  }
  export const r1cs: { info(file: FileLike): Promise<{ nConstraints: number; nPubInputs: number; nVars: number }> };
  export const zKey: {
    /** -1 where it refuses */
    newZKey(r1cs: FileLike, ptau: FileLike, zkey: FileLike, logger?: Logger): Promise<unknown>;
    contribute(from: FileLike, to: FileLike, name: string, entropy: string): Promise<unknown>;
    /** false where it refuses */
    beacon(from: FileLike, to: FileLike, name: string, value: string, iterationsExp: number, logger?: Logger): Promise<unknown>;
    verifyFromInit(first: FileLike, ptau: FileLike, zkey: FileLike, logger?: Logger): Promise<boolean>;
    verifyFromR1cs(r1cs: FileLike, ptau: FileLike, zkey: FileLike): Promise<boolean>;
    exportVerificationKey(zkey: FileLike): Promise<{ vk_gamma_2: string[][]; vk_delta_2: string[][] }>;
  };
  export const powersOfTau: {
    newAccumulator(curve: object, power: number, ptau: FileLike): Promise<unknown>;
    contribute(from: FileLike, to: FileLike, name: string, entropy: string): Promise<unknown>;
    preparePhase2(from: FileLike, to: FileLike): Promise<unknown>;
  };
  export const curves: { getCurveFromName(name: string): Promise<object> };
  export const groth16: {
    verify(vk: unknown, publicSignals: readonly string[], proof: unknown): Promise<boolean>;
    prove(zkey: FileLike, wtns: FileLike): Promise<{ proof: unknown; publicSignals: string[] }>;
  };
}
