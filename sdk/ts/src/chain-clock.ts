/**
 * The chain's clock as far as a meter knows it: what the chain last said, and what has passed since by a clock that nobody sets. It never
 * goes back: a chain that stood still answers with an old time, and a device's own clock may jump by days either way.
 */
import { SLOT_S } from '../../../src/protocol/values/time.ts';

/** A slot that ends more than this after the chain's clock is a sign that the device's clock is ahead. */
const AHEAD_S = SLOT_S;
/** So long after its end on the chain's clock a reading that was made before that end is believed after all, unless another came. */
const BELIEVED_AFTER_S = 3600;

const endOf = (slot: number): number => (slot + 1) * SLOT_S;

export class ChainClock {
  readonly #monotonicMs: () => number;
  #heard: { unixS: number; atMs: number } | undefined;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /** Undefined until the chain has been heard since the start. */
  get nowUnixS(): number | undefined {
    return this.#heard && this.#heard.unixS + Math.floor((this.#monotonicMs() - this.#heard.atMs) / 1000);
  }

  hear(chainUnixS: number): void {
    this.#heard = { unixS: Math.max(chainUnixS, this.nowUnixS ?? 0), atMs: this.#monotonicMs() };
  }

  /** Whether a reading of this slot comes from a clock that is ahead. While the chain has not been heard, nothing is doubted. */
  isAhead(slot: number): boolean {
    const now = this.nowUnixS;
    return now !== undefined && endOf(slot) > now + AHEAD_S;
  }
}

/** Whether a reading that was held back may be taken now. */
export const isBelieved = (slot: number, chainUnixS: number): boolean => endOf(slot) + BELIEVED_AFTER_S <= chainUnixS;
