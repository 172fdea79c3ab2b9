/** Random bytes that a seed decides: AES-256 in counter mode over zeros. */
import { type Cipheriv, createCipheriv, createHash } from 'node:crypto';

export class SeededRandom {
  readonly #stream: Cipheriv;

  constructor(seed: string) {
    this.#stream = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16));
  }

  bytes(length: number): Buffer {
    return this.#stream.update(Buffer.alloc(length));
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    return this.bytes(4).readUInt32BE() % below;
  }
}
