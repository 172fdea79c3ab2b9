/**
 * A signed header as one chain shows it another (signed-header.ts), back in the JSON of a node's RPC: so that what lies in a block of a
 * main chain can be read by whoever reads headers. The bytes must be the one encoding of what is read, so nothing in them is overlooked.
 */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { toBase64 } from '@cosmjs/encoding';
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from './bytes.ts';
import type { BlockIdJson, CommitJson, CommitSigJson, HeaderJson } from './json.ts';
import { malformed } from './json.ts';
import { encodeSignedHeader, FIRST_HEADER_HASH, HEADER_HASHES } from './signed-header.ts';

const [VARINT, BYTES] = [0, 2];
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Times that RFC 3339 can write: of the years 1 to 9999. */
const [FIRST_S, LAST_S] = [-62_135_596_800n, 253_402_300_799n];

/** The fields of a message by number. What is not asked for, or is there twice, shows when all is written again. */
class Message {
  readonly #values = new Map<number, (bigint | Uint8Array)[]>();
  readonly #field: string;

  constructor(bytes: Uint8Array, field: string) {
    this.#field = field;
    try {
      const reader = new BinaryReader(bytes);
      while (reader.pos < reader.len) {
        const [number, wire] = reader.tag();
        if (wire !== VARINT && wire !== BYTES) throw new RangeError('no such field');
        const value = wire === VARINT ? BigInt(reader.int64()) : reader.bytes();
        this.#values.set(number, [...(this.#values.get(number) ?? []), value]);
      }
    } catch {
      throw malformed(field, 'the encoding of a message');
    }
  }

  #name = (name: string): string => `${this.#field}.${name}`;

  integer(number: number, name: string): bigint {
    const [value = 0n] = this.#values.get(number) ?? [];
    if (typeof value !== 'bigint') throw malformed(this.#name(name), 'an integer');
    return value;
  }

  bytes(number: number, name: string): Uint8Array {
    const [value = new Uint8Array(0)] = this.#values.get(number) ?? [];
    if (typeof value === 'bigint') throw malformed(this.#name(name), 'bytes');
    return value;
  }

  text(number: number, name: string): string {
    try {
      return utf8.decode(this.bytes(number, name));
    } catch {
      throw malformed(this.#name(name), 'a text in UTF-8');
    }
  }

  hex = (number: number, name: string): string => bytesToHex(this.bytes(number, name)).toUpperCase();

  message = (number: number, name: string): Message => new Message(this.bytes(number, name), this.#name(name));

  messages(number: number, name: string): Message[] {
    return (this.#values.get(number) ?? []).map((value, i) => {
      if (typeof value === 'bigint') throw malformed(this.#name(`${name}[${i}]`), 'a message');
      return new Message(value, this.#name(`${name}[${i}]`));
    });
  }

  /** google.protobuf.Timestamp, as Go writes it. */
  time(number: number, name: string): string {
    const time = this.message(number, name);
    const [seconds, nanos] = [time.integer(1, 'seconds'), time.integer(2, 'nanos')];
    if (seconds < FIRST_S || seconds > LAST_S || nanos < 0n || nanos > 999_999_999n)
      throw malformed(this.#name(name), 'a time of the years 1 to 9999');
    const fraction = String(nanos).padStart(9, '0').replace(/0+$/, '');
    return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction && `.${fraction}`}Z`;
  }

  blockId(number: number, name: string): BlockIdJson {
    const id = this.message(number, name);
    const parts = id.message(2, 'parts');
    return { hash: id.hex(1, 'hash'), parts: { total: Number(parts.integer(1, 'total')), hash: parts.hex(2, 'hash') } };
  }
}

function headerOf(message: Message): HeaderJson {
  const version = message.message(1, 'version');
  const app = version.integer(2, 'app');
  const hashes = HEADER_HASHES.map((name, i) => [name, message.hex(FIRST_HEADER_HASH + i, name)]);
  return {
    version: { block: String(version.integer(1, 'block')), ...(app !== 0n && { app: String(app) }) },
    chain_id: message.text(2, 'chain_id'),
    height: String(message.integer(3, 'height')),
    time: message.time(4, 'time'),
    last_block_id: message.blockId(5, 'last_block_id'),
    ...(Object.fromEntries(hashes) as Record<(typeof HEADER_HASHES)[number], string>),
  };
}

function voteOf(message: Message): CommitSigJson {
  const signature = message.bytes(4, 'signature');
  return {
    block_id_flag: Number(message.integer(1, 'block_id_flag')),
    validator_address: message.hex(2, 'validator_address'),
    timestamp: message.time(3, 'timestamp'),
    signature: signature.length === 0 ? null : toBase64(signature),
  };
}

/** @throws ProtocolError `malformed`, naming the field under `field` */
export function readSignedHeader(bytes: Uint8Array, field: string): { header: HeaderJson; commit: CommitJson } {
  const whole = new Message(bytes, field);
  const header = headerOf(whole.message(1, 'header'));
  const said = whole.message(2, 'commit');
  const commit: CommitJson = {
    height: String(said.integer(1, 'height')),
    round: Number(said.integer(2, 'round')),
    block_id: said.blockId(3, 'block_id'),
    signatures: said.messages(4, 'signatures').map(voteOf),
  };
  if (!equalBytes(encodeSignedHeader({ header, commit }), bytes)) throw malformed(field, 'the one encoding of a signed header');
  return { header, commit };
}
