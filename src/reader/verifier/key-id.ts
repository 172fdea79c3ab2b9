/**
 * What a verification key is: its points (protocol §8). Two files with the same points have the same secret behind them, whatever else
 * stands in them; so whoever asks "is it a development key" asks about points, not about bytes.
 *
 *     id = SHA-256("electra/vk/v1" ‖ circuit ‖ 0x00 ‖ alpha ‖ beta ‖ gamma ‖ delta ‖ count u32 ‖ IC…)
 *
 * Points uncompressed, x then y, Fp2 as c0 then c1, coordinates 32 bytes big-endian, count little-endian.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { VerificationKey } from './decode.ts';

const coordinate = (value: bigint): Uint8Array => hexToBytes(value.toString(16).padStart(64, '0'));

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** @param circuit `day-bill` or `clearing` */
export function verificationKeyId(circuit: string, { alpha, beta, gamma, delta, inputs }: VerificationKey): string {
  return bytesToHex(
    sha256(
      concatBytes(
        utf8ToBytes('electra/vk/v1'),
        utf8ToBytes(circuit),
        Uint8Array.of(0),
        ...[alpha, beta, gamma, delta].flat(2).map(coordinate),
        u32(inputs.length),
        ...inputs.flat().map(coordinate),
      ),
    ),
  );
}
