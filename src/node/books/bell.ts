/**
 * One bell for all parts of the books: whoever did something rings, since it may let another part go on. A ring is counted, so that one
 * that comes while a part is busy is not lost: the part waits for a ring after the last one that it knew of when it began.
 */
export class Bell {
  #rings = 0;
  readonly #waiting = new Set<() => void>();

  /** Rings by itself when the signal aborts. */
  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.ring(), { once: true });
  }

  /** How often it has rung. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings++;
    for (const wake of this.#waiting) wake();
  }

  /** Until it has rung more often than `known`, at most `ms`. */
  wait(known: number, ms: number): Promise<void> {
    if (this.#rings > known) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }
}
