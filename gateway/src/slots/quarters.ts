/** From telegrams to the ends of quarter-hours: the clock, the judge and the straight line between two readings, in this order. */
import type { Telegram } from '../telegram.ts';
import { StampWatch } from './clock.ts';
import { endsBetween, Granule, type SlotEnd } from './ends.ts';
import { Judge, type JudgeOptions, type JudgeState, type Stop } from './judge.ts';
import { type Sample, sampleFrom } from './sample.ts';

export interface QuarterOptions extends JudgeOptions {
  /** How far apart the readings before and after a slot's end may lie. */
  distanceS: number;
}

/** What is kept across restarts. */
export interface QuarterState extends JudgeState {
  /** the steps in which the meter has been seen to count */
  granuleMilliWh?: bigint;
}

export interface Counts {
  believed: number;
  /** by reason */
  dropped: Record<string, number>;
  /** ends of slots that no two readings were near enough to */
  missingSlots: number;
}

export class Quarters {
  readonly #o: QuarterOptions;
  readonly #judge: Judge;
  #stamps = new StampWatch();
  readonly #granule: Granule;
  readonly counts: Counts = { believed: 0, dropped: {}, missingSlots: 0 };
  #before: Sample | undefined;
  /** A quarter-hour in which a reader came back: its end is not known. */
  #backInSlot: number | undefined;
  #stop: Stop | undefined;

  constructor(options: QuarterOptions, state: QuarterState = {}) {
    this.#o = options;
    this.#granule = new Granule(state.granuleMilliWh);
    this.#judge = new Judge(options, state);
    this.#stop = state.stop;
    if (state.last) this.#before = restored(state.last, options);
    if (this.#before) this.#granule.see(this.#before);
  }

  get stop(): Stop | undefined {
    return this.#stop;
  }

  get newest(): Sample | undefined {
    return this.#before;
  }

  /** When the newest telegram came that was not dropped. */
  get newestMs(): number | undefined {
    return this.#judge.newestMs;
  }

  /** 1,000,000 while the meter has shown whole kWh alone. */
  get granuleMilliWh(): bigint {
    return this.#granule.milliWh;
  }

  get state(): QuarterState {
    return { ...this.#judge.state, granuleMilliWh: this.#granule.milliWh };
  }

  drop(code: string): void {
    this.counts.dropped[code] = (this.counts.dropped[code] ?? 0) + 1;
  }

  /** The clock was set. */
  forgetTimes(): void {
    this.#judge.forgetTimes();
    this.#stamps = new StampWatch(); // the meter's clock is apart from ours by something else now
    this.#before = undefined;
  }

  take(telegram: Telegram, atMs: number): SlotEnd[] {
    if (this.#stamps.judge(telegram.stampUnixS, atMs)) {
      this.drop('late');
      return [];
    }
    const verdict = this.#judge.take(telegram, atMs);
    if (verdict.kind === 'stopped') this.#stop = verdict.why;
    if (verdict.kind === 'stopped' || verdict.kind === 'dropped') this.drop(verdict.kind === 'stopped' ? 'stopped' : verdict.code);
    if (verdict.kind === 'dropped' && verdict.code === 'frozen') this.#before = undefined;
    return verdict.kind === 'believed' ? verdict.samples.flatMap((sample) => this.#between(sample)) : [];
  }

  #between(sample: Sample): SlotEnd[] {
    this.counts.believed++;
    this.#granule.see(sample);
    const before = this.#before;
    this.#before = sample;
    if (!before) return [];
    const { ends, missing } = endsBetween(before, sample, this.#o.distanceS * 1000, this.#granule.milliWh);
    const [from, to] = [before, sample].map(({ atMs }) => Math.floor(atMs / SLOT_MS));
    const known = sample.isBack ? [] : ends.filter(({ slot }) => slot !== this.#backInSlot);
    if (sample.isBack) this.#backInSlot = to;
    this.counts.missingSlots += sample.isBack ? to - from : missing + ends.length - known.length;
    return known;
  }
}

const SLOT_MS = 900_000;

function restored(last: NonNullable<JudgeState['last']>, { plan }: QuarterOptions): Sample | undefined {
  if ([...plan.import, ...plan.export].some((name) => !last.registers.has(name))) return undefined;
  return sampleFrom(last.registers, plan, last.atMs, 1n);
}
