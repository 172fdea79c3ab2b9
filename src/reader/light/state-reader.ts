/** Reads proofs of the chain's state under one app hash: about keys that are made here, so that a file cannot choose what it proves. */
import { toBase64 } from '@cosmjs/encoding';
import type { Entry, ProofOps, Shown } from './ics23.ts';
import { verifyState } from './ics23.ts';
import { type KeyRange, METER_STORE } from './keys.ts';
import { verifyWalk } from './range.ts';

export class StateReader {
  readonly #file: { store: string };
  readonly #appHash: Uint8Array;
  readonly #name: string;

  /** `store`: such as `meter` */
  constructor(file: { store: string }, appHash: Uint8Array, store = METER_STORE) {
    this.#file = file;
    this.#appHash = appHash;
    this.#name = store;
  }

  ops(key: Uint8Array, proof: string): ProofOps {
    return [
      { type: 'ics23:iavl', key: toBase64(key), data: proof },
      { type: 'ics23:simple', key: toBase64(new TextEncoder().encode(this.#name)), data: this.#file.store },
    ];
  }

  /** A key, there or absent. */
  shown(key: Uint8Array, proof: string): Shown {
    return verifyState(this.#appHash, this.#name, key, this.ops(key, proof));
  }

  one<T>(key: Uint8Array, proof: string, read: (entry: Entry) => T): T | null {
    const shown = this.shown(key, proof);
    return shown.absent ? null : read({ key, value: shown.value });
  }

  /** All entries of a range. */
  range({ from, to }: KeyRange, proofs: readonly string[]): Entry[] {
    const opsOf = (key: Uint8Array, i: number): ProofOps => this.ops(key, proofs[i]);
    return verifyWalk({ appHash: this.#appHash, store: this.#name, from, to, count: proofs.length, opsOf }).entries;
  }

  all<T>(range: KeyRange, proofs: readonly string[], read: (entry: Entry) => T): T[] {
    return this.range(range, proofs).map(read);
  }
}
