/** Ranges of the chain's state, asked of a node from neighbour to neighbour: a store proves one key to a question. */
import { METER_STORE, nextInRange, type Shown, verifyState } from '../../reader/light/index.ts';
import type { ChainNode } from './chain/node.ts';
import { believed, UntrustedNodeError } from './errors.ts';

const RANGE_MAX = 100_000;

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

/** The proof of one key of any store, and that of the store's root under the app hash. */
export async function keyAndStore(target: Target, key: Uint8Array, store: string): Promise<{ proof: string; store: string; shown: Shown }> {
  const [ops] = await target.node.stateProofs(store, [key], target.height);
  const shown = believed(target.node, 'state proof', () => verifyState(target.appHash, store, key, ops));
  return { proof: ops[0].data, store: ops[1].data, shown };
}

/** The same of any store, with the proof of its root under the app hash. */
export async function rangeAndStore(
  target: Target,
  { from, to }: { from: Uint8Array; to: Uint8Array },
  store: string,
): Promise<{ proofs: string[]; store: string }> {
  const proofs: string[] = [];
  for (let key = from; proofs.length < RANGE_MAX; ) {
    const found = await keyAndStore(target, key, store);
    proofs.push(found.proof);
    const next: Uint8Array | null = believed(target.node, 'state proof', () => nextInRange(key, to, found.shown));
    if (next === null) return { proofs, store: found.store };
    key = next;
  }
  throw new UntrustedNodeError('untrusted-node', target.node.name, 'state proof: a range without end');
}
