/** Transaction bytes to messages. What cannot be read is data, not an error: the answer then says why. */
import { TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { meterTypes } from '../../../protocol/messages/messages.ts';

export interface DecodedMessage {
  typeUrl: string;
  value: unknown;
}

const types = new Map(meterTypes as ReadonlyArray<[string, { decode(bytes: Uint8Array): unknown }]>);

/**
 * The messages of a transaction; `value` is undefined where the type is not one of x/meter. A text says why the bytes are no transaction.
 */
export function decodeTx(bytes: Uint8Array): DecodedMessage[] | string {
  try {
    const { bodyBytes } = TxRaw.decode(bytes);
    const { messages } = TxBody.decode(bodyBytes);
    if (messages.length === 0) return 'a transaction without messages';
    return messages.map(({ typeUrl, value }) => ({ typeUrl, value: types.get(typeUrl)?.decode(value) }));
  } catch {
    return 'not an encoded transaction, or a message that does not match its type';
  }
}
