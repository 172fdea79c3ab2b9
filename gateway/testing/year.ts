/**
 * One household read through one source, for days on end, with everything that goes wrong thrown in by seed. Telegrams come around each
 * quarter-hour's end, where they matter, and a few between; they go through the source's decoder into a Device as it runs, whose clock,
 * disk and power are a Machine's. Says what was recorded, whether it is true, and what was missed although telegrams showed it.
 */
import type { Reading } from '../../sdk/ts/src/index.ts';
import { PAUSE_MS as FRAME_PAUSE_MS } from '../src/frame/framer.ts';
import type { Outcome } from '../src/telegram.ts';
import { type Fault, Faults, type LongFault } from './faults.ts';
import { DISTANCE_S, Disk, EPOCH_MS, Machine, SERIAL } from './machine.ts';
import { Chance } from './random.ts';
import type { SimulatedSource } from './sources.ts';
import type { Shown } from './telegrams.ts';

/** Registers at the end of each slot, in Wh, from the beginning of a day on: one more than slots. */
export interface Household {
  firstSlot: number;
  importWh: readonly bigint[];
  exportWh: readonly bigint[];
}

export interface YearOptions {
  source: SimulatedSource;
  household: Household;
  seed: number;
  /** One telegram in so many is broken, and one quarter-hour in ten times so many begins something that lasts; 0: none. */
  oneIn: number;
  maxWhPerSlot: number;
  rollsOverAtWh?: bigint;
  /**
   * Seconds by which each telegram comes earlier or later. Nothing flows so near to a quarter-hour's end then, so that what is stated can
   * be held to the Wh against the household whenever telegrams come.
   */
  jitterS?: number;
}

export interface YearResult {
  slots: number;
  stated: number;
  /** stated, and not what the household used: must be empty */
  wrong: string[];
  /** ends between two good telegrams near enough to each other */
  allowed: number;
  /** of these, not stated because the power went before a full disk took them */
  unwritten: number;
  /** of these, not stated for any other reason, which must be none: each with what went wrong around its end */
  missed: string[];
  faults: Record<string, number>;
  dropped: Record<string, number>;
  stop: string | undefined;
  telegrams: number;
}

const SLOT_MS = 900_000;
/** Seconds of a quarter-hour at which telegrams come, from its end on. */
const AT_S = [0, 10, 20, 450, 880, 890] as const;
/** With jitter, nothing flows so near to a quarter-hour's end. */
const PAUSE_MS = 60_000;

interface Truth {
  importMilliWh: bigint;
  exportMilliWh: bigint;
  powerW: number;
}

/** What the meter has counted at an instant: a straight line within each slot, or within its middle. */
function truthOf({ firstSlot, importWh, exportWh }: Household, pauseMs: number): (atMs: number) => Truth {
  const whole = BigInt(SLOT_MS - 2 * pauseMs);
  return (atMs) => {
    const slot = Math.max(0, Math.min(Math.floor(atMs / SLOT_MS) - firstSlot, importWh.length - 2));
    const intoMs = atMs - (firstSlot + slot) * SLOT_MS - pauseMs;
    const part = BigInt(Math.max(0, Math.min(intoMs, SLOT_MS - 2 * pauseMs)));
    const at = (wh: readonly bigint[]): bigint => wh[slot] * 1000n + ((wh[slot + 1] - wh[slot]) * 1000n * part) / whole;
    const net = Number(importWh[slot + 1] - importWh[slot] - (exportWh[slot + 1] - exportWh[slot]));
    const flows = intoMs >= 0 && intoMs < SLOT_MS - 2 * pauseMs;
    return { importMilliWh: at(importWh), exportMilliWh: at(exportWh), powerW: flows ? (net * 3_600_000) / Number(whole) : 0 };
  };
}

interface Seen {
  atMs: number;
  /** of one setting of the clock */
  era: number;
  /** from when the power came until it went */
  life: number;
}

class Run {
  readonly #o: YearOptions;
  readonly #chance: Chance;
  readonly #faults: Faults;
  readonly #truth: (atMs: number) => Truth;
  readonly #disk = new Disk();
  readonly #result: YearResult;
  #machine!: Machine;
  /** silent, or switched off, until then */
  #silentUntilMs = 0;
  #offUntilMs: number | undefined;
  #offAs: LongFault | undefined;
  #wrongUntilMs: number | undefined;
  #fullUntilMs: number | undefined;
  #skipGood = 0;
  /** A telegram that comes right behind a piece of one may be lost with it. */
  #pieceAtMs = Number.NEGATIVE_INFINITY;
  #era = 0;
  #life = 0;
  readonly #good: Seen[] = [];
  /** Times of which the power took what a full disk had not taken: what was believed waits in memory. */
  readonly #unwritten: { fromMs: number; toMs: number }[] = [];
  #fullFromMs = 0;
  /** What went wrong, and when. */
  readonly #log: { atMs: number; what: string }[] = [];

  constructor(options: YearOptions) {
    this.#o = options;
    this.#chance = new Chance(options.seed);
    this.#faults = new Faults(options.source, this.#chance);
    this.#truth = truthOf(options.household, options.jitterS ? PAUSE_MS : 0);
    const slots = options.household.importWh.length - 1;
    this.#result = {
      slots,
      stated: 0,
      wrong: [],
      allowed: 0,
      unwritten: 0,
      missed: [],
      faults: {},
      dropped: {},
      stop: undefined,
      telegrams: 0,
    };
  }

  async run(): Promise<YearResult> {
    const { household, jitterS = 0 } = this.#o;
    const [fromMs, slots] = [household.firstSlot * SLOT_MS, this.#result.slots];
    this.#machine = await this.#switchedOn(fromMs - 30_000);
    for (const atS of [-20, -10]) await this.#say(this.#o.source.write(this.#at(fromMs + atS * 1000)), fromMs + atS * 1000, true);
    for (let slot = 0; slot < slots; slot++) {
      if (this.#o.oneIn > 0 && this.#chance.oneIn(this.#o.oneIn * 10)) this.#begin(this.#faults.long(), fromMs + slot * SLOT_MS);
      for (const atS of AT_S) {
        const jitterMs = jitterS === 0 ? 0 : this.#chance.below(2000 * jitterS) - 1000 * jitterS;
        await this.#telegram(fromMs + slot * SLOT_MS + atS * 1000 + jitterMs);
      }
    }
    const endMs = fromMs + slots * SLOT_MS;
    // Whatever still lasts ends now.
    if (this.#fullUntilMs !== undefined) this.#fullUntilMs = endMs;
    if (this.#offUntilMs !== undefined) this.#offUntilMs = endMs;
    if (this.#wrongUntilMs !== undefined) this.#wrongUntilMs = endMs;
    for (const atS of [20, 30, 40]) await this.#quiet(endMs + atS * 1000);
    await this.#machine.device.save();
    this.#conclude();
    return this.#result;
  }

  #switchedOn(atMs: number, wrongMs = 0): Promise<Machine> {
    const { household, ...more } = this.#o;
    const firstDate = new Date(household.firstSlot * SLOT_MS).toISOString().slice(0, 10);
    return Machine.on(this.#disk, { ...more, firstDate }, atMs, wrongMs);
  }

  #at(atMs: number): Shown {
    const { rollsOverAtWh: at } = this.#o;
    const { importMilliWh, exportMilliWh, powerW } = this.#truth(atMs);
    const onDisplay = (milliWh: bigint): bigint => (at ? milliWh % (at * 1000n) : milliWh);
    const shown = { importMilliWh: onDisplay(importMilliWh), exportMilliWh: onDisplay(exportMilliWh) };
    return { ...shown, powerW: Math.trunc(powerW), unixS: Math.floor(atMs / 1000), serial: SERIAL };
  }

  /** A whole telegram, whatever else is going on. */
  async #quiet(atMs: number): Promise<void> {
    await this.#lookAround(atMs);
    await this.#say(this.#o.source.write(this.#at(atMs)), atMs, true);
  }

  async #telegram(atMs: number): Promise<void> {
    await this.#lookAround(atMs);
    if (this.#offUntilMs !== undefined || atMs < this.#silentUntilMs) return;
    const shown = this.#at(atMs);
    const fault = this.#o.oneIn > 0 && this.#chance.oneIn(this.#o.oneIn) ? this.#faults.short() : undefined;
    if (!fault) return this.#say(this.#faults.whole(shown), atMs, true);
    this.#count(fault, atMs);
    if (fault === 'restart') await this.#restart(atMs);
    if (fault === 'clock jumps') [this.#machine.wrongMs, this.#wrongUntilMs] = [3_600_000, atMs + 1000 * (1 + this.#chance.below(1_000))];
    if (fault === 'clock jumps') this.#machine.isSynchronized = false;
    if (fault === 'power cut') this.#begin('power cut', atMs);
    const sent = this.#faults.broken(fault, shown);
    if (fault === 'power cut' && sent) for (const outcome of this.#decode(sent, atMs)) this.#machine.hear(outcome);
    if (fault === 'power cut') return this.#cut(atMs); // while it was writing
    if (sent) await this.#say(sent, atMs, fault === 'restart' || fault === 'new line');
    if (fault === 'torn' || fault === 'flipped') this.#pieceAtMs = atMs;
  }

  #count(fault: Fault | LongFault, atMs: number): void {
    this.#log.push({ atMs, what: fault });
    this.#result.faults[fault] = (this.#result.faults[fault] ?? 0) + 1;
  }

  /** Something that lasts. */
  #begin(fault: LongFault | 'power cut', atMs: number): void {
    if (this.#offUntilMs !== undefined) return;
    if (fault !== 'power cut') this.#count(fault, atMs);
    const hours = (most: number): number => atMs + 1000 * (60 + this.#chance.below(most * 3_600));
    if (fault === 'silent for hours') this.#silentUntilMs = hours(9);
    else if (fault === 'silent for a week') this.#silentUntilMs = atMs + 7 * 86_400_000;
    else if (fault === 'disk full') this.#fill(atMs, hours(12));
    else {
      this.#cut(atMs);
      [this.#offUntilMs, this.#offAs] = [
        fault === 'power cut' ? atMs + 1000 * (20 + this.#chance.below(200)) : hours(3),
        fault === 'power cut' ? undefined : fault,
      ];
    }
  }

  #fill(atMs: number, untilMs: number): void {
    if (!this.#disk.isFull) this.#fullFromMs = atMs;
    [this.#fullUntilMs, this.#disk.isFull] = [untilMs, true];
  }

  #cut(atMs: number): void {
    this.#life++;
    this.#machine.cut();
    this.#loseMemory(atMs);
  }

  /** What was believed while the disk was full, and what waited to be confirmed, goes with the program. */
  #loseMemory(atMs: number): void {
    if (this.#disk.isFull) this.#unwritten.push({ fromMs: this.#fullFromMs, toMs: atMs + DISTANCE_S * 1000 });
  }

  async #restart(atMs: number): Promise<void> {
    this.#loseMemory(atMs);
    await this.#machine.device.close();
    this.#machine = await this.#switchedOn(atMs);
    this.#skipGood = this.#o.source.isStamped ? 1 : 0; // the first stamp is compared with nothing
  }

  /** Whatever ends by itself. */
  async #lookAround(atMs: number): Promise<void> {
    if (this.#fullUntilMs !== undefined && atMs >= this.#fullUntilMs) [this.#fullUntilMs, this.#disk.isFull] = [undefined, false];
    if (this.#offUntilMs !== undefined && atMs >= this.#offUntilMs) {
      const wrongMs = this.#offAs === 'off, and back in 1970' ? -atMs : this.#offAs === 'off, and back an hour off' ? -3_600_000 : 0;
      this.#machine = await this.#switchedOn(atMs, wrongMs);
      if (wrongMs !== 0) this.#wrongUntilMs = atMs + 1000 * this.#chance.below(7_200);
      [this.#offUntilMs, this.#offAs, this.#skipGood] = [undefined, undefined, this.#o.source.isStamped ? 1 : 0];
    }
    if (this.#wrongUntilMs !== undefined && atMs >= this.#wrongUntilMs) {
      [this.#machine.wrongMs, this.#machine.isSynchronized, this.#wrongUntilMs] = [0, true, undefined];
      this.#machine.device.lookAtClock();
      this.#era++;
      this.#skipGood = this.#o.source.isStamped ? 1 : 0; // the first stamp is compared with nothing
    }
    if (this.#disk.isFull) await this.#machine.device.save();
    if (!this.#machine.clock.isTrusted) await this.#machine.clock.ask(atMs - EPOCH_MS);
  }

  #decode(bytes: Uint8Array, atMs: number): Outcome[] {
    this.#result.telegrams++;
    return this.#machine.decoder.push(bytes, atMs - EPOCH_MS);
  }

  async #say(bytes: Uint8Array, atMs: number, isGood: boolean): Promise<void> {
    for (const outcome of this.#decode(bytes, atMs)) this.#machine.hear(outcome);
    if (this.#machine.wrongMs !== 0) this.#era++;
    else if (isGood && this.#machine.clock.isTrusted) {
      if (this.#skipGood > 0) this.#skipGood--;
      else if (atMs - this.#pieceAtMs > FRAME_PAUSE_MS) this.#good.push({ atMs, era: this.#era, life: this.#life });
    }
    await new Promise(setImmediate); // it writes by itself
  }

  #conclude(): void {
    const { counts, stop } = this.#machine.device.status();
    Object.assign(this.#result.dropped, counts.dropped);
    this.#result.stop = stop;
    const { firstSlot } = this.#o.household;
    const shown = this.#shown();
    for (let slot = firstSlot; slot < firstSlot + this.#result.slots; slot++) {
      const reading = this.#disk.recorded.get(slot);
      const between = shown.get(slot);
      if (between) this.#result.allowed++;
      if (between && !reading) this.#miss(slot);
      if (!reading) continue;
      this.#result.stated++;
      const [low, high] = between ?? [(slot + 1) * SLOT_MS - DISTANCE_S * 1000, (slot + 1) * SLOT_MS + DISTANCE_S * 1000];
      this.#judge(reading, this.#truth(low), this.#truth(high));
    }
  }

  #miss(slot: number): void {
    const endMs = (slot + 1) * SLOT_MS;
    if (this.#unwritten.some(({ fromMs, toMs }) => fromMs <= endMs && endMs <= toMs)) this.#result.unwritten++;
    else this.#result.missed.push(`slot ${slot}: ${this.#around(endMs)}`);
  }

  /** What went wrong in the half hour around an end, and what lasted then. */
  #around(endMs: number): string {
    const near = this.#log.filter(({ atMs }) => Math.abs(atMs - endMs) <= 13 * 3_600_000);
    const lasting = near.filter(({ atMs, what }) => Math.abs(atMs - endMs) <= SLOT_MS || /disk|silent|off|clock|power/.test(what));
    return lasting.map(({ atMs, what }) => `${what} ${((atMs - endMs) / 1000).toFixed(0)}`).join(', ');
  }

  /** Ends that telegrams allow to state: those between which each lies, or the one at which. */
  #shown(): Map<number, [number, number]> {
    const shown = new Map<number, [number, number]>();
    for (let i = 1; i + 2 < this.#good.length; i++) {
      const [before, after] = this.#good.slice(i - 1, i + 1);
      const slot = Math.floor(after.atMs / SLOT_MS) - 1;
      const endMs = (slot + 1) * SLOT_MS;
      if (before.atMs >= endMs || after.atMs - before.atMs > DISTANCE_S * 1000 || !this.#isConfirmed(i)) continue;
      shown.set(slot, after.atMs === endMs ? [endMs, endMs] : [before.atMs, after.atMs]);
    }
    return shown;
  }

  /** Two more come behind it before the power goes; else, for what confirms is not written down each time, two after it has come back. */
  #isConfirmed(i: number): boolean {
    const { era, life } = this.#good[i];
    const isOf = (one: Seen | undefined, its: number): boolean => one?.era === era && one.life === its;
    let at = i + 1;
    if (isOf(this.#good[at], life) && isOf(this.#good[at + 1], life)) return this.#good[i - 1].era === era;
    if (isOf(this.#good[at], life)) at++;
    const next = this.#good[at]?.life ?? life;
    return this.#good[i - 1].era === era && isOf(this.#good[at], next) && isOf(this.#good[at + 1], next);
  }

  #judge({ slot, importRegisterWh, exportRegisterWh }: Reading, low: Truth, high: Truth): void {
    const { stepMilliWh, showsWh = (milliWh: bigint): bigint => (milliWh - (milliWh % stepMilliWh)) / 1000n } = this.#o.source;
    const fits = (wh: bigint, key: 'importMilliWh' | 'exportMilliWh'): boolean => showsWh(low[key]) <= wh && wh <= showsWh(high[key]);
    if (fits(importRegisterWh, 'importMilliWh') && fits(exportRegisterWh, 'exportMilliWh')) return;
    const range = (key: 'importMilliWh' | 'exportMilliWh'): string => `${showsWh(low[key])} to ${showsWh(high[key])}`;
    const expected = `${range('importMilliWh')}, ${range('exportMilliWh')}`;
    this.#result.wrong.push(`slot ${slot}: ${importRegisterWh}, ${exportRegisterWh}; expected ${expected}`);
  }
}

export const runYear = (options: YearOptions): Promise<YearResult> => new Run(options).run();
