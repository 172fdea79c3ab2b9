/**
 * What a header says about its block's transactions (data_hash) and about the results of the block before (last_results_hash).
 *
 * data_hash is a tree over the transactions' SHA-256 hashes, so a transaction's name is also its leaf. last_results_hash stands in the NEXT
 * header and covers code, data, gas_wanted and gas_used only: log, codespace and events are a node's word, and no rule may rest on them.
 */
import { U32_MAX } from '../values/time.ts';
import { concatBytes, sha256 } from './bytes.ts';
import type { TxResultJson } from './json.ts';
import { malformed, readBase64, readInt64, readObject } from './json.ts';
import { merkleRoot } from './merkle.ts';
import { bytesField, varintField } from './proto.ts';

/** SHA-256 of each transaction: the hash that names it. */
export const txHashes = (txs: readonly Uint8Array[]): Uint8Array[] => txs.map((tx) => sha256(tx));

/** data_hash from the transactions' hashes. */
export const dataHash = (hashes: readonly Uint8Array[]): Uint8Array => merkleRoot(hashes);

function encodeResult(result: TxResultJson, field: string): Uint8Array {
  const r = readObject(result, field);
  const code = readInt64(r.code ?? 0, `${field}.code`);
  if (code < 0n || code > U32_MAX) throw malformed(`${field}.code`, 'a u32');
  return concatBytes(
    varintField(1, code),
    bytesField(2, r.data === null || r.data === undefined ? new Uint8Array(0) : readBase64(r.data, `${field}.data`)),
    varintField(5, readInt64(r.gas_wanted ?? 0, `${field}.gas_wanted`)),
    varintField(6, readInt64(r.gas_used ?? 0, `${field}.gas_used`)),
  );
}

/** last_results_hash of the header that follows a block with these results. */
export const resultsHash = (results: readonly TxResultJson[]): Uint8Array =>
  merkleRoot(results.map((result, i) => encodeResult(result, `txs_results[${i}]`)));
