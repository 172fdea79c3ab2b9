/** What readings and statements become in the store: registers, reports to send, the statements of days that are complete. */
import { assertRegister, commitDay, gridId } from '../../../src/protocol/meter/commitment.ts';
import { drawBlinding } from '../../../src/protocol/meter/hedge.ts';
import type { Report } from '../../../src/protocol/meter/report.ts';
import { BLINDING_BYTES, encodeStatement, type Statement } from '../../../src/protocol/meter/statement.ts';
import { meterTag } from '../../../src/protocol/values/address.ts';
import { checkInt, checkU16 } from '../../../src/protocol/values/checks.ts';
import { ProtocolError } from '../../../src/protocol/values/errors.ts';
import { fieldToBytes } from '../../../src/protocol/values/field.ts';
import { dayOfSlot, firstSlot, SLOTS_PER_DAY } from '../../../src/protocol/values/time.ts';
import { type Outbox, storeReport } from './outbox.ts';
import {
  checkAgainstNeighbours,
  type DayValues,
  dayFromRegisters,
  MOST_WH_PER_SLOT,
  type Reading,
  rolledOn,
  spentSlots,
  storeRegisters,
} from './readings.ts';
import type { RegisterMap } from './register-map.ts';
import type { Change } from './store.ts';

const KEEP_STATEMENTS_DAYS = 400;

export interface RecorderOptions {
  chainId: string;
  meter: string;
  /** keys the hedge of each statement's blinding */
  deviceSecret: Uint8Array;
  random: (length: number) => Uint8Array;
  maxWhPerSlot?: number;
  rollsOverAtWh?: bigint;
  keepStatementsDays?: number;
}

export class Recorder {
  readonly #outbox: Outbox;
  readonly #o: RecorderOptions;
  readonly #grid: bigint;

  constructor(outbox: Outbox, options: RecorderOptions) {
    this.#outbox = outbox;
    this.#o = options;
    this.#grid = gridId(options.chainId);
  }

  /** The registers at 00:00 of the meter's first day. */
  startChanges(day: number, importRegisterWh: bigint, exportRegisterWh: bigint): Change[] {
    const slot = firstSlot(day) - 1;
    checkAgainstNeighbours(this.#outbox.registers, { slot, importRegisterWh, exportRegisterWh }, this.#maxWhPerSlot);
    return [
      [`r/${slot}`, storeRegisters({ importWh: importRegisterWh, exportWh: exportRegisterWh })],
      ['b', Math.min(day, this.#outbox.firstDay ?? day)],
    ];
  }

  /** What of readings is to be written down: registers, reports, and the statements of days that they complete. */
  readingChanges(readings: readonly Reading[]): Change[] {
    const registers = this.#outbox.registers.copy();
    const changes = new Map<string, unknown>();
    const days = new Set<number>();
    for (const shown of readings) {
      const reading = this.#rolledOn(registers, shown);
      checkAgainstNeighbours(registers, reading, this.#maxWhPerSlot);
      for (const [key, value] of this.#reportChanges(reportOf(reading))) changes.set(key, value);
      if (this.#outbox.held.has(reading.slot)) changes.set(`h/${reading.slot}`, undefined);
      const day = dayOfSlot(reading.slot);
      if (!this.dayKnown(day) || reading.slot === firstSlot(day) + SLOTS_PER_DAY - 1) {
        const here = { importWh: reading.importRegisterWh, exportWh: reading.exportRegisterWh };
        registers.set(reading.slot, here);
        changes.set(`r/${reading.slot}`, storeRegisters(here));
      }
      for (const near of [day - 1, day, dayOfSlot(reading.slot + 1)]) days.add(near);
    }
    for (const day of [...days].sort((a, b) => a - b)) {
      const values = this.dayKnown(day) ? undefined : this.#dayIfOver(day, registers);
      if (!values) continue;
      for (const [key, value] of this.#statementChanges(values)) changes.set(key, value);
      for (const slot of spentSlots(day, { registers })) {
        registers.delete(slot);
        changes.set(`r/${slot}`, undefined);
      }
    }
    return [...changes];
  }

  #rolledOn(registers: RegisterMap, reading: Reading): Reading {
    const { rollsOverAtWh: rollsOverAt } = this.#o;
    return rollsOverAt === undefined ? reading : rolledOn(registers, reading, { rollsOverAt, maxPerSlot: this.#maxWhPerSlot });
  }

  /** Readings that wait for the chain's clock. Only their range is looked at: they are as wrong as the clock that made them. */
  heldChanges(readings: readonly Reading[]): Change[] {
    return readings.map((reading) => {
      assertRegister(reading.importRegisterWh, 'importRegisterWh');
      assertRegister(reading.exportRegisterWh, 'exportRegisterWh');
      return [`h/${reading.slot}`, storeReport(checkReport(reportOf(reading)))];
    });
  }

  get #maxWhPerSlot(): number {
    return this.#o.maxWhPerSlot ?? MOST_WH_PER_SLOT;
  }

  /** True once a day's statement is queued, sent or given up. */
  dayKnown(day: number): boolean {
    return this.#outbox.statements.has(day) || this.#outbox.isDone(`s/${day}`) || this.#outbox.deadLetters.has(`s/${day}`);
  }

  #dayIfOver(day: number, registers: ReadonlyMap<number, { importWh: bigint; exportWh: bigint }>): DayValues | undefined {
    const end = firstSlot(day) + SLOTS_PER_DAY - 1;
    return registers.has(end) || registers.has(end + 1) ? dayFromRegisters(day, registers) : undefined;
  }

  #reportChanges(report: Report): Change[] {
    checkReport(report);
    const id = `r/${report.slot}`;
    const queued = this.#outbox.reports.get(report.slot);
    if (queued && (queued.importRegisterWh !== report.importRegisterWh || queued.exportRegisterWh !== report.exportRegisterWh)) {
      throw new ProtocolError('already-reported', 'slot', 'the registers that were recorded first for this slot');
    }
    return queued || this.#outbox.isDone(id) || this.#outbox.deadLetters.has(id) ? [] : [[`q/${id}`, storeReport(report)]];
  }

  /** A day that the device states itself: it must fit the registers that are known around it, and the next day begins where it ends. */
  statedChanges(values: DayValues): Change[] {
    const { registers } = this.#outbox;
    const sum = (wh: readonly number[]): bigint => BigInt(wh.reduce((a, b) => a + b, 0));
    const slot = firstSlot(values.day) - 1;
    const start = { importRegisterWh: values.importStartWh, exportRegisterWh: values.exportStartWh };
    const end = {
      importRegisterWh: start.importRegisterWh + sum(values.importWh),
      exportRegisterWh: start.exportRegisterWh + sum(values.exportWh),
    };
    checkAgainstNeighbours(registers, { slot, ...start }, this.#maxWhPerSlot);
    checkAgainstNeighbours(registers, { slot: slot + SLOTS_PER_DAY, ...end }, this.#maxWhPerSlot);
    return [
      ...this.#statementChanges(values),
      ...spentSlots(values.day, this.#outbox).map((spent): Change => [`r/${spent}`, undefined]),
      [`r/${slot + SLOTS_PER_DAY}`, storeRegisters({ importWh: end.importRegisterWh, exportWh: end.exportRegisterWh })],
    ];
  }

  /** Draws the blinding, once: it is in the same write that queues the statement. */
  #statementChanges(values: DayValues): Change[] {
    // The key epoch is not known before sending, so the hedge's context has epoch 0 here.
    const unblinded = { ...values, blinding: new Uint8Array(BLINDING_BYTES) };
    const plaintext = encodeStatement(unblinded, { chainId: this.#o.chainId, meter: this.#o.meter, keyEpoch: 0 });
    const statement: Statement = {
      ...values,
      blinding: drawBlinding({ secret: this.#o.deviceSecret, plaintext, random: this.#o.random(32) }),
    };
    const commitment = fieldToBytes(commitDay({ ...statement, gridId: this.#grid, meterTag: meterTag(this.#o.meter) }));
    return this.#outbox.statementChanges({ statement, commitment }, values.day - (this.#o.keepStatementsDays ?? KEEP_STATEMENTS_DAYS));
  }
}

const reportOf = ({ slot, importRegisterWh, exportRegisterWh, powerW = 0, flags = 0 }: Reading): Report => ({
  slot,
  importRegisterWh,
  exportRegisterWh,
  powerW,
  flags,
});

function checkReport(report: Report): Report {
  checkInt(report.powerW, -(2 ** 31), 2 ** 31, 'powerW');
  checkU16(report.flags, 'flags');
  return report;
}
