/**
 * Verification keys between bytes, as a genesis carries them and ids are made of, and points that every test has been made of. Coordinates
 * are 32 bytes big-endian, x then y, Fp2 as c0 then c1 (protocol §9.5).
 */
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { G1_BYTES, G2_BYTES, type VerificationKeyBytes } from '../../protocol/genesis/verification-key-id.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import type { G1Affine, G2Affine } from './curve.ts';
import { checkedG1, checkedG2, checkedKey, type VerificationKey } from './decode.ts';
import { VerifierError } from './errors.ts';

const COORDINATE_BYTES = 32;

const encode = (coordinates: readonly bigint[]): Uint8Array =>
  concatBytes(...coordinates.map((value) => hexToBytes(value.toString(16).padStart(2 * COORDINATE_BYTES, '0'))));

/** A key's points as bytes. */
export const encodeKeyBytes = ({ alpha, beta, gamma, delta, inputs }: VerificationKey): VerificationKeyBytes => ({
  alpha: encode(alpha),
  beta: encode(beta.flat()),
  gamma: encode(gamma.flat()),
  delta: encode(delta.flat()),
  ic: encode(inputs.flat()),
});

const decode = (bytes: Uint8Array): bigint[] =>
  Array.from({ length: bytes.length / COORDINATE_BYTES }, (_, i) =>
    BigInt(`0x${bytesToHex(bytes.subarray(i * COORDINATE_BYTES, (i + 1) * COORDINATE_BYTES))}`),
  );

function assertLength(bytes: Uint8Array, length: number, field: string): void {
  if (bytes.length !== length) throw new ProtocolError('malformed', field, `${length} bytes, not ${bytes.length}`);
}

function g1(bytes: Uint8Array, field: string): G1Affine {
  assertLength(bytes, G1_BYTES, field);
  return checkedG1(decode(bytes) as [bigint, bigint], field);
}

function g2(bytes: Uint8Array, field: string): G2Affine {
  assertLength(bytes, G2_BYTES, field);
  const [x0, x1, y0, y1] = decode(bytes);
  return checkedG2(
    [
      [x0, x1],
      [y0, y1],
    ],
    field,
  );
}

/**
 * Reads a key of a genesis, with all tests of its points.
 * @param publicInputs how many the circuit has; the key must agree
 * @throws VerifierError `malformed-key`, or `weak-key` when gamma = ±delta
 */
export function decodeKeyBytes({ alpha, beta, gamma, delta, ic }: VerificationKeyBytes, publicInputs: number): VerificationKey {
  try {
    const count = ic.length / G1_BYTES;
    if (count !== publicInputs + 1) throw new ProtocolError('malformed', 'ic', `${publicInputs + 1} points, not ${count}`);
    return checkedKey({
      alpha: g1(alpha, 'alpha'),
      beta: g2(beta, 'beta'),
      gamma: g2(gamma, 'gamma'),
      delta: g2(delta, 'delta'),
      inputs: Array.from({ length: count }, (_, i) => g1(ic.subarray(i * G1_BYTES, (i + 1) * G1_BYTES), `ic[${i}]`)),
    });
  } catch (error) {
    if (error instanceof VerifierError || !(error instanceof ProtocolError)) throw error;
    throw new VerifierError('malformed-key', error.field, error.expected);
  }
}
