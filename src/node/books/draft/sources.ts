/**
 * Which of the three sources a rostered meter's day has (protocol §6), and the readings that follow from it:
 *
 *   metered      its own statement: opened, of the roster's commitment, beginning where its last metered day ended
 *   substitute   the roster has no commitment
 *   disputed     the roster has one, but there is no valid opening of it, or the operator disputed it by hand; DisputeDay is on the chain
 *
 * Registers that do not go on from the day before are no valid opening: L0 could not be the L1 of the day before, and the auditor would
 * refuse the whole community's day for one meter. After substitutes and disputed days they may jump, since nobody knew the true register,
 * but not out of what the connection can have carried since the last metered day: no correction could ever close such a gap
 * (src/protocol/day/spread.ts). A late statement has to fit the next metered day in the same way, or the final reading where none follows.
 */

import type { Registers } from '../../../protocol/day/spread.ts';
import { isPlausible } from '../../../protocol/day/spread.ts';
import type { Profile } from '../../../protocol/day/substitutes.ts';
import { substitute } from '../../../protocol/day/substitutes.ts';
import type { Source } from '../../../protocol/index.ts';
import { commitDay, fieldFromBytes, gridId, meterTag, SLOTS_PER_DAY, ZERO_DAY } from '../../../protocol/index.ts';
import type { Copy, Reading } from './compose.ts';
import { sumWh } from './compose.ts';
import type { Draws } from './randomness.ts';

/** An opened statement of the day with the commitment it came with. */
export interface Statement {
  status: 'opened' | 'refused';
  reason: string | null;
  commitment: Uint8Array;
  importStartWh: bigint;
  exportStartWh: bigint;
  importWh: number[];
  exportWh: number[];
  blinding: Uint8Array;
}
/** A midnight at which a meter's registers are known, because the day before it (or after it) is metered. `day`: the day that it begins. */
export type Known = Registers & { day: number };
/** The meter's latest booked day before this one. */
export interface Before {
  day: number;
  source: Source;
  importEndWh: bigint;
  exportEndWh: bigint;
}

export interface MeterDay {
  meter: string;
  member: string;
  day: number;
  /** C on the roster */
  rostered: bigint | null;
  /** the chain holds a box of this day, opened or not */
  sealed: boolean;
  statement: Statement | undefined;
  before: Before | undefined;
  /** as enrolled */
  maxWhPerSlot: number;
  /** the last known midnight not after the day's beginning, the first one not before its end */
  lastKnown: Known | undefined;
  nextKnown: Known | undefined;
  /** the midnight at which the chain's final reading was taken, where no metered day follows this one */
  finalReading: Known | undefined;
  /** a dispute of this day is on the chain */
  disputed: boolean;
}

/** Why the box of a rostered commitment does not open to it: a stable code, public in the dispute; null when it does. */
export function unopenedFault({ rostered, statement }: MeterDay): string | null {
  if (!statement) return 'no-box';
  if (statement.status === 'refused') return statement.reason ?? 'refused';
  return fieldFromBytes(statement.commitment, 'commitment') === rostered ? null : 'commitment-mismatch';
}

/** Why a rostered commitment has no valid opening: the same, or that its registers cannot be true beside those around it. */
export function openingFault(meterDay: MeterDay): string | null {
  return unopenedFault(meterDay) ?? (fits(meterDay, meterDay.statement!) ? null : 'registers-jump');
}

/** Whether a statement's registers may be true beside those known before and after it: equal at the same midnight, in reach otherwise. */
function fits(
  { day, maxWhPerSlot, lastKnown, nextKnown, finalReading }: MeterDay,
  { importStartWh, exportStartWh, importWh, exportWh }: Statement,
): boolean {
  const slots = (days: number) => days * SLOTS_PER_DAY;
  const reaches = (from: Registers, to: Registers, days: number) =>
    isPlausible(from.importWh, to.importWh, slots(days), maxWhPerSlot) &&
    isPlausible(from.exportWh, to.exportWh, slots(days), maxWhPerSlot);
  const start = { importWh: importStartWh, exportWh: exportStartWh };
  const end = { importWh: importStartWh + sumWh(importWh), exportWh: exportStartWh + sumWh(exportWh) };
  const after = nextKnown ?? finalReading;
  return (!lastKnown || reaches(lastKnown, start, day - lastKnown.day)) && (!after || reaches(end, after, after.day - day - 1));
}

/** The source of a day, or the reason of the dispute that must be on the chain first. */
export function sourceOf(meterDay: MeterDay): { source: Source } | { dispute: string } {
  if (meterDay.rostered === null) return { source: 'substitute' };
  if (meterDay.disputed) return { source: 'disputed' };
  const fault = openingFault(meterDay);
  return fault === null ? { source: 'metered' } : { dispute: fault };
}

/** The day that a substitute copies: its values, and what opens the commitment to them. */
export type CopiedDay = Copy & Profile;

/** The zero day, which needs nothing to open it. */
const ZERO: Copy = { ...ZERO_DAY, importStartWh: 0n, exportStartWh: 0n, blinding: new Uint8Array(31) };

/** The readings of a day. `copied`: the day that a substitute or a dispute copies, null for the zero day; looked at there only. */
export function readingOf(
  meterDay: MeterDay,
  source: Source,
  { chainId, copied, u0, u1, draws }: { chainId: string; copied: CopiedDay | null; u0: bigint; u1: bigint; draws: Draws },
): Reading {
  const { meter, member, day, statement, before } = meterDay;
  if (source === 'metered') {
    const { importStartWh, exportStartWh, importWh, exportWh, blinding } = statement!;
    const values = { importStartWh, exportStartWh, importWh, exportWh };
    return { meter, member, source, ...values, blinding, C: meterDay.rostered!, u0, u1, copy: null };
  }
  const values = substitute(copied, before);
  const blinding = draws.dayBlindingOf(meter);
  const C = commitDay({ ...values, blinding, gridId: gridId(chainId), meterTag: meterTag(meter), day });
  return { meter, member, source, ...values, blinding, C, u0, u1, copy: copied ? openingOf(copied) : ZERO };
}

/** The day without its values: the substitute has them. */
const openingOf = ({ importWh: _import, exportWh: _export, ...copy }: CopiedDay): Copy => copy;
