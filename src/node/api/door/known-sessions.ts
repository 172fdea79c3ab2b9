/**
 * The sessions that the database has vouched for a short while ago, so that members are told apart from strangers before anything is asked
 * of it. It decides whom a limit counts and whose turn it is, never what anybody may see: a session that ended is noticed at its next use.
 */
import { LIMITS } from '../limits.ts';

export class KnownSessions {
  readonly #known = new Map<string, { address: string; untilMs: number; notedMs: number }>();

  remember(tokenHash: Uint8Array, { address, expiresAt }: { address: string; expiresAt: Date }): void {
    const key = keyOf(tokenHash);
    const notedMs = this.#known.get(key)?.notedMs ?? 0;
    this.#known.delete(key);
    this.#known.set(key, { address, untilMs: expiresAt.getTime(), notedMs });
    if (this.#known.size > LIMITS.clients) this.#known.delete(this.#known.keys().next().value!);
  }

  forget(tokenHash: Uint8Array): void {
    this.#known.delete(keyOf(tokenHash));
  }

  /** Whether it is time to write down that a session is used: now and then, and then it counts as written. */
  isUseDue(tokenHash: Uint8Array, nowMs = Date.now()): boolean {
    const found = this.#known.get(keyOf(tokenHash));
    if (!found || nowMs - found.notedMs < LIMITS.useNotedMs) return false;
    found.notedMs = nowMs;
    return true;
  }

  /** Whose session it is; undefined: nobody's, as far as is known. */
  addressOf(tokenHash: Uint8Array | null, nowMs = Date.now()): string | undefined {
    const found = tokenHash ? this.#known.get(keyOf(tokenHash)) : undefined;
    return found && found.untilMs > nowMs ? found.address : undefined;
  }
}

const keyOf = (tokenHash: Uint8Array): string => Buffer.from(tokenHash).toString('base64');
