/**
 * The roster of a day: every meter in service, with its commitment or none, as the chain freezes it (protocol §5).
 *
 * One digest over all of them gives completeness and non-inclusion at once: nobody left out, nobody invented, no signed day
 * called missing.
 */
import { toBech32 } from '@cosmjs/encoding';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { ADDRESS_PREFIX, addressBytes } from '../values/address.ts';
import { ProtocolError } from '../values/errors.ts';
import { fieldFromBytes, fieldToBytes } from '../values/field.ts';
import { assertU32 } from '../values/time.ts';

const VERSION = 1;
const HEAD = 9;
const ENTRY = 53;

export interface RosterEntry {
  /** bech32 address */
  meter: string;
  /** C, or null where the meter signed nothing for the day */
  commitment: bigint | null;
}

export interface Roster {
  day: number;
  /** sorted by address bytes */
  meters: readonly RosterEntry[];
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

/** Order of meters everywhere: by their 20 address bytes. */
export const compareAddresses = (a: string, b: string): number => compareBytes(addressBytes(a), addressBytes(b));

export function encodeRoster(roster: Roster): Uint8Array {
  const bytes = new Uint8Array(HEAD + ENTRY * roster.meters.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  view.setUint32(1, assertU32(roster.day, 'roster.day'), true);
  view.setUint32(5, roster.meters.length, true);
  roster.meters.forEach((entry, i) => {
    const at = HEAD + ENTRY * i;
    bytes.set(addressBytes(entry.meter, `roster.meters[${i}].meter`), at);
    if (entry.commitment !== null) {
      bytes[at + 20] = 1;
      bytes.set(fieldToBytes(entry.commitment), at + 21);
    }
  });
  assertSorted(roster);
  return bytes;
}

export function decodeRoster(bytes: Uint8Array): Roster {
  if (bytes.length < HEAD) throw new ProtocolError('wrong-size', 'roster', `at least ${HEAD} bytes`);
  if (bytes[0] !== VERSION) throw new ProtocolError('wrong-version', 'roster.version', `${VERSION}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(5, true);
  if (bytes.length !== HEAD + ENTRY * count)
    throw new ProtocolError('wrong-size', 'roster', `${HEAD + ENTRY * count} bytes for ${count} meters`);
  const meters = Array.from({ length: count }, (_, i) => decodeEntry(bytes.subarray(HEAD + ENTRY * i, HEAD + ENTRY * (i + 1)), i));
  const roster = { day: view.getUint32(1, true), meters };
  assertSorted(roster);
  return roster;
}

function decodeEntry(bytes: Uint8Array, i: number): RosterEntry {
  const present = bytes[20];
  if (present > 1) throw new ProtocolError('out-of-range', `roster.meters[${i}].present`, '0 or 1');
  const value = fieldFromBytes(bytes.subarray(21), `roster.meters[${i}].commitment`);
  if (present === 0 && value !== 0n)
    throw new ProtocolError('out-of-range', `roster.meters[${i}].commitment`, 'zeros where none is present');
  return { meter: toBech32(ADDRESS_PREFIX, bytes.slice(0, 20)), commitment: present ? value : null };
}

function assertSorted(roster: Roster): void {
  for (let i = 1; i < roster.meters.length; i++) {
    if (compareAddresses(roster.meters[i - 1].meter, roster.meters[i].meter) >= 0) {
      throw new ProtocolError('not-sorted', `roster.meters[${i}].meter`, 'addresses in strictly rising order');
    }
  }
}

/** SHA-256("electra/roster/v1" ‖ encoding), lower-case hex. */
export const rosterDigest = (encoded: Uint8Array): string => bytesToHex(sha256(concatBytes(utf8ToBytes('electra/roster/v1'), encoded)));
