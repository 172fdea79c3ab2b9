/**
 * Who gets one of few things next. Those of the house come before strangers, and have a share that strangers cannot take; strangers have
 * the rest, and a shorter queue. Who waits too long is refused.
 */
import { ApiError } from './errors.ts';
import { LIMITS } from './limits.ts';

interface Waiting<T> {
  give: (slot: T) => void;
  fail: (error: Error) => void;
}

export interface SlotOptions {
  waitMs?: number;
  /** how many of them are never a stranger's */
  kept?: number;
  /** how many strangers may wait */
  strangersWaiting?: number;
}

const busy = (): ApiError => new ApiError('UNAVAILABLE', 'too many requests at once, try again', { whole: true });
const stopping = (): ApiError => new ApiError('UNAVAILABLE', 'the service is stopping', { whole: true });

export class Slots<T> {
  readonly all: readonly T[];
  readonly #free: T[];
  readonly #forStrangers: number;
  readonly #waitMs: number;
  readonly #strangersWaiting: number;
  readonly #members: Waiting<T>[] = [];
  readonly #strangers: Waiting<T>[] = [];
  #strangersIn = 0;
  #closed = false;

  constructor(all: readonly T[], { waitMs, kept, strangersWaiting }: SlotOptions = {}) {
    this.all = all;
    this.#free = [...all];
    this.#forStrangers = all.length - (kept ?? Math.floor(all.length * LIMITS.memberShare));
    this.#waitMs = waitMs ?? LIMITS.slotWaitMs;
    this.#strangersWaiting = strangersWaiting ?? LIMITS.strangersWaiting;
  }

  get inUse(): number {
    return this.all.length - this.#free.length;
  }
  get waiting(): number {
    return this.#members.length + this.#strangers.length;
  }

  /** @throws ApiError UNAVAILABLE when none comes free in time, or too many wait already. */
  async use<R>(stranger: boolean, work: (slot: T) => Promise<R>): Promise<R> {
    const slot = await this.#take(stranger);
    try {
      return await work(slot);
    } finally {
      if (stranger) this.#strangersIn--;
      this.#free.push(slot);
      this.#next();
    }
  }

  close(): void {
    this.#closed = true;
    for (const entry of [...this.#members, ...this.#strangers]) entry.fail(stopping());
  }

  #take(stranger: boolean): Promise<T> {
    if (this.#closed) throw stopping();
    const queue = stranger ? this.#strangers : this.#members;
    if (queue.length >= (stranger ? this.#strangersWaiting : LIMITS.slotsWaiting)) throw busy();
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        queue.splice(queue.indexOf(entry), 1);
      };
      const entry: Waiting<T> = {
        give: (slot) => {
          leave();
          resolve(slot);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => entry.fail(busy()), this.#waitMs);
      queue.push(entry);
      this.#next();
    });
  }

  #next(): void {
    if (this.#free.length === 0) return;
    if (this.#members.length > 0) this.#members[0].give(this.#free.pop()!);
    else if (this.#strangers.length > 0 && this.#strangersIn < this.#forStrangers) {
      this.#strangersIn++;
      this.#strangers[0].give(this.#free.pop()!);
    }
  }
}
