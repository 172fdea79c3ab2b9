/** Blocks made by hand as they are once a node's answers are verified, for what comes behind that. */
import { TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import type { VerifiedBatch, VerifiedBlock } from '../../../src/node/indexer/verify.ts';
import type { Cursor } from '../../../src/node/indexer/write/cursor.ts';
import { dataHash, resultsHash, txHashes } from '../../../src/protocol/comet/index.ts';

export const txOf = (...messages: { typeUrl: string; value: Uint8Array }[]): Uint8Array =>
  TxRaw.encode({
    bodyBytes: TxBody.encode(TxBody.fromPartial({ messages })).finish(),
    authInfoBytes: new Uint8Array(0),
    signatures: [],
  }).finish();

/** Of a chain of one block a second. `codes`: of transactions that failed. */
export const appliedBlock = (height: number, txs: Uint8Array[], codes: number[] = []): VerifiedBlock => ({
  height,
  hash: dataHash(txHashes([Buffer.from(`block ${height}`)])),
  time: { seconds: 1_782_864_000n + BigInt(height), nanos: 999_999_999 },
  txs,
  txHashes: txHashes(txs),
  results: txs.map((_, i) => ({ code: codes[i] ?? 0, data: null, gas_wanted: '0', gas_used: '0' })),
  events: [],
});

export const batchAbove = (cursor: Cursor, ...blocks: VerifiedBlock[]): VerifiedBatch => ({
  blocks,
  turns: [],
  trust: { ...cursor, height: blocks.at(-1)!.height, blockHash: blocks.at(-1)!.hash, resultsHash: resultsHash(blocks.at(-1)!.results) },
});
