/** The part of the verifier that knows nothing of Electra: any Groth16 proofs over BN254, any circuit. Needs @noble/curves, @noble/hashes and canonicalize. */
export { verifyBatch } from './batch.ts';
export type { BadProof, BatchResult, Claim, Random } from './batch.ts';
export { loadBackend } from './backend.ts';
export type { Backend, BackendName } from './backend.ts';
export { decodeProof, decodeVerificationKey } from './decode.ts';
export type { ProofJson, VerificationKey } from './decode.ts';
export { verificationKeyHash } from './key-hash.ts';
export { ArgumentError, VerifierError } from './errors.ts';
