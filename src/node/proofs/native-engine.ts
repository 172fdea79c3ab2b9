/**
 * The native engine: a run of electra-prove, a new one after pauses that grow when it ends, and the WebAssembly engine for good when it
 * ended, or its proofs did not verify, several times with nothing accepted in between.
 */
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '../shared/wait.ts';
import type { AnyCircuitName } from './circuits.ts';
import type { Engine } from './engine.ts';
import { ProverError } from './errors.ts';
import { keyFile } from './key-files.ts';
import { NativeProcess } from './native-process.ts';

const MAX_FAILURES = 3;
const FIRST_PAUSE_MS = 250;

export interface NativeOptions {
  binary: string;
  keysDir: string;
  /** how long it may take to answer */
  patienceMs?: number;
  /** made when the native one is given up */
  fallback: () => Engine;
  /** told of each end, and of the change to the other engine */
  warn: (fields: object, message: string) => void;
}

export class NativeEngine implements Engine {
  readonly #options: NativeOptions;
  #process: NativeProcess | undefined;
  #fallback: Engine | undefined;
  #failures = 0;
  #pause: Promise<void> = Promise.resolve();

  constructor(options: NativeOptions) {
    this.#options = options;
  }

  get kind(): 'native' | 'wasm' {
    return this.#fallback ? 'wasm' : 'native';
  }

  /** of the run that is on, for tests that kill it */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Tries until the key is read or the other engine has to. */
  async load(circuit: AnyCircuitName): Promise<void> {
    await keyFile(this.#options.keysDir, `${circuit}.zkey`, (path) => access(path, constants.R_OK));
    while (!this.#fallback) {
      try {
        await this.#ready(circuit);
        return;
      } catch (error) {
        if (!(error instanceof ProverError) || error.code !== 'prover-ended') throw error;
      }
    }
    await this.#fallback.load(circuit);
  }

  async prove(circuit: AnyCircuitName, witness: Uint8Array): ReturnType<Engine['prove']> {
    if (this.#fallback) return this.#fallback.prove(circuit, witness);
    const process = await this.#ready(circuit);
    return process.prove(circuit, witness);
  }

  async #ready(circuit: AnyCircuitName): Promise<NativeProcess> {
    await this.#pause;
    const { binary, keysDir, patienceMs } = this.#options;
    if (!this.#process || this.#process.ended) this.#process = new NativeProcess(binary, (why) => this.#failed(why), patienceMs);
    const process = this.#process;
    await process.load(circuit, join(keysDir, `${circuit}.zkey`));
    return process;
  }

  #failed(why: string): void {
    const failures = ++this.#failures;
    this.#options.warn({ failures }, `electra-prove ${why}`);
    if (failures < MAX_FAILURES) {
      this.#pause = sleep(FIRST_PAUSE_MS * 2 ** (failures - 1));
    } else if (!this.#fallback) {
      this.#fallback = this.#options.fallback();
      this.#options.warn({ failures }, 'electra-prove is given up: proofs are made in WebAssembly from now on, at an eighth of the speed');
    }
  }

  judged(accepted: boolean): void {
    if (accepted) this.#failures = 0;
    else this.#process?.end('made a proof that does not verify');
  }

  close(): void {
    this.#process?.end('was closed', true);
    this.#fallback?.close();
  }
}
