/**
 * The gateway as a meter: what a source says goes in, ends of quarter-hours come out and are recorded with the SDK, which keeps, signs,
 * seals and sends them. Time, source, stores and client are arguments, so that a test can cut the power anywhere.
 *
 * Order of writing: the SDK's store first, then the gateway's own state. Cut between the two, the state is a quarter-hour old, and what it
 * would state again is known by its slot. A disk that is full or read-only makes the ends wait in memory, until it takes them.
 */
import { dateToDay, dayOfSlot, firstSlot, type MeterStatus, type MeterStore, ProtocolError, type Reading } from '../../sdk/ts/src/index.ts';
import type { InvocationCounters } from './parse/counters.ts';
import type { Settings } from './settings.ts';
import type { Clock } from './slots/clock.ts';
import type { SlotEnd } from './slots/ends.ts';
import type { Stop } from './slots/judge.ts';
import { type Kept, keptOf, restoredOf } from './slots/kept.ts';
import { type Counts, type QuarterState, Quarters } from './slots/quarters.ts';
import { planOf, type RegisterPlan } from './slots/sample.ts';
import type { Outcome, Telegram } from './telegram.ts';

/** What of a MeterClient is used. */
export interface Meter {
  readonly meter: string;
  status(): MeterStatus;
  startDay(day: number, importRegisterWh: bigint, exportRegisterWh: bigint): Promise<void>;
  recordAll(readings: readonly Reading[]): Promise<void>;
  run(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface DeviceEvent {
  kind:
    | 'stopped'
    | 'refused'
    | 'cannot-write'
    | 'writes-again'
    | 'clock-set'
    | 'clock-trusted'
    | 'started'
    | 'plan'
    | 'source-lost'
    | 'whole-kwh';
  message: string;
}

export interface DeviceOptions {
  settings: Pick<
    Settings,
    'firstDate' | 'maxWhPerSlot' | 'rollsOverAtWh' | 'distanceS' | 'confirmations' | 'lagS' | 'stillS' | 'registers'
  >;
  clock: Clock;
  openMeter: () => Promise<Meter>;
  openState: () => Promise<MeterStore>;
  /** Of an enciphered port: kept with the rest. */
  counters?: InvocationCounters;
  onEvent: (event: DeviceEvent) => void;
}

export interface DeviceStatus {
  stop: Stop | undefined;
  isClockTrusted: boolean;
  counts: Counts;
  /** ends of quarter-hours that wait for the disk */
  waiting: number;
  wholeKiloWh: boolean;
  lastBelievedUnixS: number | undefined;
  plan: RegisterPlan | undefined;
  meter: MeterStatus | undefined;
}

const SLOT_MS = 900_000;
const WAITING_MOST = 4_000;
const PLAN_TIMES = 3;
const WHOLE_KILO_WH_AFTER = 200;

/** So long before a quarter-hour's end, what is known is written down: whatever starts again within `distanceS` goes on from there. */
const KEEP_BEFORE_MS = 10_000;

interface Stored extends Kept {
  plan?: RegisterPlan;
  counters?: Record<string, number>;
}

export class Device {
  readonly #o: DeviceOptions;
  readonly #firstDay: number;
  #state: MeterStore | undefined;
  #quarters: Quarters | undefined;
  #restored: QuarterState = {};
  #plan: RegisterPlan | undefined;
  #proposed: { plan: RegisterPlan; times: number } | undefined;
  #client: { meter: Meter; stop: AbortController; run: Promise<void> } | undefined;
  #waiting: SlotEnd[] = [];
  #saving: Promise<void> | undefined;
  #toSave = false;
  #keptAt: number | undefined;
  #cannotWrite = '';
  #saidStop = false;
  #saidWhole = false;
  readonly #early = { counts: { believed: 0, dropped: {} as Record<string, number>, missingSlots: 0 } };

  private constructor(options: DeviceOptions) {
    this.#o = options;
    this.#firstDay = dateToDay(options.settings.firstDate);
    this.#plan = options.settings.registers;
  }

  /** Takes up where it was. Rejects where the stores are another meter's, or in use. */
  static async open(options: DeviceOptions): Promise<Device> {
    const device = new Device(options);
    device.#state = await options.openState();
    const stored = (await device.#state.load()).get('state') as Stored | undefined;
    if (stored) {
      device.#plan ??= stored.plan;
      device.#restored = restoredOf(stored, device.#plan);
      options.counters?.restore(stored.counters ?? {});
    }
    await device.#open();
    return device;
  }

  /** What a source says. */
  hear(outcome: Outcome): void {
    const { clock } = this.#o;
    this.lookAtClock();
    if ('bad' in outcome) this.#drop(outcome.bad);
    else if (!clock.isTrusted) this.#drop('clock-not-trusted');
    else this.#take(outcome.telegram, clock.unixMs(outcome.atMs));
  }

  #take(telegram: Telegram, atMs: number): void {
    const quarters = this.#quarters ?? this.#begin(telegram);
    if (!quarters) return;
    const ends = quarters.take(telegram, atMs);
    if (quarters.stop && !this.#saidStop) this.#sayStop(quarters.stop);
    if (!this.#saidWhole && quarters.counts.believed > WHOLE_KILO_WH_AFTER && quarters.granuleMilliWh === 1_000_000n) this.#sayWhole();
    if (ends.length === 0 && !this.#isToKeep(quarters.newestMs)) return;
    this.#waiting.push(...ends);
    if (this.#waiting.length > WAITING_MOST) this.#waiting.splice(0, this.#waiting.length - WAITING_MOST);
    void this.save();
  }

  /**
   * Shortly before a quarter-hour's end, and at the first telegram behind it that is not dropped: what is not confirmed yet is written down
   * too, so that power that is cut now costs no end that was seen.
   */
  #isToKeep(atMs: number | undefined): boolean {
    if (atMs === undefined) return false;
    const marks = Math.floor(atMs / SLOT_MS) + Math.floor((atMs + KEEP_BEFORE_MS) / SLOT_MS);
    const isNew = this.#keptAt !== marks;
    this.#keptAt = marks;
    return isNew;
  }

  /** Whether somebody set the clock since the last look. */
  lookAtClock(): void {
    if (this.#o.clock.look(performance.now()) === 'set') this.#clockWasSet();
  }

  #drop(code: string): void {
    const { dropped } = this.#quarters?.counts ?? this.#early.counts;
    dropped[code] = (dropped[code] ?? 0) + 1;
  }

  #clockWasSet(): void {
    this.#o.clock.doubt();
    this.#quarters?.forgetTimes();
    this.#o.onEvent({ kind: 'clock-set', message: 'the clock was set: readings from before and after are not put together' });
  }

  /** The registers to read are declared, or what three telegrams in a row have. */
  #begin(telegram: Telegram): Quarters | undefined {
    if (!this.#plan) {
      const plan = planOf(telegram);
      const isSame = JSON.stringify(plan) === JSON.stringify(this.#proposed?.plan);
      this.#proposed = { plan, times: isSame ? this.#proposed!.times + 1 : 1 };
      if (this.#proposed.times < PLAN_TIMES || plan.import.length === 0) return undefined;
      this.#plan = plan;
      const message = `import is ${plan.import.join(' + ')}, export ${plan.export.join(' + ') || 'none: stated as 0'}`;
      this.#o.onEvent({ kind: 'plan', message });
    }
    const { maxWhPerSlot, rollsOverAtWh, distanceS, confirmations, lagS, stillS } = this.#o.settings;
    const rolls = { ...(rollsOverAtWh === undefined ? {} : { rollsOverAtWh }), ...(stillS === undefined ? {} : { stillS }) };
    this.#quarters = new Quarters({ plan: this.#plan, maxWhPerSlot, distanceS, confirmations, lagS, ...rolls }, this.#restored);
    Object.assign(this.#quarters.counts.dropped, this.#early.counts.dropped);
    return this.#quarters;
  }

  #sayStop(why: Stop): void {
    this.#saidStop = true;
    this.#o.onEvent({ kind: 'stopped', message: STOPPED[why] });
    void this.save();
  }

  #sayWhole(): void {
    this.#saidWhole = true;
    const message =
      'the meter shows whole kWh: a quarter-hour gets them when the display moves (a meter locked by its PIN shows more once unlocked)';
    this.#o.onEvent({ kind: 'whole-kwh', message });
  }

  // ---- what is kept

  async #open(): Promise<Meter> {
    if (!this.#client) {
      const meter = await this.#o.openMeter();
      const stop = new AbortController();
      this.#client = { meter, stop, run: meter.run(stop.signal) };
    }
    return this.#client.meter;
  }

  async #shut(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    client?.stop.abort();
    await client?.run.catch(() => {});
    await client?.meter.close().catch(() => {}); // what made it fail may fail it here too
  }

  /** Writes down what waits; called again later, goes on where it could not. */
  save(): Promise<void> {
    this.#toSave = true;
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  /** Again, where there was more to write meanwhile. */
  async #saveAll(): Promise<void> {
    while (this.#toSave) {
      this.#toSave = false;
      await this.#save();
    }
  }

  async #save(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const meter = await this.#open();
        const isStarted = meter.status().newestSlot !== undefined;
        const ends = this.#waiting.slice(0, isStarted ? undefined : 1);
        await (isStarted ? this.#record(meter, ends) : this.#start(meter, ends[0]));
        this.#waiting = this.#waiting.filter((end) => !ends.includes(end));
      }
      await this.#keepState();
      if (this.#cannotWrite) this.#o.onEvent({ kind: 'writes-again', message: 'the disk takes readings again' });
      this.#cannotWrite = '';
    } catch (error) {
      const why = (error as { code?: string }).code ?? (error as Error).message;
      if (this.#cannotWrite !== why) this.#o.onEvent({ kind: 'cannot-write', message: `readings wait in memory: ${why}` });
      this.#cannotWrite = why;
      await this.#shut();
      await this.#state?.close().catch(() => {});
      this.#state = undefined;
    }
  }

  /** In one write; where one of several is refused, each for itself. */
  async #record(meter: Meter, ends: readonly SlotEnd[]): Promise<void> {
    const { newestSlot } = meter.status();
    const anew = ends.filter(({ slot }) => slot > newestSlot!);
    if (anew.length === 0) return;
    try {
      await meter.recordAll(anew);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (anew.length > 1) {
        for (const end of anew) await this.#record(meter, [end]);
        return;
      }
      this.#drop(error.code);
      this.#o.onEvent({ kind: 'refused', message: `the quarter-hour ${anew[0].slot} is not recorded: ${error.message}` });
    }
  }

  /** The registers at the first midnight from the first day on. */
  async #start(meter: Meter, { slot, importRegisterWh, exportRegisterWh }: SlotEnd): Promise<void> {
    const day = dayOfSlot(slot + 1);
    if (day < this.#firstDay || firstSlot(day) !== slot + 1) return;
    await meter.startDay(day, importRegisterWh, exportRegisterWh);
    this.#o.onEvent({
      kind: 'started',
      message: 'the registers of the first midnight are known: every quarter-hour is stated from here on',
    });
  }

  async #keepState(): Promise<void> {
    const { counters } = this.#o;
    const stored: Stored = {
      ...keptOf(this.#quarters?.state ?? this.#restored),
      ...(counters ? { counters: counters.state } : {}),
      ...(this.#plan ? { plan: this.#plan } : {}),
    };
    this.#state ??= await this.#o.openState();
    await this.#state.commit([['state', stored]]);
  }

  status(): DeviceStatus {
    const newest = this.#quarters?.newest;
    return {
      stop: this.#quarters?.stop ?? this.#restored.stop,
      isClockTrusted: this.#o.clock.isTrusted,
      counts: this.#quarters?.counts ?? this.#early.counts,
      waiting: this.#waiting.length,
      wholeKiloWh: this.#saidWhole,
      lastBelievedUnixS: newest && Math.floor(newest.atMs / 1000),
      plan: this.#plan,
      meter: this.#client?.meter.status(),
    };
  }

  async close(): Promise<void> {
    await this.save();
    await this.#shut();
    await this.#state?.close();
  }
}

const NEW_METER = 'nothing is stated any more; what was recorded goes on being sent. See docs/gateway.md, "An exchanged meter"';
const STOPPED: Record<Stop, string> = {
  'meter-exchanged': `telegrams have another meter's number: ${NEW_METER}`,
  'registers-fell': `the registers are lower than they were, and stay so: another meter, or one that was reset. ${NEW_METER}`,
  'registers-jumped': `the registers are higher than can have flowed, and stay so: another meter, or a wrong limit. ${NEW_METER}`,
  'export-in-import': `the meter adds what is exported to import, which nobody can tell apart later: it needs a backstop. ${NEW_METER}`,
};
