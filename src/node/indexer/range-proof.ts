/** Ranges of the chain's state, asked of a node: a store proves one key to a question (range-walk.ts has in which order). */
import { METER_STORE, verifyState } from '../../reader/light/index.ts';
import type { ChainNode } from './chain/node.ts';
import { believed, UntrustedNodeError } from './errors.ts';
import { type Answer, EndlessRange, walkRange } from './range-walk.ts';

/** A state: after block `height`, whose root the next header holds. */
export interface Target {
  node: ChainNode;
  chainId: string;
  height: number;
  appHash: Uint8Array;
}

/** Asks as verifyRange will walk. @throws UntrustedNodeError when the node's proofs do not hold */
export const rangeOf = async (target: Target, range: { from: Uint8Array; to: Uint8Array }): Promise<string[]> =>
  (await rangeAndStore(target, range, METER_STORE)).proofs;

/** The proofs of keys of any store, and that of the store's root under the app hash. */
export async function keysAndStore(target: Target, keys: readonly Uint8Array[], store: string): Promise<Answer[]> {
  const proofs = await target.node.stateProofs(store, keys, target.height);
  return proofs.map((ops, i) => ({
    ...{ proof: ops[0].data, store: ops[1].data },
    shown: believed(target.node, 'state proof', () => verifyState(target.appHash, store, keys[i], ops)),
  }));
}

/** The same of one key. */
export const keyAndStore = async (target: Target, key: Uint8Array, store: string): Promise<Answer> =>
  (await keysAndStore(target, [key], store))[0];

/** The same of any store, with the proof of its root under the app hash, and the entries' keys. @param known as they were before */
export async function rangeAndStore(
  target: Target,
  range: { from: Uint8Array; to: Uint8Array },
  store: string,
  known: readonly Uint8Array[] = [],
): Promise<{ proofs: string[]; store: string; keys: Uint8Array[] }> {
  try {
    const { steps, keys } = await walkRange(range, (some) => keysAndStore(target, some, store), known);
    return { proofs: steps.map(({ proof }) => proof), store: steps[0].store, keys };
  } catch (error) {
    if (!(error instanceof EndlessRange)) throw error;
    throw new UntrustedNodeError('untrusted-node', target.node.name, 'state proof: a range without end');
  }
}
