/**
 * From a stream of bytes to whole frames. A protocol says by a `Cutter` where its next frame lies in what has come so far; the framer keeps
 * the rest, remembers when each byte came, and never keeps more than the longest frame there can be: a port that talks nonsense costs no
 * memory. A frame's time is that of its first byte, for that is nearest to when the meter froze its registers. A meter does not pause in
 * the middle of a frame: what stands still for seconds will not be one, and would, by a broken length, swallow those that follow.
 */
import type { Decoder, Outcome, Telegram } from '../telegram.ts';
import { TelegramError } from '../telegram.ts';

/**
 * `skip` bytes belong to no frame, then `take` bytes are one (0: more is needed). `torn`: what is skipped began as a frame and will not be
 * one.
 */
export interface Cut {
  skip: number;
  take: number;
  torn?: boolean;
}
export type Cutter = (buffer: Uint8Array) => Cut;

export const MORE: Cut = { skip: 0, take: 0 };

interface Arrival {
  /** bytes of the buffer that came with it */
  bytes: number;
  atMs: number;
}

export interface Frame {
  bytes: Uint8Array;
  atMs: number;
}

/** Longer than a bridge may hold back a part of a frame, shorter than meters wait between two telegrams where each is needed. */
export const PAUSE_MS = 3_000;

export class Framer {
  readonly #cut: Cutter;
  readonly #most: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #arrivals: Arrival[] = [];
  #newestMs = 0;

  constructor(cut: Cutter, mostBytes: number) {
    this.#cut = cut;
    this.#most = mostBytes;
  }

  /** Whole frames, and for each that was torn or grew too long the time at which it began. */
  *push(bytes: Uint8Array, atMs: number): Generator<Frame | { bad: 'torn' | 'too-long'; atMs: number }> {
    if (bytes.length === 0) return;
    if (this.#buffer.length > 0 && atMs - this.#newestMs > PAUSE_MS) {
      if (this.#buffer.length > 1) yield { bad: 'torn', atMs: this.#arrivals[0].atMs }; // one byte: a flag that ends the frame before
      this.#drop(this.#buffer.length);
    }
    this.#newestMs = atMs;
    // A chunk longer than a frame is taken in pieces, so that no search is ever longer than that.
    for (let from = 0; from < bytes.length; from += this.#most) yield* this.#take(bytes.subarray(from, from + this.#most), atMs);
  }

  *#take(bytes: Uint8Array, nowMs: number): Generator<Frame | { bad: 'torn' | 'too-long'; atMs: number }> {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    this.#arrivals.push({ bytes: bytes.length, atMs: nowMs });
    while (this.#buffer.length > 0) {
      const { skip, take, torn } = this.#cut(this.#buffer);
      const beganMs = this.#arrivals[0].atMs;
      this.#drop(skip);
      if (torn) yield { bad: 'torn', atMs: beganMs };
      if (take > 0) {
        const frame = { bytes: Uint8Array.from(this.#buffer.subarray(0, take)), atMs: this.#arrivals[0].atMs };
        this.#drop(take);
        yield frame;
      } else if (skip === 0) {
        if (this.#buffer.length <= this.#most) return;
        yield { bad: 'too-long', atMs: beganMs };
        this.#drop(1); // on to the next beginning
      }
    }
  }

  #drop(count: number): void {
    this.#buffer = this.#buffer.subarray(count);
    let left = count;
    while (left > 0) {
      const [first] = this.#arrivals;
      const here = Math.min(left, first.bytes);
      first.bytes -= here;
      left -= here;
      if (first.bytes === 0) this.#arrivals.shift();
    }
  }
}

/** A decoder of a framer and of what one frame says; undefined where it is only a part of a telegram. */
export function decoderOf(framer: Framer, read: (frame: Uint8Array) => Telegram | undefined): Decoder {
  return {
    push(bytes, atMs) {
      const outcomes: Outcome[] = [];
      for (const frame of framer.push(bytes, atMs)) {
        if ('bad' in frame) {
          outcomes.push({ ...frame, detail: frame.bad === 'torn' ? 'another telegram began before its end' : 'no end in sight' });
          continue;
        }
        try {
          const telegram = read(frame.bytes);
          if (telegram) outcomes.push({ telegram, atMs: frame.atMs });
        } catch (error) {
          if (!(error instanceof TelegramError)) throw error;
          outcomes.push({ bad: error.code, detail: error.message, atMs: frame.atMs });
        }
      }
      return outcomes;
    },
  };
}
