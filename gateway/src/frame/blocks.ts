/**
 * Messages that do not fit into one piece, as Landis+Gyr's meters push them on some Austrian ports: general block transfer.
 *
 * Spec: Green Book 8, 9.4.6.13: `E0 control number(2) acknowledged(2) length data`. Of the control's bits, 80 marks the last block and 40
 * streaming; the rest is a window. Blocks count from 1. What they hold, put together, is a message, enciphered or not.
 */
import { AxdrReader } from '../parse/axdr.ts';
import { TelegramError } from '../telegram.ts';

const GENERAL_BLOCK_TRANSFER = 0xe0;
const LAST = 0x80;
const MOST_BYTES = 16_384;

export class BlockMessages {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** The message that a block ends, undefined where more are to follow; what is no block is a message itself. @throws TelegramError */
  add(message: Uint8Array): Uint8Array | undefined {
    if (message[0] !== GENERAL_BLOCK_TRANSFER) {
      this.#parts = [];
      return message;
    }
    const reader = new AxdrReader(message, 1);
    const [control, high, low] = reader.take(5);
    const data = reader.take(reader.length());
    const number = (high << 8) | low;
    if (!reader.isOver) this.#fail('malformed', 'more bytes than the block says');
    if (number === 1) [this.#parts, this.#bytes] = [[], 0];
    else if (number !== this.#parts.length + 1) this.#fail('torn', 'a block of a message is missing');
    this.#bytes += data.length;
    if (this.#bytes > MOST_BYTES) this.#fail('too-long', 'a message without end');
    this.#parts.push(data);
    if ((control & LAST) === 0) return undefined;
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    return whole;
  }

  #fail(code: 'malformed' | 'torn' | 'too-long', detail: string): never {
    this.#parts = [];
    throw new TelegramError(code, detail);
  }
}
