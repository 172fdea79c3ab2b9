/**
 * The check sums of meter ports. All four CRCs are of 16 bits and reflected; they differ in polynomial, beginning and end:
 *   ARC      P1 (DSMR 5.0.2, section 6.2)          x^16 + x^15 + x^2 + 1, from 0
 *   X25      HDLC (ISO/IEC 13239), SML, DLMS       x^16 + x^12 + x^5 + 1, from FFFF, inverted
 *   KERMIT   SML as some meters send it (Holley)    the same polynomial, from 0, not inverted
 */

function table(polynomial: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}

const ARC = table(0xa001);
const CCITT = table(0x8408);

function run(steps: Uint16Array, bytes: Uint8Array, from: number): number {
  let crc = from;
  for (const byte of bytes) crc = (crc >>> 8) ^ steps[(crc ^ byte) & 0xff];
  return crc;
}

export const crcArc = (bytes: Uint8Array): number => run(ARC, bytes, 0);
export const crcX25 = (bytes: Uint8Array): number => run(CCITT, bytes, 0xffff) ^ 0xffff;
export const crcKermit = (bytes: Uint8Array): number => run(CCITT, bytes, 0);

/** Block check character of IEC 62056-21: all bytes by exclusive or. */
export const xorOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

/** M-Bus (EN 13757-2): the sum's lowest eight bits. */
export const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
