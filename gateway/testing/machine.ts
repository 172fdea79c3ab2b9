/** The machine of a gateway whose clock, disk and power are a test's: it runs a Device over them, from one power cut to the next. */
import { firstSlot as firstSlotOf, type MeterStatus, memoryStore, type Reading } from '../../sdk/ts/src/index.ts';
import { Device, type Meter } from '../src/device.ts';
import { InvocationCounters } from '../src/parse/counters.ts';
import { Clock } from '../src/slots/clock.ts';
import type { Outcome } from '../src/telegram.ts';
import type { SimulatedSource } from './sources.ts';

export const SERIAL = '1EMH0012345678';
export const DISTANCE_S = 30;
/** Where the monotonic clock of the simulation has its zero. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

interface MachineOptions {
  source: SimulatedSource;
  /** the first day that is stated */
  firstDate: string;
  maxWhPerSlot: number;
  rollsOverAtWh?: bigint;
}

/** What outlives a power cut. */
export class Disk {
  readonly state = new Map<string, string>();
  readonly recorded = new Map<number, Reading>();
  newestSlot: number | undefined;
  isFull = false;

  assertWritable(): void {
    if (this.isFull) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  }
}

/** The machine's two clocks, read at one instant: a machine that is busy reads them apart, by milliseconds, and by chance. */
class SimulatedClock extends Clock {
  readonly #read: { monotonicMs: number };

  constructor(isSynchronized: () => Promise<boolean>, wrongMs: () => number) {
    const read = { monotonicMs: 0 };
    super({ isSynchronized, nowMs: () => read.monotonicMs + wrongMs() + EPOCH_MS });
    this.#read = read;
  }

  override look(monotonicMs: number): 'set' | 'steady' {
    this.#read.monotonicMs = monotonicMs;
    return super.look(monotonicMs);
  }
}

/** A machine from when it is switched on until its power is cut; whatever it still wants to write then is lost. */
export class Machine {
  readonly #disk: Disk;
  readonly clock: Clock;
  readonly decoder: ReturnType<SimulatedSource['decoder']>;
  device!: Device;
  /** what its clock is off by */
  wrongMs: number;
  isSynchronized: boolean;
  #isOn = true;

  private constructor(disk: Disk, source: SimulatedSource, counters: InvocationCounters, wrongMs: number) {
    this.#disk = disk;
    this.wrongMs = wrongMs;
    this.isSynchronized = wrongMs === 0;
    this.decoder = source.decoder(counters);
    this.clock = new SimulatedClock(
      async () => this.isSynchronized,
      () => this.wrongMs,
    );
  }

  static async on(
    disk: Disk,
    { source, firstDate, maxWhPerSlot, rollsOverAtWh }: MachineOptions,
    atMs: number,
    wrongMs: number,
  ): Promise<Machine> {
    const counters = new InvocationCounters();
    const machine = new Machine(disk, source, counters, wrongMs);
    await machine.clock.ask(atMs - EPOCH_MS);
    const rolls = rollsOverAtWh === undefined ? {} : { rollsOverAtWh };
    machine.device = await Device.open({
      settings: { firstDate, maxWhPerSlot, distanceS: DISTANCE_S, confirmations: 2, lagS: 60, registers: source.plan, ...rolls },
      clock: machine.clock,
      counters,
      openMeter: async () => machine.#meter(),
      openState: async () => {
        const store = memoryStore(disk.state);
        const commit: typeof store.commit = async (changes) => {
          machine.#assertOn();
          disk.assertWritable();
          await store.commit(changes);
        };
        return { load: () => store.load(), commit, close: async () => {} };
      },
      onEvent: () => {},
    });
    return machine;
  }

  #assertOn(): void {
    if (!this.#isOn) throw Object.assign(new Error('no power'), { code: 'EIO' });
  }

  #meter(): Meter {
    const disk = this.#disk;
    return {
      meter: SERIAL,
      status: () => ({ newestSlot: disk.newestSlot }) as MeterStatus,
      startDay: async (day) => {
        this.#assertOn();
        disk.assertWritable();
        disk.newestSlot = firstSlotOf(day) - 1;
      },
      recordAll: async (readings) => {
        this.#assertOn();
        disk.assertWritable();
        for (const reading of readings) disk.recorded.set(reading.slot, reading);
        disk.newestSlot = Math.max(disk.newestSlot!, ...readings.map(({ slot }) => slot));
      },
      run: async () => {},
      close: async () => {},
    };
  }

  cut(): void {
    this.#isOn = false;
  }

  hear(outcome: Outcome): void {
    this.device.hear(outcome);
  }
}
