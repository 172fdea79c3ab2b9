/**
 * One view of the chain for many meters of one process (a fleet, a gateway). A hundred clients that poll for themselves ask the node a
 * hundred questions a second; here one follower reads each new block once, while any transaction is out, and answers all of them. Node keys
 * and the chain's clock are asked at most once in `cacheMs`.
 */
import { fromBase64 } from '@cosmjs/encoding';
import { txHash } from '../../../src/protocol/messages/sign.ts';
import { sleep } from './backoff.ts';
import { type MeterChain, rpcChain } from './chain.ts';
import { type CometRpc, RpcError, type TxFound } from './rpc.ts';

export interface SharedChainOptions {
  /** How often the node is asked for its height while a transaction is out. Default 500. */
  pollMs?: number;
  /** Default 1000. */
  cacheMs?: number;
  /** Milliseconds of a clock that nobody sets. Default: performance.now. */
  monotonicMs?: () => number;
}

/** Disputes of a day are asked at most this often. */
const DISPUTES_MS = 60_000;
const DAYS_CACHED = 14;
const FORGET_MS = 600_000;
const BLOCKS_AT_ONCE = 20;

/** A `MeterChain` to be shared by many clients. It follows blocks only while somebody waits. */
export function sharedChain(rpc: CometRpc, options: SharedChainOptions = {}): MeterChain {
  const { pollMs = 500, cacheMs = 1000, monotonicMs = () => performance.now() } = options;
  const direct = rpcChain(rpc);
  const follower = new Follower(rpc, pollMs, monotonicMs);
  return {
    status: cached(() => direct.status(), cacheMs, monotonicMs),
    nodeKeys: cached(() => direct.nodeKeys(), cacheMs, monotonicMs),
    rotations: cached(() => direct.rotations(), cacheMs, monotonicMs),
    account: (address) => direct.account(address),
    used: (meter, from, to) => direct.used(meter, from, to),
    commitment: (meter, day) => direct.commitment(meter, day),
    roster: cachedByDay((day) => direct.roster!(day), DISPUTES_MS, monotonicMs),
    get witness() {
      return direct.witness;
    },
    leaveNode: () => direct.leaveNode!(),
    disputes: cachedByDay((day) => direct.disputes!(day), DISPUTES_MS, monotonicMs),
    async broadcast(txBytes) {
      const hash = txHash(txBytes);
      await follower.expect(hash);
      const answer = await direct.broadcast(txBytes); // when this throws, the transaction may be out: the follower keeps looking
      if (answer.code !== 0) follower.forget(hash);
      return answer;
    },
    tx: (hash) => (follower.knows(hash) ? Promise.resolve(follower.result(hash)) : direct.tx(hash)),
    nextBlock: (signal) => follower.nextBlock(signal),
  };
}

/** Shares one running question, and its answer for a while. Failures are not kept. */
function cached<T>(ask: () => Promise<T>, cacheMs: number, monotonicMs: () => number): () => Promise<T> {
  let last: { atMs: number; answer: Promise<T> } | undefined;
  return () => {
    const ageMs = last && monotonicMs() - last.atMs;
    if (last && ageMs! >= 0 && ageMs! < cacheMs) return last.answer; // below 0: it is no such clock after all
    const answer = ask();
    last = { atMs: monotonicMs(), answer };
    answer.catch(() => {
      if (last?.answer === answer) last = undefined;
    });
    return answer;
  };
}

/** The same for questions about a day; of so many days. */
function cachedByDay<T>(ask: (day: number) => Promise<T>, cacheMs: number, monotonicMs: () => number): (day: number) => Promise<T> {
  const days = new Map<number, () => Promise<T>>();
  return (day) => {
    const known = days.get(day) ?? cached(() => ask(day), cacheMs, monotonicMs);
    days.set(day, known);
    if (days.size > DAYS_CACHED) days.delete(days.keys().next().value!);
    return known();
  };
}

class Follower {
  readonly #rpc: CometRpc;
  readonly #pollMs: number;
  readonly #monotonicMs: () => number;
  readonly #expected = new Map<string, number>();
  readonly #results = new Map<string, TxFound>();
  #height = 0;
  #running: Promise<void> | undefined;
  #onBlock: (() => void)[] = [];

  constructor(rpc: CometRpc, pollMs: number, monotonicMs: () => number) {
    this.#rpc = rpc;
    this.#pollMs = pollMs;
    this.#monotonicMs = monotonicMs;
  }

  /** Looks out for a transaction from the present height on; called before it is broadcast. */
  async expect(hash: string): Promise<void> {
    if (!this.#running) {
      const { height } = await this.#rpc.status();
      if (!this.#running) {
        this.#height = height;
        this.#running = this.#follow().finally(() => {
          this.#running = undefined;
        });
      }
    }
    this.#expected.set(hash, this.#monotonicMs());
  }

  forget(hash: string): void {
    this.#expected.delete(hash);
  }

  knows(hash: string): boolean {
    return this.#expected.has(hash) || this.#results.has(hash);
  }

  /** A result is handed out once and then asked of the node again. */
  result(hash: string): TxFound | undefined {
    const found = this.#results.get(hash);
    this.#results.delete(hash);
    return found;
  }

  nextBlock(signal?: AbortSignal): Promise<void> {
    const longest = sleep(20 * this.#pollMs, signal); // a chain that stands still must not hold its meters for ever
    return this.#running
      ? Promise.race([
          longest,
          new Promise<void>((resolve) => {
            this.#onBlock.push(resolve);
          }),
        ])
      : sleep(this.#pollMs, signal);
  }

  async #follow(): Promise<void> {
    let idle = 0;
    while (this.#expected.size > 0 || idle++ < 2) {
      await sleep(this.#pollMs);
      try {
        await this.#readNewBlocks();
      } catch (error) {
        if (!(error instanceof RpcError)) throw error; // asked again after the pause
      }
      for (const [hash, sinceMs] of this.#expected) if (this.#monotonicMs() - sinceMs > FORGET_MS) this.#expected.delete(hash);
      if (this.#expected.size > 0) idle = 0;
    }
  }

  async #readNewBlocks(): Promise<void> {
    const { height } = await this.#rpc.status();
    if (height <= this.#height) return;
    for (const last = Math.min(height, this.#height + BLOCKS_AT_ONCE); this.#height < last; this.#height++)
      await this.#readBlock(this.#height + 1);
    const waiting = this.#onBlock;
    this.#onBlock = [];
    for (const wake of waiting) wake();
  }

  async #readBlock(height: number): Promise<void> {
    const { block } = await this.#rpc.block(height);
    const hashes = (block.data.txs ?? []).map((tx) => txHash(fromBase64(tx)));
    if (!hashes.some((hash) => this.#expected.has(hash))) return;
    const { txs_results: results } = await this.#rpc.blockResults(height);
    for (const [i, hash] of hashes.entries()) {
      if (!this.#expected.delete(hash)) continue;
      const { code = 0, codespace = '', log = '' } = results[i];
      this.#results.set(hash, { height, code: Number(code), codespace, log });
    }
  }
}
