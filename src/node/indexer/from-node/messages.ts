/** Messages of a kind in a block of a node, of transactions that the chain took. */
import type { RawBlock } from '../chain/node.ts';
import { decodeTx } from '../write/decode.ts';

/** In the block's order. Bytes that are no transaction of ours are none. `T`: what the type's codec makes of one */
export const messagesIn = <T>({ txs, results }: RawBlock, typeUrl: string): T[] =>
  txs
    .flatMap((tx, i) => {
      const messages = Number(results[i]?.code ?? 0) === 0 ? decodeTx(tx) : [];
      return typeof messages === 'string' ? [] : messages;
    })
    .filter((message) => message.typeUrl === typeUrl && message.value !== undefined)
    .map(({ value }) => value as T);
