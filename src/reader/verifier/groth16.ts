/**
 * The part of the verifier that knows nothing of Electra: any Groth16 proofs over BN254, any circuit. Needs @noble/curves and
 * @noble/hashes.
 */
export type { Backend, BackendModule } from './backend.ts';
export { nobleBackend } from './backend-noble.ts';
export type { BadProof, BatchResult, Claim, Random } from './batch.ts';
export { verifyBatch } from './batch.ts';
export type { ProofJson, VerificationKey } from './decode.ts';
export { decodeProof, decodeVerificationKey } from './decode.ts';
export { ArgumentError, VerifierError } from './errors.ts';
export { decodeKeyBytes, encodeKeyBytes } from './key-bytes.ts';
export { verificationKeyId } from './key-id.ts';
