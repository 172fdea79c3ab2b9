/**
 * The two hashes of a genesis. An auditor's is of what matters to the community and nothing else, so that the chain's own file and a
 * bundle's extract have the same one. The index's is of what it keeps, the first height and CometBFT's validators included: a node that
 * later shows another genesis under the same chain id is refused by it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, type Json } from '../values/canonical.ts';
import type { Shape } from '../values/shape.ts';

const hashOf = (value: Json): Uint8Array => sha256(utf8ToBytes(canonicalJson(value)));

/** SHA-256 of the canonical text of {app_state: {meter}, chain_id, genesis_time}, hex. */
export const extractHash = ({ chain_id, genesis_time }: Shape, meter: Shape): string =>
  bytesToHex(hashOf({ app_state: { meter }, chain_id, genesis_time }));

/** What the index keeps of a genesis: chain_id, genesis_time, initial_height, validators and app_state.meter, as the node gave them. */
export function keptGenesis({ document }: { document: Shape }): { kept: Shape; hash: Uint8Array } {
  const { chain_id, genesis_time, initial_height, validators, app_state } = document;
  const kept: Shape = {
    chain_id,
    genesis_time,
    initial_height: initial_height ?? '1',
    validators: validators ?? [],
    app_state: { meter: (app_state as Shape).meter },
  };
  return { kept, hash: hashOf(kept) };
}
