/** A book that the chain has verified, behind its proven key (docs/prove-book.md): values.ts says how a value is read. */
import { bytesToHex } from '@noble/hashes/utils.js';
import { Proven, ProvenBill } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { fieldFromBytes } from '../../protocol/values/field.ts';
import { U32_MAX, UNIX_S_MAX } from '../../protocol/values/time.ts';
import type { Entry } from './ics23.ts';
import { stateKeys } from './keys.ts';
import { address, bytesOf, dayOf, heightOf, read, whole } from './state-fields.ts';

/** `copies`: entries that are not metered; `height`, `unixS`: of the block with the last part. Hashes in lower-case hex. */
export interface ProvenState {
  day: number;
  version: number;
  bookHash: string;
  totals: string | null;
  entries: number;
  copies: number;
  height: number;
  unixS: number;
  pricesHash: string;
}

export const readProven = (entry: Entry): ProvenState =>
  read(
    entry,
    'proven book',
    Proven,
    (m) => ({
      day: dayOf(m.day, 'proven book.day'),
      version: whole(m.version, 'proven book.version', 1, U32_MAX),
      bookHash: bytesToHex(bytesOf(m.bookHash, 'proven book.book_hash')),
      totals: m.totals.length === 0 ? null : bytesToHex(bytesOf(m.totals, 'proven book.totals')),
      entries: whole(m.entries, 'proven book.entries', 0, U32_MAX),
      copies: whole(m.copies, 'proven book.copies', 0, m.entries),
      height: heightOf(m.height, 'proven book'),
      unixS: whole(m.unixS, 'proven book.unix_s', 0, UNIX_S_MAX),
      pricesHash: bytesToHex(bytesOf(m.pricesHash, 'proven book.prices_hash')),
    }),
    ({ day, version }) => stateKeys.proven(day, version),
  );

/** B of who was metered on a proven day of a main chain, until the day is settled. */
export const readBill = (entry: Entry): bigint =>
  read(
    entry,
    'bill',
    ProvenBill,
    (m) => ({
      day: dayOf(m.day, 'bill.day'),
      meter: address(m.meter, 'bill.meter'),
      bill: fieldFromBytes(bytesOf(m.bill, 'bill.bill'), 'bill.bill'),
    }),
    ({ day, meter }) => stateKeys.bill(day, meter),
  ).bill;
