/**
 * The hash of a genesis: of what matters to the community and nothing else, so that the chain's own file, what the index keeps and a
 * bundle's genesis.json have the same one. The chain computes it when it begins and keeps it in its state, where a proof shows it
 * (chain/x/meter/types/genesis_form.go).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, type Json } from '../values/canonical.ts';
import type { Shape } from '../values/shape.ts';

/**
 * What the hash is of, and all that a bundle's genesis.json holds: of `app_state` the meters' state and, on a main chain, those of its
 * further modules. Heights are decimal strings.
 */
export const genesisExtract = (chainId: string, genesisTime: string, initialHeight: number, states: Shape): Shape => ({
  app_state: states,
  chain_id: chainId,
  genesis_time: genesisTime,
  initial_height: String(initialHeight),
});

/** Sealing keys are signed for the hash, so their signatures are null in what it is of. */
function unsigned(extract: Shape): Shape {
  const { meter, ...others } = extract.app_state as { meter: Shape };
  if (!Array.isArray(meter.node_keys)) return extract;
  const keys = meter.node_keys.map((key: Shape) => (key?.signature === undefined ? key : { ...key, signature: null }));
  return { ...extract, app_state: { ...others, meter: { ...meter, node_keys: keys } } };
}

/** A genesis document whose sealing keys have these signatures, in base64. */
export function withSignatures(document: Shape, signatures: readonly string[]): Shape {
  const state = document.app_state as { meter: { node_keys: Shape[] } };
  return withMeterState(document, { node_keys: state.meter.node_keys.map((key, i) => ({ ...key, signature: signatures[i] })) });
}

/** A genesis document in whose state of x/meter these fields stand in place of their own. */
export function withMeterState(document: Shape, fields: Shape): Shape {
  const state = document.app_state as { meter: Shape };
  return { ...document, app_state: { ...state, meter: { ...state.meter, ...fields } } };
}

/** SHA-256 of the extract's canonical text, lower-case hex. */
export const genesisHash = (extract: Shape): string => bytesToHex(sha256(utf8ToBytes(canonicalJson(unsigned(extract) as Json))));
