/**
 * The open streams of hints. A stream holds no connection to the database and no slot: one connection of the process listens for all, and
 * one question now and then asks of all of them whether their sessions are still there.
 *
 * Hints are few and small, but each lets a page ask for all that it shows: so they are given out at a pace, the first ones at once, and
 * none while questions wait.
 */
import { ApiError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

export type Topic = 'REPORT' | 'DAY';

export interface StreamOwner {
  tokenHash: Uint8Array;
  address: string;
  /** whom limits count */
  client: string;
  meters: readonly string[];
  expiresAt: Date;
}

/** What a stream gives: where to look, or that its session is over, which is the last that it gives. */
export type Hint = Topic | 'ENDED';

export interface StreamLimits {
  all: number;
  perViewer: number;
  perClient: number;
  /** Streams that are told something: so many at once, and so many a second. */
  burst: number;
  perSecond: number;
}

const keyOf = (tokenHash: Uint8Array): string => Buffer.from(tokenHash).toString('hex');
const TICK_MS = 50;

export class Streams {
  readonly #open = new Set<Stream>();
  readonly #due = new Set<Stream>();
  readonly #limits: StreamLimits;
  readonly #isBusy: () => boolean;
  #tokens: number;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param isBusy whether questions wait already: then nobody is told to ask */
  constructor(limits: StreamLimits = LIMITS.streams, isBusy: () => boolean = () => false) {
    this.#limits = limits;
    this.#isBusy = isBusy;
    this.#tokens = limits.burst;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws ApiError RATE_LIMITED where there are too many; UNAVAILABLE when the service is stopping */
  open(owner: StreamOwner): AsyncIterableIterator<Hint> {
    if (this.#closed) throw new ApiError('UNAVAILABLE', 'the service is stopping', { whole: true });
    const count = (same: (other: StreamOwner) => boolean): number => [...this.#open].filter(({ owner: other }) => same(other)).length;
    const crowded =
      this.#open.size >= this.#limits.all ||
      count(({ address }) => address === owner.address) >= this.#limits.perViewer ||
      count(({ client }) => client === owner.client) >= this.#limits.perClient;
    if (crowded) throw new ApiError('RATE_LIMITED', 'too many open streams: ask now and then instead', { whole: true, retryAfterS: 60 });
    const stream = new Stream(owner, () => {
      this.#open.delete(stream);
      this.#due.delete(stream);
    });
    this.#open.add(stream);
    return stream;
  }

  /** `meters` null: whoever has one. */
  tell(topic: Topic, meters: readonly string[] | null = null): void {
    const told = meters && new Set(meters);
    for (const stream of this.#open) {
      if (told && !stream.owner.meters.some((meter) => told.has(meter))) continue;
      stream.pending.add(topic);
      this.#due.add(stream);
    }
    this.#giveOut();
  }

  /** The session of a token is gone: its streams say so, and end. */
  end(tokenHashHex: string): void {
    for (const stream of [...this.#open]) if (keyOf(stream.owner.tokenHash) === tokenHashHex) stream.end('ENDED');
  }

  /** Of each open stream, its session; whoever asks the database gives back those that it still knows, with their meters. */
  async check(ask: (sessions: readonly StreamOwner[]) => Promise<ReadonlyMap<string, readonly string[]>>): Promise<void> {
    const asked = [...this.#open];
    if (asked.length === 0) return;
    const known = await ask(asked.map(({ owner }) => owner));
    for (const stream of asked) {
      const meters = known.get(keyOf(stream.owner.tokenHash));
      if (meters === undefined) stream.end('ENDED');
      else stream.owner = { ...stream.owner, meters };
    }
  }

  /** Ends all of them as if the network had: pages come again. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const stream of [...this.#open]) stream.end();
  }

  #giveOut(): void {
    for (const stream of this.#due) {
      if (this.#tokens < 1 || this.#isBusy()) break;
      this.#tokens--;
      this.#due.delete(stream);
      stream.wake();
    }
    if (this.#timer || (this.#due.size === 0 && this.#tokens >= this.#limits.burst)) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tokens = Math.min(this.#limits.burst, this.#tokens + (this.#limits.perSecond * TICK_MS) / 1000);
      this.#giveOut();
    }, TICK_MS);
    this.#timer.unref();
  }
}

/** Written out, for a generator that waits cannot be ended from outside. A slow reader finds each topic once. */
class Stream implements AsyncIterableIterator<Hint> {
  owner: StreamOwner;
  readonly pending = new Set<Topic>();
  /** of those, what may be given out */
  readonly #ready: Hint[] = [];
  readonly #left: () => void;
  readonly #expiry: NodeJS.Timeout;
  #ended = false;
  #waiting: ((result: IteratorResult<Hint>) => void) | null = null;

  constructor(owner: StreamOwner, left: () => void) {
    this.owner = owner;
    this.#left = left;
    this.#expiry = setTimeout(() => this.end('ENDED'), Math.max(0, owner.expiresAt.getTime() - Date.now()));
    this.#expiry.unref();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Hint>> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#give();
    });
  }

  return(): Promise<IteratorResult<Hint>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  wake(): void {
    for (const topic of this.pending) if (!this.#ready.includes(topic)) this.#ready.push(topic);
    this.pending.clear();
    this.#give();
  }

  end(last?: 'ENDED'): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#expiry);
    this.#ready.length = 0;
    if (last) this.#ready.push(last);
    this.#left();
    this.#give();
  }

  #give(): void {
    if (!this.#waiting || (this.#ready.length === 0 && !this.#ended)) return;
    const resolve = this.#waiting;
    this.#waiting = null;
    const value = this.#ready.shift();
    resolve(value === undefined ? { done: true, value } : { done: false, value });
  }
}
