/**
 * MsgSend of the SDK's bank, the one message of it that the main chain takes (docs/main-chain.md). Written by hand in the form of the
 * generated codecs: the bank's own definitions would bring ten times as much that nobody may send.
 */
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** `amount`: decimal, as the SDK writes integers of any size. */
export interface Coin {
  denom: string;
  amount: string;
}

export interface MsgSend {
  fromAddress: string;
  toAddress: string;
  amount: Coin[];
}

const WIRE_LENGTHED = 2;
const tagOf = (field: number): number => (field << 3) | WIRE_LENGTHED;

/** Strings and lists of messages by their numbers; whatever else is there is passed over, so that it does not encode to the same. */
function readFields(input: BinaryReader | Uint8Array, length: number | undefined, take: (field: number, reader: BinaryReader) => boolean) {
  const reader = input instanceof BinaryReader ? input : new BinaryReader(input);
  const end = length === undefined ? reader.len : reader.pos + length;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if ((tag & 7) === WIRE_LENGTHED && take(tag >>> 3, reader)) continue;
    if ((tag & 7) === 4 || tag === 0) break;
    reader.skip(tag & 7);
  }
}

function writeText(writer: BinaryWriter, field: number, text: string): void {
  if (text !== '') writer.uint32(tagOf(field)).string(text);
}

/** An integer as the SDK writes it. It reads others too, but each in one spelling. */
const INTEGER = /^(0|-?[1-9]\d*)$/;
const BITS_MAX = 256;

function checkAmount(amount: string): void {
  const size = INTEGER.test(amount) && amount.length <= BITS_MAX ? BigInt(amount.replace('-', '')) : null;
  if (size === null || size >> BigInt(BITS_MAX)) throw new RangeError(`amount: expected an integer of at most ${BITS_MAX} bits`);
}

interface Codec<T> {
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): T;
  fromPartial(message: Partial<T>): T;
}

export const Coin: Codec<Coin> = {
  encode(message, writer = new BinaryWriter()) {
    writeText(writer, 1, message.denom);
    writeText(writer, 2, message.amount);
    return writer;
  },
  decode(input, length) {
    const coin: Coin = { denom: '', amount: '' };
    readFields(input, length, (field, reader) => {
      if (field === 1) coin.denom = reader.string();
      else if (field === 2) coin.amount = reader.string();
      return field === 1 || field === 2;
    });
    checkAmount(coin.amount);
    return coin;
  },
  fromPartial: ({ denom = '', amount = '' }) => ({ denom, amount }),
};

export const MsgSend: Codec<MsgSend> = {
  encode(message, writer = new BinaryWriter()) {
    writeText(writer, 1, message.fromAddress);
    writeText(writer, 2, message.toAddress);
    for (const coin of message.amount) Coin.encode(coin, writer.uint32(tagOf(3)).fork()).join();
    return writer;
  },
  decode(input, length) {
    const send: MsgSend = { fromAddress: '', toAddress: '', amount: [] };
    readFields(input, length, (field, reader) => {
      if (field === 1) send.fromAddress = reader.string();
      else if (field === 2) send.toAddress = reader.string();
      else if (field === 3) send.amount.push(Coin.decode(reader, reader.uint32()));
      return field >= 1 && field <= 3;
    });
    return send;
  },
  fromPartial: ({ fromAddress = '', toAddress = '', amount = [] }) => ({ fromAddress, toAddress, amount: amount.map(Coin.fromPartial) }),
};
