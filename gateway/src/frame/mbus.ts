/**
 * Wired M-Bus frames of pushed DLMS messages, as Kaifa's meters send them in Austria.
 *
 * Spec: EN 13757-2 (long frames) and 13757-1 (CI 00 to 1F): `68 L L 68 C A CI source destination data sum 16`. L counts from C to the end
 * of the data, the sum is over the same. CI: the lower four bits count the frames of a message from 0, bit 4 marks the last one.
 */
import { sumOf } from '../parse/crc.ts';
import { TelegramError } from '../telegram.ts';
import { type Cutter, MORE } from './framer.ts';

const HEAD = 5; // C, A, CI, source, destination

export const cutMbus: Cutter = (buffer) => {
  const start = buffer.indexOf(0x68);
  if (start !== 0) return { skip: start < 0 ? buffer.length : start, take: 0 };
  if (buffer.length < 4) return MORE;
  const length = buffer[1];
  if (buffer[2] !== length || buffer[3] !== 0x68 || length < HEAD) return { skip: 1, take: 0 };
  if (buffer.length < length + 6) return MORE;
  return buffer[length + 5] === 0x16 ? { skip: 0, take: length + 6 } : { skip: 1, take: 0, torn: true };
};

export class MbusMessages {
  #parts: Uint8Array[] = [];

  /** The message that a frame ends, undefined where more are to follow. @throws TelegramError */
  add(frame: Uint8Array): Uint8Array | undefined {
    const inner = frame.subarray(4, -2);
    const ci = inner[2];
    const isNext = (ci & 0x0f) === this.#parts.length;
    if (sumOf(inner) !== frame.at(-2)) return this.#fail('checksum', "a frame's check sum is another");
    if (ci > 0x1f) return this.#fail('malformed', 'expected a frame of a DLMS message');
    if (!isNext && (ci & 0x0f) !== 0) return this.#fail('torn', 'a frame of a message is missing');
    if (!isNext) this.#parts = [];
    this.#parts.push(inner.subarray(HEAD));
    if ((ci & 0x10) === 0) return undefined;
    const message = Buffer.concat(this.#parts);
    this.#parts = [];
    return message;
  }

  #fail(code: 'checksum' | 'malformed' | 'torn', detail: string): never {
    this.#parts = [];
    throw new TelegramError(code, detail);
  }
}
