/**
 * The outer parts of a transaction, as far as the chain takes them: TxRaw, and a TxBody without options. What is not here decodes to
 * nothing, so that the one encoding of the rest differs from the bytes. (cosmjs-types has all of it, but writes a timeout height from 2^31
 * on wrongly, and reads texts that are none.)
 */
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

interface Any {
  typeUrl: string;
  value: Uint8Array;
}
interface Raw {
  bodyBytes: Uint8Array;
  authInfoBytes: Uint8Array;
  signatures: Uint8Array[];
}
interface Body {
  messages: Any[];
  memo: string;
  timeoutHeight: bigint;
}

const VARINT = 0;
const BYTES = 2;
/** Field number and wire type, as a tag has them. */
const at = (field: number, wire: number): number => (field << 3) | wire;

/** Calls `take` for each field; what it does not take is skipped. */
function read(bytes: Uint8Array, take: (tag: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (!take(at(field, wire), reader)) reader.skip(wire, field);
  }
}

/** Writes what is not empty. */
function put(writer: BinaryWriter, field: number, bytes: Uint8Array): BinaryWriter {
  return bytes.length === 0 ? writer : writer.tag(field, BYTES).bytes(bytes);
}

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

export const TxRaw = {
  decode(bytes: Uint8Array) {
    const raw: Raw = { bodyBytes: new Uint8Array(0), authInfoBytes: new Uint8Array(0), signatures: [] };
    read(bytes, (tag, reader) => {
      if (tag === at(1, BYTES)) raw.bodyBytes = reader.bytes();
      else if (tag === at(2, BYTES)) raw.authInfoBytes = reader.bytes();
      else if (tag === at(3, BYTES)) raw.signatures.push(reader.bytes());
      else return false;
      return true;
    });
    return raw;
  },
  encode({ bodyBytes, authInfoBytes, signatures }: Raw) {
    const writer = put(put(new BinaryWriter(), 1, bodyBytes), 2, authInfoBytes);
    for (const signature of signatures) writer.tag(3, BYTES).bytes(signature);
    return writer;
  },
};

const Any = {
  decode(bytes: Uint8Array): Any {
    const any: Any = { typeUrl: '', value: new Uint8Array(0) };
    read(bytes, (tag, reader) => {
      if (tag === at(1, BYTES)) any.typeUrl = text(reader.bytes());
      else if (tag === at(2, BYTES)) any.value = reader.bytes();
      else return false;
      return true;
    });
    return any;
  },
  encode: ({ typeUrl, value }: Any) => put(put(new BinaryWriter(), 1, Buffer.from(typeUrl)), 2, value),
};

export const TxBody = {
  decode(bytes: Uint8Array) {
    const body: Body = { messages: [], memo: '', timeoutHeight: 0n };
    read(bytes, (tag, reader) => {
      if (tag === at(1, BYTES)) body.messages.push(Any.decode(reader.bytes()));
      else if (tag === at(2, BYTES)) body.memo = text(reader.bytes());
      else if (tag === at(3, VARINT)) body.timeoutHeight = BigInt(reader.uint64());
      else return false;
      return true;
    });
    return body;
  },
  encode({ messages, memo, timeoutHeight }: Body) {
    const writer = new BinaryWriter();
    for (const message of messages) writer.tag(1, BYTES).bytes(Any.encode(message).finish());
    put(writer, 2, Buffer.from(memo));
    return timeoutHeight === 0n ? writer : writer.tag(3, VARINT).uint64(timeoutHeight);
  },
};
