/**
 * The 38 bytes that every sealed plaintext starts with (protocol §3). A sealed box authenticates no sender and binds no context, so the
 * plaintext says itself where it belongs: without this a box could be lifted to another account, slot or chain and would open there.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { type Account, accountBytes } from '../values/address.ts';
import { equalBytes, type LayoutReader, type LayoutWriter, u32LittleEndian } from '../values/bytes.ts';
import { checkChainId, checkInt, checkU32 } from '../values/checks.ts';
import { ProtocolError } from '../values/errors.ts';

export const PROTOCOL_VERSION = 1;
export const KIND_REPORT = 1;
export const KIND_STATEMENT = 2;
export const CONTEXT_BYTES = 32;
export const HEADER_BYTES = 38;

export type Kind = typeof KIND_REPORT | typeof KIND_STATEMENT;

/** Whose box it is: the chain, the meter's account, and the node key epoch that it is sealed to. */
export interface Origin {
  chainId: string;
  meter: Account;
  keyEpoch: number;
}

/** What the carrying transaction says of a box: its origin and the slot (report) or day (statement). */
export interface Carrier extends Origin {
  at: number;
}

const encoder = new TextEncoder();
const TAG = encoder.encode('electra/seal/v1');

/** SHA-256("electra/seal/v1" ‖ kind u8 ‖ chain id ‖ 0x00 ‖ meter address(20) ‖ slot-or-day u32 ‖ keyEpoch u32). */
export function sealContext(kind: Kind, carrier: Carrier): Uint8Array {
  checkInt(kind, KIND_REPORT, KIND_STATEMENT + 1, 'kind');
  return sha256
    .create()
    .update(TAG)
    .update(Uint8Array.of(kind))
    .update(encoder.encode(checkChainId(carrier.chainId)))
    .update(Uint8Array.of(0))
    .update(accountBytes(carrier.meter, 'meter'))
    .update(u32LittleEndian(checkU32(carrier.at, kind === KIND_REPORT ? 'slot' : 'day')))
    .update(u32LittleEndian(checkU32(carrier.keyEpoch, 'keyEpoch')))
    .digest();
}

export function writeHeader(writer: LayoutWriter, kind: Kind, carrier: Carrier): LayoutWriter {
  return writer.u8(PROTOCOL_VERSION).u8(kind).u32(carrier.keyEpoch).raw(sealContext(kind, carrier));
}

/** Reads the 38 bytes and refuses a version, kind, epoch or context other than the carrier's, in this order. */
export function readHeader(reader: LayoutReader, kind: Kind, carrier: Carrier): void {
  if (reader.u8() !== PROTOCOL_VERSION) throw new ProtocolError('wrong-version', 'version', `${PROTOCOL_VERSION}`);
  if (reader.u8() !== kind) throw new ProtocolError('wrong-kind', 'kind', `${kind}`);
  const keyEpoch = reader.u32();
  if (keyEpoch !== carrier.keyEpoch) throw new ProtocolError('wrong-epoch', 'keyEpoch', `${carrier.keyEpoch}, as the message says`);
  if (!equalBytes(reader.raw(CONTEXT_BYTES), sealContext(kind, carrier))) {
    throw new ProtocolError('wrong-context', 'context', 'the context of the carrying transaction');
  }
}
