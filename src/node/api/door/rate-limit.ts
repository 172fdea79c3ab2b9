/** Token buckets by client. The table is bounded: when it is full, the client that was quiet longest is forgotten. */
export class RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();
  readonly #burst: number;
  readonly #perMs: number;
  readonly #clients: number;

  constructor({ burst, perMinute, clients }: { burst: number; perMinute: number; clients: number }) {
    this.#burst = burst;
    this.#perMs = perMinute / 60_000;
    this.#clients = clients;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a token: 0, or the milliseconds until there will be one. */
  take(client: string, nowMs: number): number {
    const tokens = this.#filled(client, nowMs);
    const granted = tokens >= 1;
    this.#keep(client, granted ? tokens - 1 : tokens, nowMs);
    return granted ? 0 : Math.ceil((1 - tokens) / this.#perMs);
  }

  /** Takes what a request that was let in turned out to cost: into debt, if need be, of at most one bucket. */
  spend(client: string, nowMs: number, tokens: number): void {
    this.#keep(client, Math.max(-this.#burst, this.#filled(client, nowMs) - tokens), nowMs);
  }

  #filled(client: string, nowMs: number): number {
    const bucket = this.#buckets.get(client) ?? { tokens: this.#burst, atMs: nowMs };
    return Math.min(this.#burst, bucket.tokens + Math.max(0, nowMs - bucket.atMs) * this.#perMs);
  }

  #keep(client: string, tokens: number, atMs: number): void {
    this.#buckets.delete(client); // to the end: insertion order is the order of last use
    this.#buckets.set(client, { tokens, atMs });
    if (this.#buckets.size > this.#clients) this.#buckets.delete(this.#buckets.keys().next().value!);
  }
}
