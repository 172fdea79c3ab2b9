/**
 * To whom a meter seals (protocol §9.8). A node that names a key of its own would read the household: so a key counts when the operator has
 * signed it, whichever node it came through. The meter knows the operator, the chain and its genesis from its outfitting, follows the
 * operator by rotations that the one before has signed, and never takes a second key of an epoch, nor an epoch below one that it has seen.
 * What it has seen is in its store, so that a restart forgets nothing.
 */
import { toHex } from '@cosmjs/encoding';
import type { NodeKey } from '../../../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { type ChainIdentity, followOperator, isSignedBy, nodeKeyDigest } from '../../../src/protocol/meter/operator-signature.ts';
import { accountText } from '../../../src/protocol/values/address.ts';
import { checkBytes, checkU32 } from '../../../src/protocol/values/checks.ts';
import type { MeterChain } from './chain.ts';
import type { KnownOperator, Outbox, SeenKey } from './outbox.ts';

/** What a meter learns when it is outfitted, from its operator and by no network. */
export interface Outfit {
  /** the operator's address, bech32 */
  operator: string;
  /** how many rotations of the operator there were by then: 0 for the operator of genesis */
  rotation?: number;
  /** 32 bytes: of the genesis of the chain (`electra meter outfit` prints it) */
  genesisHash: Uint8Array;
}

/** A key to seal to, or why there is none. `lie`: no honest node would have said this. */
export type KeyAnswer = { nodeKey: { epoch: number; key: Uint8Array } } | { refused: string; message: string; lie: boolean };

function checkOutfit({ operator, rotation = 0, genesisHash }: Outfit): Required<Outfit> {
  return {
    operator: accountText(operator, 'outfit.operator'),
    rotation: checkU32(rotation, 'outfit.rotation'),
    genesisHash: checkBytes(genesisHash, 32, 'outfit.genesisHash'),
  };
}

export class NodeKeys {
  readonly #outbox: Outbox;
  readonly #chain: MeterChain;
  readonly #outfit: Required<Outfit>;
  readonly #identity: ChainIdentity;

  constructor(outbox: Outbox, chain: MeterChain, chainId: string, outfit: Outfit) {
    this.#outbox = outbox;
    this.#chain = chain;
    this.#outfit = checkOutfit(outfit);
    this.#identity = { chainId, genesisHash: this.#outfit.genesisHash };
  }

  /** The newest key of the node, if it may be sealed to. What was seen is kept before it is used. */
  async newest(): Promise<KeyAnswer> {
    const keys = await this.#chain.nodeKeys();
    const newest = keys.reduce<NodeKey | undefined>((a, b) => (a && a.epoch > b.epoch ? a : b), undefined);
    if (!newest) return { refused: 'no-node-key', message: 'the node has published no key to seal to yet', lie: this.#seen !== undefined };
    const seen = this.#seen;
    const key = toHex(newest.key);
    if (seen && newest.epoch < seen.epoch)
      return this.#lie('node-key-old', `the node’s newest key is of epoch ${newest.epoch}; epoch ${seen.epoch} was seen already`);
    if (seen && newest.epoch === seen.epoch)
      return key === seen.key ? { nodeKey: newest } : this.#lie('node-key-second', `the node names a second key of epoch ${newest.epoch}`);
    const { address } = await this.#operator();
    if (!isSignedBy(address, nodeKeyDigest(this.#identity, newest.epoch, newest.key), newest.signature))
      return this.#lie('node-key-unsigned', `the key of epoch ${newest.epoch} is not signed by the operator ${address}`);
    await this.#outbox.commit([['g', { epoch: newest.epoch, key } satisfies SeenKey]]);
    return { nodeKey: newest };
  }

  get #seen(): SeenKey | undefined {
    return this.#outbox.seenKey;
  }

  #lie(refused: string, message: string): KeyAnswer {
    return { refused, message, lie: true };
  }

  /** The operator in force, as far as signatures lead: a rotation without one, by the validators, ends at a new outfit. */
  async #operator(): Promise<KnownOperator> {
    const pinned = `${this.#outfit.operator}/${this.#outfit.rotation}`;
    const stored = this.#outbox.operator;
    const known = stored?.pinned === pinned ? stored : { pinned, n: this.#outfit.rotation, address: this.#outfit.operator };
    const followed = followOperator(this.#identity.chainId, known, await this.#chain.rotations());
    if (followed !== stored) await this.#outbox.commit([['o', followed]]);
    return followed;
  }
}
