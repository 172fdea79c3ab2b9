/**
 * Transaction bytes to messages. What cannot be read is data, not an error: the answer then says why.
 *
 * As the chain does (chain/app/ante/encoding.go), only the one encoding of a value is read: bytes that decode and do not encode to
 * themselves hide something that another decoder may see. decode.test.ts holds both against each other, and against much that is malformed.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { mainTypes } from '../../../protocol/messages/main-messages.ts';
import { meterTypes } from '../../../protocol/messages/messages.ts';
import { txMessages } from './tx-wire.ts';

export interface DecodedMessage {
  typeUrl: string;
  value: unknown;
}

interface Codec<T> {
  decode(bytes: Uint8Array): T;
  encode(value: T, writer: BinaryWriter): BinaryWriter;
}

const MESSAGES_MAX = 200;
const types = new Map([...meterTypes, ...mainTypes] as unknown as ReadonlyArray<[string, Codec<unknown>]>);

/**
 * The messages of a transaction; `value` is undefined where the type is not one of a chain of ours. A text says why the bytes are no
 * transaction.
 */
export function decodeTx(bytes: Uint8Array): DecodedMessage[] | string {
  try {
    const messages = txMessages(bytes);
    if (messages.length === 0) return 'a transaction without messages';
    if (messages.length > MESSAGES_MAX) return `a transaction of more than ${MESSAGES_MAX} messages`;
    return messages.map(({ typeUrl, value }) => {
      const type = types.get(typeUrl);
      return { typeUrl, value: type && exact(type, value) };
    });
  } catch {
    return 'not an encoded transaction, or a message that does not match its type, or not in the one encoding of its values';
  }
}

/** What the library's writer keeps to itself: where it has written, and how far. */
interface Written {
  buffer: Uint8Array;
  pos: number;
}

/**
 * Memory for encodings is taken once, and they are compared where they stand: one of its own to a message, thrown away at once, costs more
 * than reading it. Were the writer's fields named otherwise, nothing would be read.
 */
let writer = new BinaryWriter();

function encodesTo<T>(codec: Codec<T>, value: T, bytes: Uint8Array): boolean {
  try {
    const written = codec.encode(value, writer) as unknown as Written;
    const { buffer, pos } = written;
    written.pos = 0;
    if (pos !== bytes.length) return false;
    for (let i = 0; i < pos; i++) if (buffer[i] !== bytes[i]) return false;
    return true;
  } catch (error) {
    writer = new BinaryWriter(); // this one stands in the middle of a value
    throw error;
  }
}

function exact<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const value = codec.decode(bytes);
  if (!encodesTo(codec, value, bytes)) throw new RangeError('not the one encoding');
  return value;
}
