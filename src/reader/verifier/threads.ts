/**
 * The same verification on several cores, for Node: each worker takes a share of the claims with an equation, a randomness and a backend of
 * its own, so each share is as sound as the whole. A worker costs up to half a second to start, so few claims stay on the calling thread.
 * Workers do not keep a process alive.
 *
 * Functions cannot be sent to a thread, so a backend other than noble's comes as the address of a module that makes one.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Backend, BackendModule } from './backend.ts';
import { nobleBackend } from './backend-noble.ts';
import type { BatchResult, Claim, Random } from './batch.ts';
import { verifyBatch } from './batch.ts';
import type { VerificationKey } from './decode.ts';
import { VerifierError } from './errors.ts';

/** Below so many claims starting workers costs more than it saves. */
const WORTH_CLAIMS = 64;
const THREADS_MAX = 16;

export interface Task {
  id: number;
  keyId: number;
  vk: VerificationKey | null;
  claims: readonly Claim[];
}
export type Answer = { id: number } & (
  | { result: BatchResult }
  | { refused: Pick<VerifierError, 'code' | 'field' | 'expected'> }
  | { failed: string }
);

interface Waiting {
  resolve: (result: BatchResult) => void;
  reject: (error: Error) => void;
}

/** The sources run as they are in the repository, compiled in a package. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/** A backend on this thread: that of the module, or noble's. */
export const backendOf = async (module: string | undefined): Promise<Backend> =>
  module === undefined ? nobleBackend : ((await import(module)) as BackendModule).createBackend();

class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #known = new Set<number>();
  #next = 0;

  constructor(backendModule: string | undefined) {
    // `mod`: the package web-worker, which ffjavascript loads, takes every thread for one of its own and loads that module there.
    this.#worker = new Worker(THREAD, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      workerData: { mod: 'node:os', backendModule },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#failed(error));
    this.#worker.on('exit', () => this.#failed(new Error('a verifying thread ended')));
  }

  verify(keyId: number, vk: VerificationKey, claims: readonly Claim[]): Promise<BatchResult> {
    const id = this.#next++;
    const task: Task = { id, keyId, vk: this.#known.has(keyId) ? null : vk, claims };
    this.#known.add(keyId);
    this.#worker.ref(); // alive while there is work
    return new Promise<BatchResult>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(task);
    }).finally(() => {
      if (this.#waiting.size === 0) this.#worker.unref();
    });
  }

  close(): Promise<number> {
    return this.#worker.terminate();
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('result' in answer) waiting?.resolve(answer.result);
    else if ('failed' in answer) waiting?.reject(new Error(`a verifying thread failed: ${answer.failed}`));
    else waiting?.reject(new VerifierError(answer.refused.code, answer.refused.field, answer.refused.expected));
  }

  #failed(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Verifies on `threads` cores once there are enough claims. `close` ends the workers; a process that ends does not need it. */
export class VerifierThreads {
  readonly #threads: number;
  readonly #random: Random;
  readonly #ids = new WeakMap<VerificationKey, number>();
  #pool: Thread[] = [];
  #keys = 0;
  readonly #backendModule: string | undefined;

  /** `random`: for claims that stay on the calling thread; workers draw their own */
  constructor(random: Random, { threads, backendModule }: { threads?: number; backendModule?: URL } = {}) {
    this.#threads = threads ?? Math.min(availableParallelism(), THREADS_MAX);
    this.#random = random;
    this.#backendModule = backendModule?.href;
  }

  /** As verifyBatch. */
  async verifyBatch(vk: VerificationKey, claims: readonly Claim[]): Promise<BatchResult> {
    if (this.#threads < 2 || claims.length < WORTH_CLAIMS)
      return verifyBatch(vk, claims, this.#random, await backendOf(this.#backendModule));
    if (this.#pool.length === 0) this.#pool = Array.from({ length: this.#threads }, () => new Thread(this.#backendModule));
    const keyId = this.#ids.get(vk) ?? this.#keys++;
    this.#ids.set(vk, keyId);
    const share = Math.ceil(claims.length / this.#pool.length);
    const results = await Promise.all(this.#pool.map((thread, i) => thread.verify(keyId, vk, claims.slice(i * share, (i + 1) * share))));
    const bad = results.flatMap((result) => result.bad);
    return { ok: bad.length === 0, bad };
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = [];
    await Promise.all(pool.map((thread) => thread.close()));
  }
}
