/**
 * Raw JSON of a CometBFT 0.38 RPC, and the strict reading of its scalars.
 *
 * Raw, because a client library's Date keeps milliseconds while hashes and signatures cover nanoseconds. 64-bit integers come as
 * decimal strings, hashes as hex, keys, signatures and transactions as base64. Whatever else is found is refused by field name:
 * a node is not trusted, and a lenient reader would hash something else than it shows.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { ProtocolError } from '../values/errors.ts';
import { strict } from '../values/strict.ts';

export interface BlockIdJson {
  hash: string;
  parts: { total: number; hash: string };
}

export interface HeaderJson {
  version: { block: string; app?: string };
  chain_id: string;
  height: string;
  /** RFC 3339 with up to nine digits of a second */
  time: string;
  last_block_id: BlockIdJson;
  last_commit_hash: string;
  data_hash: string;
  validators_hash: string;
  next_validators_hash: string;
  consensus_hash: string;
  app_hash: string;
  last_results_hash: string;
  evidence_hash: string;
  proposer_address: string;
}

export interface CommitSigJson {
  block_id_flag: number;
  validator_address: string;
  timestamp: string;
  signature: string | null;
}
export interface CommitJson {
  height: string;
  round: number;
  block_id: BlockIdJson;
  signatures: CommitSigJson[];
}
export interface ValidatorJson {
  address: string;
  pub_key: { type: string; value: string };
  voting_power: string;
}
/**
 * CometBFT's light block, from `/commit` and `/validators` (all pages). `proposer` and `proposer_priority` are under no hash and are not
 * looked at.
 */
export interface LightBlock {
  signed_header: { header: HeaderJson; commit: CommitJson };
  validator_set: { validators: readonly ValidatorJson[] };
}
/** Only these four fields of a result enter last_results_hash: log, events and codespace are the node's word alone. */
export interface TxResultJson {
  code: number;
  data: string | null;
  gas_wanted: string;
  gas_used: string;
}

export const malformed = (field: string, expected: string): ProtocolError => new ProtocolError('malformed', field, expected);

const kit = strict(malformed);
export const readObject: (value: unknown, field: string) => Record<string, unknown> = kit.record;
export const readArray: (value: unknown, field: string) => readonly unknown[] = kit.array;
export const { text: readString, int64: readInt64, base64: readBase64 } = kit;

/** A block height: 0 … 2^53-1. */
export function readHeight(value: unknown, field: string): number {
  const height = Number(readInt64(value, field));
  if (!Number.isSafeInteger(height) || height < 0) throw malformed(field, 'a height');
  return height;
}

/** Hex of either case, as CometBFT writes hashes and addresses. `length`: bytes wanted, or none of them. */
export function readHex(value: unknown, field: string, lengths?: readonly number[]): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = hexToBytes(readString(value, field));
  } catch {
    throw malformed(field, 'hex');
  }
  if (lengths && !lengths.includes(bytes.length)) throw malformed(field, `${lengths.join(' or ')} bytes in hex`);
  return bytes;
}

/** Seconds since 1970 (negative before) and nanoseconds of an RFC 3339 time in UTC, nothing rounded. */
export function readTime(value: unknown, field: string): { seconds: bigint; nanos: number } {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/.exec(readString(value, field));
  if (!match) throw malformed(field, 'an RFC 3339 time in UTC');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC would take the year 1, which absent signatures carry, for 1901
  date.setUTCHours(hour, minute, second, 0);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    throw malformed(field, 'an RFC 3339 time in UTC');
  return { seconds: BigInt(date.getTime() / 1000), nanos: Number((match[7] ?? '').padEnd(9, '0')) };
}
