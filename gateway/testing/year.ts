/**
 * One household read through one source, for days on end, with everything that goes wrong thrown in by seed. Telegrams come around each
 * quarter-hour's end, where they matter, and a few between. Says what was stated, and whether it is true.
 */

import type { JudgeState } from '../src/slots/judge.ts';
import { Quarters } from '../src/slots/quarters.ts';
import { Chance } from './random.ts';
import type { SimulatedSource } from './sources.ts';
import type { Shown } from './telegrams.ts';

/** Registers at the end of each slot, in Wh, from the beginning on: one more than slots. */
export interface Household {
  firstSlot: number;
  importWh: readonly bigint[];
  exportWh: readonly bigint[];
}

export const FAULTS = [
  'torn',
  'glued',
  'flipped',
  'spike',
  'zero',
  'swapped',
  'stale',
  'lost',
  'other serial',
  'silence',
  'restart',
  'clock set',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface YearOptions {
  source: SimulatedSource;
  household: Household;
  seed: number;
  /** One telegram in so many is broken; 0: none. */
  oneIn: number;
  maxWhPerSlot: number;
  rollsOverAtWh?: bigint;
}

export interface YearResult {
  slots: number;
  stated: number;
  /** stated, and not what the household used: must be empty */
  wrong: string[];
  /** ends stated although no telegram showed them: between what the readings on either side show */
  interpolated: number;
  faults: Record<string, number>;
  stop: string | undefined;
  telegrams: number;
}

const SERIAL = '1EMH0012345678';
/** Seconds of a quarter-hour at which telegrams come, from its end on. */
const AT_S = [0, 10, 20, 450, 880, 890] as const;
const DISTANCE_S = 30;

/** What the meter has counted at an instant: a straight line within each slot. */
function truth(
  { firstSlot, importWh, exportWh }: Household,
  atMs: number,
): { importMilliWh: bigint; exportMilliWh: bigint; powerW: number } {
  const slot = Math.min(Math.floor(atMs / 900_000) - firstSlot, importWh.length - 2);
  const partMs = BigInt(atMs - (firstSlot + slot) * 900_000);
  const at = (wh: readonly bigint[]): bigint => wh[slot] * 1000n + ((wh[slot + 1] - wh[slot]) * 1000n * partMs) / 900_000n;
  const net = importWh[slot + 1] - importWh[slot] - (exportWh[slot + 1] - exportWh[slot]);
  return { importMilliWh: at(importWh), exportMilliWh: at(exportWh), powerW: Number(net) * 4 };
}

class Run {
  readonly #o: YearOptions;
  readonly #chance: Chance;
  readonly result: YearResult;
  #quarters: Quarters;
  #decoder: ReturnType<SimulatedSource['decoder']>;
  #silentUntilMs = 0;
  #newestSlot = -1;
  #previous: Uint8Array | undefined;
  #wasBroken = false;
  /** slots whose end a whole telegram showed at the very instant */
  readonly #shown = new Set<number>();

  constructor(options: YearOptions) {
    this.#o = options;
    this.#chance = new Chance(options.seed);
    this.#quarters = this.#open({});
    this.#decoder = options.source.decoder();
    const slots = options.household.importWh.length - 1;
    this.result = { slots, stated: 0, wrong: [], interpolated: 0, faults: {}, stop: undefined, telegrams: 0 };
  }

  #open(state: JudgeState): Quarters {
    const { source, maxWhPerSlot, rollsOverAtWh } = this.#o;
    return new Quarters({ plan: source.plan, maxWhPerSlot, distanceS: DISTANCE_S, ...(rollsOverAtWh ? { rollsOverAtWh } : {}) }, state);
  }

  run(): YearResult {
    const { firstSlot } = this.#o.household;
    for (let slot = firstSlot; slot < firstSlot + this.result.slots; slot++)
      for (const atS of AT_S) this.#telegram((slot * 900 + atS) * 1000);
    const endMs = (firstSlot + this.result.slots) * 900_000;
    this.#shown.add(endMs / 900_000 - 1);
    for (const atS of [0, 10, 20]) this.#push(this.#o.source.write(this.#at(endMs, endMs + atS * 1000)), endMs + atS * 1000);
    this.result.stop = this.#quarters.stop;
    return this.result;
  }

  #at(atMs: number, stampMs = atMs): Shown {
    const { rollsOverAtWh: at } = this.#o;
    const { importMilliWh, exportMilliWh, powerW } = truth(this.#o.household, atMs);
    const onDisplay = (milliWh: bigint): bigint => (at ? milliWh % (at * 1000n) : milliWh);
    const shown = { importMilliWh: onDisplay(importMilliWh), exportMilliWh: onDisplay(exportMilliWh) };
    return { ...shown, powerW, unixS: Math.floor(stampMs / 1000), serial: SERIAL };
  }

  #telegram(atMs: number): void {
    if (atMs < this.#silentUntilMs) return;
    const shown = this.#at(atMs);
    const whole = this.#o.source.write(shown);
    const fault = this.#o.oneIn > 0 && this.#chance.oneIn(this.#o.oneIn) ? this.#chance.of(FAULTS) : undefined;
    if (fault) this.result.faults[fault] = (this.result.faults[fault] ?? 0) + 1;
    const sent = fault ? this.#broken(fault, shown, whole, atMs) : whole;
    // Behind a broken one, a whole telegram may be lost with it.
    const isWhole = sent === whole && !this.#wasBroken;
    this.#wasBroken = fault === 'torn' || fault === 'flipped';
    if (isWhole && atMs % 900_000 === 0) this.#shown.add(atMs / 900_000 - 1);
    this.#previous = whole;
    if (sent) this.#push(sent, atMs);
  }

  #broken(fault: Fault, shown: Shown, whole: Uint8Array, atMs: number): Uint8Array | undefined {
    const { source } = this.#o;
    switch (fault) {
      case 'torn':
        return whole.subarray(0, 1 + this.#chance.below(whole.length - 1));
      case 'glued':
        return source.isSummed ? Uint8Array.from([...whole.subarray(0, this.#chance.below(whole.length)), ...whole]) : undefined;
      case 'flipped': {
        const at = this.#chance.below(whole.length);
        return source.isSummed ? whole.map((byte, i) => (i === at ? byte ^ (1 << this.#chance.below(8)) : byte)) : undefined;
      }
      case 'spike':
        return source.write({ ...shown, importMilliWh: shown.importMilliWh + BigInt(1 + this.#chance.below(900)) * 1_000_000n });
      case 'zero':
        return source.write({ ...shown, importMilliWh: 0n });
      case 'swapped':
        return source.write({ ...shown, importMilliWh: shown.exportMilliWh, exportMilliWh: shown.importMilliWh });
      case 'stale':
        return source.isStamped ? this.#previous : undefined;
      case 'lost':
        return undefined;
      case 'other serial':
        return source.write({ ...shown, serial: '1EMH0099999999' });
      case 'silence':
        this.#silentUntilMs = atMs + 1000 * this.#chance.below(20_000);
        return undefined;
      case 'restart':
        this.#shown.delete(Math.floor(atMs / 900_000) - 1); // what was not yet believed is gone
        this.#quarters = this.#open(this.#quarters.state);
        this.#decoder = source.decoder();
        return whole;
      case 'clock set':
        this.#quarters.forgetTimes();
        return whole;
    }
  }

  #push(bytes: Uint8Array, atMs: number): void {
    this.result.telegrams++;
    for (const outcome of this.#decoder.push(bytes, atMs)) {
      if ('bad' in outcome) this.#quarters.drop(outcome.bad);
      else for (const end of this.#quarters.take(outcome.telegram, outcome.atMs)) this.#judge(end);
    }
  }

  #judge({ slot, importRegisterWh, exportRegisterWh }: { slot: number; importRegisterWh: bigint; exportRegisterWh: bigint }): void {
    if (slot <= this.#newestSlot || slot < this.#o.household.firstSlot) return;
    this.#newestSlot = slot;
    this.result.stated++;
    const { household, source } = this.#o;
    const exact = this.#shown.has(slot);
    if (!exact) this.result.interpolated++;
    const apartMs = exact ? 0 : DISTANCE_S * 1000;
    const cut = (milliWh: bigint): bigint => (milliWh - (milliWh % source.stepMilliWh)) / 1000n;
    const endMs = (slot + 1) * 900_000;
    const [low, high] = [endMs - apartMs, endMs + apartMs].map((ms) => truth(household, Math.max(ms, household.firstSlot * 900_000)));
    const fits = (wh: bigint, key: 'importMilliWh' | 'exportMilliWh'): boolean => cut(low[key]) <= wh && wh <= cut(high[key]);
    if (!fits(importRegisterWh, 'importMilliWh') || !fits(exportRegisterWh, 'exportMilliWh'))
      this.result.wrong.push(`slot ${slot}: ${importRegisterWh}, ${exportRegisterWh}${exact ? '' : ' (interpolated)'}`);
  }
}

export const runYear = (options: YearOptions): YearResult => new Run(options).run();
