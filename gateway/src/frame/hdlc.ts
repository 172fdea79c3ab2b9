/**
 * HDLC frames of pushed DLMS messages.
 *
 * Spec: IEC 62056-46 (ISO/IEC 13239, frame format type 3), Green Book 8. `7E A… dest src control HCS information FCS 7E`: the length stands
 * in the lower eleven bits of the first two bytes, 0800 means that more frames follow; HCS over the head and FCS over all are X25, lower
 * byte first. The information of a message's first frame begins with LLC `E6 E7 00`. One 7E may end a frame and begin the next.
 */
import { crcX25 } from '../parse/crc.ts';
import { TelegramError } from '../telegram.ts';
import { type Cutter, MORE } from './framer.ts';

const FLAG = 0x7e;
const MOST_BYTES = 16_384;

/** From a flag up to the next, which stays as the beginning of what follows. */
export const cutHdlc: Cutter = (buffer) => {
  const start = buffer.indexOf(FLAG);
  if (start !== 0) return { skip: start < 0 ? buffer.length : start, take: 0 };
  if (buffer.length < 3) return MORE;
  const length = ((buffer[1] & 0x07) << 8) | buffer[2];
  if ((buffer[1] & 0xf0) !== 0xa0 || length < 7) return { skip: 1, take: 0 };
  if (buffer.length < length + 2) return MORE;
  return buffer[length + 1] === FLAG ? { skip: 0, take: length + 1 } : { skip: 1, take: 0, torn: true };
};

/** Puts the frames of a message together. */
export class HdlcMessages {
  #parts: Uint8Array[] = [];

  /** The message that a frame ends, undefined where more are to follow. @throws TelegramError */
  add(frame: Uint8Array): Uint8Array | undefined {
    try {
      const { information, hasMore } = informationOf(frame);
      this.#parts.push(information);
      if (this.#parts.reduce((sum, part) => sum + part.length, 0) > MOST_BYTES)
        throw new TelegramError('too-long', 'a message without end');
      if (hasMore) return undefined;
    } catch (error) {
      this.#parts = [];
      throw error;
    }
    const message = Buffer.concat(this.#parts);
    this.#parts = [];
    if (message[0] !== 0xe6 || (message[1] !== 0xe7 && message[1] !== 0xe6))
      throw new TelegramError('malformed', 'expected E6 E7 00 before a message');
    return message.subarray(3);
  }
}

/** Addresses end with the byte whose lowest bit is set; they have four bytes at most. */
function addressEnd(frame: Uint8Array, from: number): number {
  for (let i = from; i < from + 4 && i < frame.length; i++) if (frame[i] & 1) return i + 1;
  throw new TelegramError('malformed', 'an address without end');
}

function informationOf(frame: Uint8Array): { information: Uint8Array; hasMore: boolean } {
  const content = frame.subarray(1);
  const sum = (to: number): boolean => (content[to] | (content[to + 1] << 8)) === crcX25(content.subarray(0, to));
  if (!sum(content.length - 2)) throw new TelegramError('checksum', "a frame's check sum is another");
  const head = addressEnd(content, addressEnd(content, 2)) + 1;
  if (head + 4 > content.length) return { information: new Uint8Array(0), hasMore: false };
  if (!sum(head)) throw new TelegramError('checksum', "a head's check sum is another");
  return { information: content.subarray(head + 2, -2), hasMore: (content[0] & 0x08) !== 0 };
}
