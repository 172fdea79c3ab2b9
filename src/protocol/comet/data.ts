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

/** The fields of a result before its last one, and their encoding. */
let before: { code: unknown; data: unknown; gasWanted: unknown; encoded: Uint8Array } | undefined;

/** Results of a block differ in what gas they used, and in little else: what is the same as in the one before is not encoded again. */
function encodeResult(result: TxResultJson, field: string): Uint8Array {
  const { code, data, gas_wanted: gasWanted, gas_used: gasUsed } = readObject(result, field);
  if (before === undefined || before.code !== code || before.data !== data || before.gasWanted !== gasWanted) {
    const number = readInt64(code ?? 0, `${field}.code`);
    if (number < 0n || number > U32_MAX) throw malformed(`${field}.code`, 'a u32');
    const encoded = concatBytes(
      varintField(1, number),
      bytesField(2, data === null || data === undefined ? new Uint8Array(0) : readBase64(data, `${field}.data`)),
      varintField(5, readInt64(gasWanted ?? 0, `${field}.gas_wanted`)),
    );
    before = { code, data, gasWanted, encoded };
  }
  return concatBytes(before.encoded, varintField(6, readInt64(gasUsed ?? 0, `${field}.gas_used`)));
}

/** last_results_hash of the header that follows a block with these results. */
export const resultsHash = (results: readonly TxResultJson[]): Uint8Array =>
  merkleRoot(results.map((result, i) => encodeResult(result, `txs_results[${i}]`)));
