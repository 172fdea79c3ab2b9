/**
 * The name of a verification key (protocol §9.5). A key is its points: two files with the same points have the same secret behind them,
 * whatever else stands in them. Points are uncompressed, x then y, Fp2 as c0 then c1, each coordinate 32 bytes big-endian, and so is the
 * count of IC:
 *
 *     id = SHA-256("electra/vk/v1" ‖ circuit ‖ 0x00 ‖ alpha ‖ beta ‖ gamma ‖ delta ‖ count u32 ‖ IC…)
 *
 * Here are bytes and their hash; whether they are points of their groups the chain has tested, and the verifier tests again
 * (src/reader/verifier).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

export const G1_BYTES = 64;
export const G2_BYTES = 128;

/** A key's points as bytes. `ic`: one for the constant 1, then one for each public input. */
export interface VerificationKeyBytes {
  readonly alpha: Uint8Array;
  readonly beta: Uint8Array;
  readonly gamma: Uint8Array;
  readonly delta: Uint8Array;
  readonly ic: Uint8Array;
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** The name of a key, lower-case hex. */
export const verificationKeyId = (circuit: string, { alpha, beta, gamma, delta, ic }: VerificationKeyBytes): string =>
  bytesToHex(
    sha256(concatBytes(utf8ToBytes(`electra/vk/v1${circuit}\0`), alpha, beta, gamma, delta, u32(Math.floor(ic.length / G1_BYTES)), ic)),
  );
