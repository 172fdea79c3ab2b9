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
    const key = clientKey(client);
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, atMs: nowMs };
    this.#buckets.delete(key); // to the end: insertion order is the order of last use
    const tokens = Math.min(this.#burst, bucket.tokens + Math.max(0, nowMs - bucket.atMs) * this.#perMs);
    const granted = tokens >= 1;
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#buckets.size > this.#clients) this.#buckets.delete(this.#buckets.keys().next().value!);
    return granted ? 0 : Math.ceil((1 - tokens) / this.#perMs);
  }
}

/** An IPv6 client commands a whole /64: that is one client. An IPv4 address in IPv6 dress is the IPv4 address. */
function clientKey(address: string): string {
  const four = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (four) return four[1];
  if (!address.includes(':')) return address;
  const [head, tail] = address.toLowerCase().split('%')[0].split('::');
  const left = head === '' ? [] : head.split(':');
  const right = !tail ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
