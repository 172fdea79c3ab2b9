/**
 * One run of electra-prove: questions out, answers in, until it ends or says something that is no answer. Then all that wait fail
 * retryably.
 *
 * It gets no environment, so none of its parent's secrets, and what it may write to stderr in a crash is dropped. Nobody has to close it:
 * an idle one does not keep this process alive, and it ends with its stdin, so with this process, however that ends.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ProofJson } from '../../reader/verifier/decode.ts';
import { ProverError } from './errors.ts';
import type { Answer } from './frames.ts';
import { AnswerReader, FAILURE, question } from './frames.ts';

/** Far more than a proof takes on a machine that has other things to do. */
const PATIENCE_MS = 120_000;

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: ProverError): void;
  timer: NodeJS.Timeout;
}

export class NativeProcess {
  readonly #child: ChildProcess;
  readonly #onEnd: (why: string) => void;
  readonly #patienceMs: number;
  readonly #answers = new AnswerReader();
  readonly #waiting = new Map<number, Waiting>();
  readonly #loaded = new Map<string, Promise<void>>();
  #nextJob = 1;
  #ended = false;

  /** @param onEnd called once, unless the end was asked for; @param patienceMs how long an answer may take */
  constructor(binary: string, onEnd: (why: string) => void, patienceMs = PATIENCE_MS) {
    this.#onEnd = onEnd;
    this.#patienceMs = patienceMs;
    this.#child = spawn(binary, [], { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
    this.#child.on('error', (error) => this.end(`cannot be started (${(error as NodeJS.ErrnoException).code})`));
    this.#child.on('exit', (code, signal) => this.end(`ended by itself (${signal ?? code})`));
    this.#child.stdin?.on('error', () => undefined); // its end says it all
    this.#child.stdout?.on('data', (chunk: Uint8Array) => this.#read(chunk));
    this.#child.unref();
    this.#hold(false);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Has it read a proving key, once; the key is known by `name` then. @throws ProverError `bad-key`, `prover-ended` */
  load(name: string, path: string): Promise<void> {
    const known = this.#loaded.get(name) ?? this.#load(name, path);
    this.#loaded.set(name, known);
    return known;
  }

  async #load(name: string, path: string): Promise<void> {
    const answer = await this.#ask('load', name, new TextEncoder().encode(path));
    if (answer.kind !== 'loaded') throw this.#failure(answer, name);
  }

  /** Overwrites the witness once it is sent. @throws ProverError `bad-key`, `prover-ended` */
  async prove(name: string, witness: Uint8Array): Promise<ProofJson> {
    const answer = await this.#ask('prove', name, witness);
    if (answer.kind !== 'proven') throw this.#failure(answer, name);
    return answer.proof;
  }

  #failure(answer: Answer, name: string): ProverError {
    const { code, words } = answer.kind === 'failed' ? answer : { code: FAILURE.internal, words: '' };
    if (code === FAILURE.key) return new ProverError('bad-key', `${name}: ${words}`);
    if (code === FAILURE.witness) return new ProverError('bad-key', `${name}: proving key and circuit do not belong together (${words})`);
    this.end(`answered with code ${code}`);
    return ended(`answered with code ${code}`);
  }

  #ask(kind: 'load' | 'prove', name: string, rest: Uint8Array): Promise<Answer> {
    const job = this.#nextJob++;
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(ended('has ended'));
      const timer = setTimeout(() => this.end('did not answer in time'), this.#patienceMs);
      this.#waiting.set(job, { resolve, reject, timer });
      this.#hold(true);
      const frame = question(kind, job, name, rest);
      rest.fill(0);
      this.#child.stdin?.write(frame, () => frame.fill(0));
    });
  }

  #read(chunk: Uint8Array): void {
    try {
      for (const answer of this.#answers.push(chunk)) this.#settle(answer);
    } catch {
      this.end('answered with something that is no frame');
    }
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.job);
    if (!waiting) {
      this.end('answered a question that was not asked');
      return;
    }
    this.#waiting.delete(answer.job);
    clearTimeout(waiting.timer);
    if (this.#waiting.size === 0) this.#hold(false);
    waiting.resolve(answer);
  }

  /** Whether this process waits for that one. */
  #hold(on: boolean): void {
    for (const pipe of [this.#child.stdin, this.#child.stdout] as unknown as (Socket | null)[]) on ? pipe?.ref() : pipe?.unref();
  }

  /** Kills it if it still runs. Whoever waits is told to try again. */
  end(why: string, asked = false): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#child.kill('SIGKILL');
    this.#hold(false);
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(ended(why));
    }
    this.#waiting.clear();
    if (!asked) this.#onEnd(why);
  }
}

const ended = (why: string): ProverError => new ProverError('prover-ended', `electra-prove ${why}`);
