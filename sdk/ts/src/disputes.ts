/**
 * What the operator disputed of the days that a meter stated. A dispute is a word of the operator on the chain, and what is billed then is
 * a substitute: nothing is refused to the meter, so it has to ask. Days of the last week are looked at, once an hour.
 */
import { dayOf } from '../../../src/protocol/values/time.ts';
import type { MeterChain } from './chain.ts';
import type { Outbox } from './outbox.ts';
import type { Change } from './store.ts';

const EVERY_MS = 3_600_000;
/** A day can be disputed from its freeze until its book is anchored: some hours to three days after its end. */
const LOOK_BACK_DAYS = 7;

export class DisputeWatch {
  readonly #chain: MeterChain;
  readonly #meter: string;
  readonly #outbox: Outbox;
  readonly #monotonicMs: () => number;
  #askedMs: number | undefined;

  constructor(chain: MeterChain, meter: string, outbox: Outbox, monotonicMs: () => number = () => performance.now()) {
    this.#chain = chain;
    this.#meter = meter;
    this.#outbox = outbox;
    this.#monotonicMs = monotonicMs;
  }

  /** The disputes that were not known before, where it is time to ask. */
  async news(chainUnixS: number | undefined): Promise<{ day: number; reason: string }[]> {
    const now = this.#monotonicMs();
    if (!this.#chain.disputes || chainUnixS === undefined || (this.#askedMs !== undefined && now - this.#askedMs < EVERY_MS)) return [];
    this.#askedMs = now;
    const today = dayOf(chainUnixS);
    const found: { day: number; reason: string }[] = [];
    for (let day = today - LOOK_BACK_DAYS; day < today; day++) {
      if (!this.#outbox.isDone(`s/${day}`) || this.#outbox.disputes.has(day)) continue;
      const mine = (await this.#chain.disputes(day)).find(({ meter }) => meter === this.#meter);
      if (mine) found.push({ day, reason: mine.reason });
    }
    return found;
  }
}

export const disputeChanges = (disputes: readonly { day: number; reason: string }[]): Change[] =>
  disputes.map(({ day, reason }) => [`p/${day}`, reason]);
