/**
 * Registers in, reports and day statements out. A slot's energy is the difference of the registers at its two ends, so a day needs 97 of
 * them: the one at 00:00 UTC and 96 slot ends. Where some are missing (no power, a crash) the day waits; only when the registers on both
 * sides of the gap are equal is it filled, because registers never fall: nothing can have flowed. Anything else would be inventing values.
 */
import { assertRegister, INTERVAL_LIMIT_WH } from '../../../src/protocol/meter/commitment.ts';
import type { Statement } from '../../../src/protocol/meter/statement.ts';
import { ProtocolError } from '../../../src/protocol/values/errors.ts';
import { firstSlot, SLOTS_PER_DAY } from '../../../src/protocol/values/time.ts';
import type { Outbox } from './outbox.ts';
import type { KnownRegisters, RegisterMap, Registers } from './register-map.ts';

/** Registers at the end of a slot, as a meter reads them. */
export interface Reading {
  /** Quarter-hours since 1970-01-01T00:00Z. */
  slot: number;
  /** Wh, 0 ≤ R < 2^56. */
  importRegisterWh: bigint;
  exportRegisterWh: bigint;
  /** W at the slot's end, positive = import. Default 0. */
  powerW?: number;
  flags?: number;
}

export type DayValues = Omit<Statement, 'blinding'>;

export const storeRegisters = ({ importWh, exportWh }: Registers): { i: string; e: string } => ({
  i: String(importWh),
  e: String(exportWh),
});

/** What can have flowed at most, each way, in one slot. */
export const MOST_WH_PER_SLOT = INTERVAL_LIMIT_WH - 1;

const FIELD = { importWh: 'importRegisterWh', exportWh: 'exportRegisterWh' } as const;
const OTHER_METER = 'a meter that was exchanged or reset goes on with a new key: docs/meter-sdk.md, "An exchanged meter"';

/**
 * Refuses a reading that contradicts an earlier one of its slot; falls behind the nearest one known before it, however long before, or runs
 * ahead of the nearest one after it; or is further from one of them than could have flowed in the slots between.
 */
export function checkAgainstNeighbours(registers: RegisterMap, reading: Reading, maxWhPerSlot: number): void {
  const here: KnownRegisters = {
    slot: reading.slot,
    importWh: assertRegister(reading.importRegisterWh, FIELD.importWh),
    exportWh: assertRegister(reading.exportRegisterWh, FIELD.exportWh),
  };
  const same = registers.get(reading.slot);
  if (same && (same.importWh !== here.importWh || same.exportWh !== here.exportWh)) {
    throw new ProtocolError('already-reported', 'slot', 'the registers that were recorded first for this slot');
  }
  const [before, after] = [registers.before(here.slot), registers.after(here.slot)];
  if (before) checkSpan(before, here, maxWhPerSlot);
  if (after) checkSpan(here, after, maxWhPerSlot);
}

function checkSpan(from: KnownRegisters, to: KnownRegisters, maxWhPerSlot: number): void {
  const slots = to.slot - from.slot;
  for (const key of ['importWh', 'exportWh'] as const) {
    const wh = to[key] - from[key];
    if (wh < 0n)
      throw new ProtocolError(
        'register-fell',
        FIELD[key],
        `a register not below that of slot ${from.slot}, ${from[key]} Wh (${OTHER_METER})`,
      );
    const most = BigInt(maxWhPerSlot) * BigInt(slots);
    if (wh > most) throw new ProtocolError('out-of-range', FIELD[key], `at most ${most} Wh in the ${slots} slot(s) up to slot ${to.slot}`);
  }
}

/**
 * The reading with registers that go on where a counter of so many Wh began again at 0: each is the least that the display can stand for
 * and that is not below the nearest one known before. One that would be out of reach did not roll over; it stays, to be refused.
 */
export function rolledOn(registers: RegisterMap, reading: Reading, wh: { rollsOverAt: bigint; maxPerSlot: number }): Reading {
  const same = registers.get(reading.slot);
  const base = same ? { slot: reading.slot, ...same } : registers.before(reading.slot);
  if (!base) return reading;
  const slots = BigInt(reading.slot - base.slot);
  const on = (shown: bigint, known: bigint): bigint => {
    const turns = known - (known % wh.rollsOverAt);
    const next = turns + shown + (turns + shown < known ? wh.rollsOverAt : 0n);
    return next - known <= BigInt(wh.maxPerSlot) * slots ? next : turns + shown;
  };
  for (const field of Object.values(FIELD))
    if (reading[field] >= wh.rollsOverAt) throw new ProtocolError('out-of-range', field, `less than rollsOverAtWh, ${wh.rollsOverAt}`);
  return {
    ...reading,
    importRegisterWh: on(reading.importRegisterWh, base.importWh),
    exportRegisterWh: on(reading.exportRegisterWh, base.exportWh),
  };
}

/** The first register known after a slot, at most two days on. */
function nextKnown(slot: number, registers: ReadonlyMap<number, Registers>): Registers | undefined {
  for (let later = slot + 1; later <= slot + 2 * SLOTS_PER_DAY; later++) {
    const found = registers.get(later);
    if (found) return found;
  }
  return undefined;
}

/** The 97 registers of a day, gaps filled where nothing can have flowed; undefined where one is missing. */
function registersOf(day: number, registers: ReadonlyMap<number, Registers>): (Registers | undefined)[] {
  const start = firstSlot(day) - 1;
  const row = Array.from({ length: SLOTS_PER_DAY + 1 }, (_, i) => registers.get(start + i));
  for (let i = 1; i < row.length; i++) {
    const left = row[i - 1];
    if (row[i] || !left) continue;
    const right = nextKnown(start + i, registers);
    if (right && left.importWh === right.importWh && left.exportWh === right.exportWh) row[i] = left;
  }
  return row;
}

/** Slots of a day whose end register is missing and can't be inferred; the slot before the day's first stands for 00:00. */
export function missingSlots(day: number, registers: ReadonlyMap<number, Registers>): number[] {
  return registersOf(day, registers).flatMap((value, i) => (value ? [] : [firstSlot(day) - 1 + i]));
}

/** The day as its registers tell it, or undefined while one is missing. */
export function dayFromRegisters(day: number, registers: ReadonlyMap<number, Registers>): DayValues | undefined {
  const row = registersOf(day, registers);
  if (row.some((value) => value === undefined)) return undefined;
  const full = row as Registers[];
  const steps = (key: keyof Registers) => full.slice(1).map((value, i) => Number(value[key] - full[i][key]));
  return {
    day,
    importStartWh: full[0].importWh,
    exportStartWh: full[0].exportWh,
    importWh: steps('importWh'),
    exportWh: steps('exportWh'),
    flags: 0,
  };
}

/** Slots whose registers a closed day no longer needs. The day's last register stays: it is the next day's first. */
export function spentSlots(day: number, outbox: Pick<Outbox, 'registers'>): number[] {
  const first = firstSlot(day);
  const spent = Array.from({ length: SLOTS_PER_DAY - 1 }, (_, i) => first + i).filter((slot) => outbox.registers.has(slot));
  const dayBeforeOpen = Array.from({ length: SLOTS_PER_DAY - 1 }, (_, i) => first - 2 - i).some((slot) => outbox.registers.has(slot));
  if (!dayBeforeOpen && outbox.registers.has(first - 1)) spent.push(first - 1);
  return spent;
}
