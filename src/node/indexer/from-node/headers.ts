/**
 * The signed headers of a bundle, asked of a node: those that its proofs lead to, and each at which the set of validators changes, found by
 * halving what lies between two heights with other sets. Where a set changed and changed back, both ends agree and nothing is missing: the
 * keys that sign are those that were announced.
 */
import { toBase64 } from '@cosmjs/encoding';
import { type CommitJson, type HeaderJson, readHex } from '../../../protocol/comet/index.ts';
import type { KeptHeader } from '../../../protocol/index.ts';
import type { ChainNode } from '../chain/node.ts';
import { believed } from '../errors.ts';

interface Signed {
  header: HeaderJson;
  commit: CommitJson;
}

/** A node's signed headers, each asked once. */
export class Headers {
  readonly #node: ChainNode;
  readonly #known = new Map<number, Promise<Signed>>();

  constructor(node: ChainNode) {
    this.#node = node;
  }

  at(height: number): Promise<Signed> {
    const known = this.#known.get(height) ?? this.#node.signedHeader(height);
    this.#known.set(height, known);
    return known;
  }

  async hash(height: number, field: 'app_hash' | 'validators_hash' | 'next_validators_hash'): Promise<Uint8Array> {
    const { header } = await this.at(height);
    return believed(this.#node, `header ${height}`, () => readHex(header[field], field));
  }

  /** The header with the set that it names. */
  async kept(height: number): Promise<KeptHeader> {
    const { header, commit } = await this.at(height);
    const { validators } = await this.#node.validators(height, await this.hash(height, 'validators_hash'));
    return { header, commit, validators: validators.map(({ publicKey, power }) => ({ key: toBase64(publicKey), power: String(power) })) };
  }

  /** Heights in from … to whose header announces another set than signs it. */
  async turns(from: number, to: number): Promise<number[]> {
    const [begins, ends] = [await this.#set(from, 'validators_hash'), await this.#set(to, 'next_validators_hash')];
    if (begins === ends) return [];
    if (from === to) return [from];
    const middle = Math.floor((from + to) / 2);
    return [...(await this.turns(from, middle)), ...(await this.turns(middle + 1, to))];
  }

  async #set(height: number, field: 'validators_hash' | 'next_validators_hash'): Promise<string> {
    return Buffer.from(await this.hash(height, field)).toString('hex');
  }
}
