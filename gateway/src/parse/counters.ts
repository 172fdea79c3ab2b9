/**
 * Invocation counters of enciphered messages. A meter counts each message that it enciphers on, for good (Green Book 8, 9.2.3.3.7.4): one
 * whose counter is not above the newest is a message of before, said once more by whoever recorded it.
 *
 * A counter counts once its message has come out as a whole telegram, so that no rubbish can raise it. It belongs to a key and to the
 * meter's title: with another key, or another meter, counting begins anew. What is kept on disk is a quarter-hour old at most; a message
 * of that quarter-hour, said again after a power cut, shows registers that are not above what is known, and a stamp that is late.
 */
import { createHash } from 'node:crypto';
import { TelegramError } from '../telegram.ts';

export interface Invocation {
  /** the meter's title and the key, as a digest */
  name: string;
  counter: number;
}

export const invocationOf = (title: Uint8Array, key: Uint8Array, counter: number): Invocation => ({
  name: createHash('sha256').update(title).update(key).digest('hex').slice(0, 16),
  counter,
});

const NAMES_MOST = 8;

export class InvocationCounters {
  #newest = new Map<string, number>();

  /** @throws TelegramError replayed */
  assertNew({ name, counter }: Invocation): void {
    const newest = this.#newest.get(name);
    if (newest !== undefined && counter <= newest) throw new TelegramError('replayed', `message ${counter} again, after ${newest}`);
  }

  note({ name, counter }: Invocation): void {
    this.#newest.delete(name); // the newest name last
    this.#newest.set(name, counter);
    if (this.#newest.size > NAMES_MOST) this.#newest = new Map([...this.#newest].slice(-NAMES_MOST));
  }

  get state(): Record<string, number> {
    return Object.fromEntries(this.#newest);
  }

  /** What was kept, where nothing newer is known. */
  restore(state: Record<string, number>): void {
    for (const [name, counter] of Object.entries(state)) if (counter > (this.#newest.get(name) ?? -1)) this.#newest.set(name, counter);
  }
}
