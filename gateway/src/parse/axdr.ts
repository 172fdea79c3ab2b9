/** A-XDR, how DLMS writes values (IEC 61334-6; Blue Book 12, 4.1.5): a tag, then fixed bytes, or a length and bytes. */
import { TelegramError } from '../telegram.ts';

export type Data =
  | { kind: 'number'; value: bigint; isAllOnes: boolean; tag: number }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'list'; items: Data[] }
  | { kind: 'other' };

const DEPTH_MAX = 10;

/** tag → bytes of the number, negative where it is signed */
const NUMBERS: Record<number, number> = { 5: -4, 6: 4, 15: -1, 16: -2, 17: 1, 18: 2, 20: -8, 21: 8, 22: 1 };
/** tag → bytes of what is of no use here: boolean, BCD, floats, date-time, date, time */
const OTHERS: Record<number, number> = { 0: 0, 3: 1, 13: 1, 23: 4, 24: 8, 26: 5, 27: 4 };
const DATE_TIME = 25;

export class AxdrReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  get isOver(): boolean {
    return this.at >= this.#bytes.length;
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.#bytes.length) throw new TelegramError('malformed', 'a value goes beyond the end');
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  /** A length as BER writes it: one byte, or 81 and one, or 82 and two. */
  length(): number {
    const [first] = this.take(1);
    if (first < 0x80) return first;
    if (first === 0x81) return this.take(1)[0];
    if (first !== 0x82) throw new TelegramError('malformed', 'a length out of range');
    const [high, low] = this.take(2);
    return (high << 8) | low;
  }

  data(depth = 0): Data {
    if (depth > DEPTH_MAX) throw new TelegramError('malformed', 'structures too deep in one another');
    const [tag] = this.take(1);
    if (tag === 1 || tag === 2) {
      const length = this.length();
      if (length > this.#bytes.length - this.at) throw new TelegramError('malformed', 'a structure longer than the rest');
      return { kind: 'list', items: Array.from({ length }, () => this.data(depth + 1)) };
    }
    if (tag === 9 || tag === 10 || tag === 12) return { kind: 'bytes', bytes: this.take(this.length()) };
    if (tag === DATE_TIME) return { kind: 'bytes', bytes: this.take(12) };
    if (tag === 4) {
      this.take(Math.ceil(this.length() / 8));
      return { kind: 'other' };
    }
    if (tag in NUMBERS) return this.#number(tag);
    if (!(tag in OTHERS)) throw new TelegramError('malformed', `a value of the unknown kind ${tag}`);
    this.take(OTHERS[tag]);
    return { kind: 'other' };
  }

  #number(tag: number): Data {
    const size = NUMBERS[tag];
    const bytes = this.take(Math.abs(size));
    const raw = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
    const isAllOnes = bytes.length >= 4 && bytes.every((byte) => byte === 0xff);
    return { kind: 'number', value: size < 0 ? BigInt.asIntN(bytes.length * 8, raw) : raw, isAllOnes, tag };
  }
}
