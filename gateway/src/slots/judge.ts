/**
 * Which telegrams are believed. A right check sum says that a telegram came as it was sent, not that the meter sent what is true: registers
 * appear in one another's place, spikes and zeros for a second, values of another meter. Nothing here repairs anything: a telegram is
 * believed, or it is dropped and counted, and what is missing then is missing.
 *
 *   – Registers never fall, and never rise by more than the connection can carry in the time between.
 *   – A sample counts once so many later ones (`confirmations`) fit behind it. Whatever is too high for a moment is never confirmed, since
 *     what follows is lower; whatever is too low does not fit behind what was confirmed before.
 *   – A reader that somebody else made may repeat its last telegram for ever: where nothing at all has changed for long (`stillS`), it is
 *     not taken for new; and what it shows when it comes back is not laid into the quarter-hour in which it came back.
 *   – Telegrams that go on for long in a way that does not fit are another meter, or one that was reset: the gateway stops and says so.
 */
import { type Telegram, TelegramError } from '../telegram.ts';
import { Granule } from './ends.ts';
import { agrees, type Counted, chosen, countedOn, type RegisterPlan, type Sample, sampleOf } from './sample.ts';

export interface JudgeOptions {
  plan: RegisterPlan;
  /** The most that the connection can carry each way in a quarter-hour, as the meter is enrolled with. */
  maxWhPerSlot: number;
  /** Where a register of the display begins again at 0. */
  rollsOverAtWh?: bigint;
  /** How many later telegrams have to fit behind one. Default 2. */
  confirmations?: number;
  /** How long a register may stand still while energy flows, before it is brought up. Default 60 s. */
  lagS?: number;
  /** How long telegrams without a stamp may say the same, registers and power, and still be new. Default: for ever. */
  stillS?: number;
}

export type Stop = 'meter-exchanged' | 'registers-fell' | 'registers-jumped' | 'export-in-import';

/** What is kept across restarts. */
export interface JudgeState {
  serial?: string;
  /** the newest believed sample */
  last?: { atMs: number; registers: Counted };
  /** what came behind it and waits for others to fit behind it */
  candidates?: readonly Candidate[];
  stop?: Stop;
}

export type Verdict =
  | { kind: 'believed'; samples: Sample[] }
  | { kind: 'waits' }
  | {
      kind: 'dropped';
      code: 'implausible' | 'contradiction' | 'other-meter' | 'back-in-time' | 'undeclared' | 'frozen' | 'stale' | 'no-value';
      detail: string;
    }
  | { kind: 'stopped'; why: Stop };

const OTHER_METER_TIMES = 5;
const MISFITS_TO_STOP = 20;
const CANDIDATES_MAX = 32;
const AGREED_TIMES = 3;
const MILLI_WH_PER_WH = 1000n;

export interface Candidate {
  sample: Sample;
  support: number;
}

export class Judge {
  readonly #o: JudgeOptions;
  #serial: string | undefined;
  #otherSerials = 0;
  #newSerial = { serial: '', times: 0 };
  /** Believed last, and since when it has shown this; without times where the clock was set since. */
  #last: { atMs: number | undefined; sinceMs: number | undefined; registers: Counted } | undefined;
  #wasFrozen = false;
  #still: { said: string; sinceMs: number } | undefined;
  #candidates: Candidate[] = [];
  #misfits: { sample: Sample; times: number; fell: boolean } | undefined;
  #agreed = 0;
  #stop: Stop | undefined;
  readonly #watch: FlowWatch;
  /** Registers are behind transformers, what the connection carries is not. */
  readonly #times: bigint;
  /** The steps in which the display has counted: a meter locked by its PIN writes tenths of a Wh and counts in kWh. */
  readonly #granule = new Granule();

  constructor(options: JudgeOptions, state: JudgeState = {}) {
    this.#o = options;
    this.#serial = state.serial;
    this.#last = state.last && { ...state.last, sinceMs: state.last.atMs };
    this.#candidates = [...(state.candidates ?? [])];
    this.#stop = state.stop;
    this.#times = BigInt(options.plan.multiplier ?? 1);
    if (state.last) this.#seeSteps(state.last.registers);
    this.#watch = new FlowWatch(options.lagS ?? 60);
  }

  get state(): JudgeState {
    const last = this.#last?.atMs === undefined ? undefined : { atMs: this.#last.atMs, registers: this.#last.registers };
    return {
      ...(this.#serial === undefined ? {} : { serial: this.#serial }),
      ...(last ? { last } : {}),
      ...(this.#candidates.length > 0 ? { candidates: this.#candidates } : {}),
      ...(this.#stop ? { stop: this.#stop } : {}),
    };
  }

  /** When what was last taken for true, or waits to be, was read. */
  get newestMs(): number | undefined {
    return this.#candidates.at(-1)?.sample.atMs ?? this.#last?.atMs;
  }

  /** The clock was set: times before and after have nothing to do with each other. Registers still never fall. */
  forgetTimes(): void {
    this.#candidates = [];
    this.#still = undefined;
    if (this.#last) this.#last = { atMs: undefined, sinceMs: undefined, registers: this.#last.registers };
  }

  take(telegram: Telegram, atMs: number): Verdict {
    if (this.#stop) return { kind: 'stopped', why: this.#stop };
    const other = this.#otherMeter(telegram.serial);
    if (other) return other;
    if (this.#isStale(telegram, atMs)) return dropped('stale', 'the same for too long to be new');
    const isAgreed = agrees(telegram);
    if (isAgreed === true) this.#agreed++;
    if (isAgreed === false && this.#agreed >= AGREED_TIMES) return dropped('contradiction', 'total and tariffs do not say the same');
    try {
      return this.#judge(this.#sample(telegram, atMs));
    } catch (error) {
      if (error instanceof TelegramError && (error.code === 'undeclared' || error.code === 'no-value'))
        return dropped(error.code, error.message);
      throw error;
    }
  }

  #sample(telegram: Telegram, atMs: number): Sample {
    const { plan, rollsOverAtWh } = this.#o;
    const shown = chosen(telegram, plan);
    const known = this.#last?.registers;
    const fromMs = this.#reachFromMs();
    const reachMilliWh = fromMs === undefined ? undefined : this.#reach(atMs - fromMs, 0n) / this.#times;
    const rollsOverAtMilliWh = rollsOverAtWh === undefined ? undefined : rollsOverAtWh * MILLI_WH_PER_WH;
    return sampleOf(countedOn(shown, known, { rollsOverAtMilliWh, reachMilliWh }), shown, plan, atMs, telegram.powerW);
  }

  #judge(sample: Sample): Verdict {
    const newest = this.newestMs;
    if (newest !== undefined && sample.atMs < newest) return dropped('back-in-time', 'a telegram from before the one before it');
    const why = this.#last && this.#misfit({ atMs: this.#reachFromMs(), registers: this.#last.registers }, sample);
    if (why) return this.#doesNotFit(sample, why === 'fell');
    this.#misfits = undefined;
    if (!this.#last) this.#seeSteps(sample.registers);
    for (const one of this.#candidates) if (!this.#misfit(one.sample, sample)) one.support++;
    this.#candidates.push({ sample, support: 0 });
    if (this.#candidates.length > CANDIDATES_MAX) this.#candidates.shift();
    return this.#believe();
  }

  /** Takes over what is confirmed, oldest first; what is older and was not is dropped. */
  #believe(): Verdict {
    const samples: Sample[] = [];
    for (;;) {
      const index = this.#candidates.findIndex(({ support }) => support >= (this.#o.confirmations ?? 2));
      if (index < 0) break;
      const [{ sample }] = this.#candidates.splice(0, index + 1).slice(-1);
      this.#candidates = this.#candidates.filter((one) => !this.#misfit(sample, one.sample));
      const isBack = this.#o.stillS !== undefined && this.#last !== undefined && this.#misfit(this.#last, sample) === 'jumped';
      this.#last = { atMs: sample.atMs, sinceMs: this.#sinceMs(sample), registers: sample.registers };
      const flow = this.#watch.take(sample);
      if (flow === 'export-in-import') return this.#stopFor('export-in-import');
      if (flow === 'frozen') this.#wasFrozen = true;
      if (flow === 'frozen') return dropped('frozen', 'registers stand still while power flows');
      this.#seeSteps(sample.registers);
      samples.push(isBack ? { ...sample, isBack } : sample);
    }
    return samples.length > 0 ? { kind: 'believed', samples } : { kind: 'waits' };
  }

  /** Since when registers have stood where they stand. */
  #sinceMs(sample: Sample): number {
    const isSame =
      this.#last !== undefined && [...sample.registers].every(([name, milliWh]) => this.#last!.registers.get(name) === milliWh);
    if (!isSame) this.#wasFrozen = false;
    return isSame ? (this.#last!.sinceMs ?? sample.atMs) : sample.atMs;
  }

  /** From when on something may have flowed: where a reader stood still, what it shows then may be as old as that. */
  #reachFromMs(): number | undefined {
    return this.#wasFrozen || this.#o.stillS !== undefined ? this.#last?.sinceMs : this.#last?.atMs;
  }

  #isStale({ registers, powerW, stampUnixS }: Telegram, atMs: number): boolean {
    if (this.#o.stillS === undefined || stampUnixS !== undefined) return false;
    const said = `${[...registers].map(([name, { milliWh }]) => `${name}=${milliWh}`)} ${powerW}`;
    if (this.#still?.said !== said) this.#still = { said, sinceMs: atMs };
    return atMs - this.#still.sinceMs > this.#o.stillS * 1000;
  }

  #seeSteps(registers: Counted): void {
    for (const milliWh of registers.values()) this.#granule.see({ importMilliWh: milliWh, exportMilliWh: 0n });
  }

  /** What can have flowed in a time, and a meter's own step and lag. */
  #reach(ms: number, stepMilliWh: bigint): bigint {
    const lagMs = (this.#o.lagS ?? 60) * 1000;
    const counts = this.#granule.milliWh * this.#times;
    const step = counts > stepMilliWh ? counts : stepMilliWh;
    return (BigInt(this.#o.maxWhPerSlot) * MILLI_WH_PER_WH * BigInt(Math.max(0, ms) + lagMs)) / 900_000n + step;
  }

  /** Why a sample cannot come behind a believed one. */
  #misfit(before: { atMs: number | undefined; registers: Counted }, sample: Sample): 'fell' | 'jumped' | undefined {
    const reach = before.atMs === undefined ? undefined : this.#reach(sample.atMs - before.atMs, sample.stepMilliWh);
    for (const [name, milliWh] of sample.registers) {
      const rise = (milliWh - (before.registers.get(name) ?? milliWh)) * this.#times;
      if (rise < 0n) return 'fell';
      if (reach !== undefined && rise > reach) return 'jumped';
    }
    return undefined;
  }

  #doesNotFit(sample: Sample, fell: boolean): Verdict {
    const goesOn = this.#misfits !== undefined && this.#misfits.fell === fell && !this.#misfit(this.#misfits.sample, sample);
    this.#misfits = { sample, fell, times: goesOn ? this.#misfits!.times + 1 : 1 };
    if (this.#misfits.times >= MISFITS_TO_STOP) return this.#stopFor(fell ? 'registers-fell' : 'registers-jumped');
    return dropped('implausible', fell ? 'a register fell' : 'a register rose by more than the connection can carry');
  }

  #otherMeter(serial: string | undefined): Verdict | undefined {
    if (serial === undefined || serial === this.#serial) {
      if (serial !== undefined) this.#otherSerials = 0;
      return undefined;
    }
    this.#newSerial = { serial, times: this.#newSerial.serial === serial ? this.#newSerial.times + 1 : 1 };
    if (this.#serial === undefined) {
      if (this.#newSerial.times >= AGREED_TIMES) this.#serial = serial;
      return undefined;
    }
    this.#otherSerials++;
    if (this.#otherSerials >= OTHER_METER_TIMES && this.#newSerial.times >= OTHER_METER_TIMES) return this.#stopFor('meter-exchanged');
    return dropped('other-meter', "the telegram has another meter's number");
  }

  #stopFor(why: Stop): Verdict {
    this.#stop = why;
    this.#candidates = [];
    return { kind: 'stopped', why };
  }
}

const dropped = (code: Extract<Verdict, { kind: 'dropped' }>['code'], detail: string): Verdict => ({ kind: 'dropped', code, detail });

const EXPORT_SEEN_MILLI_WH = 100_000;
const EXPORTING_W = -100;
const FROZEN_MILLI_WH = 30_000;
const NEAR_MS = 120_000;

/**
 * Compares registers with the power that the same telegrams say. A reader that was pulled off its port goes on answering with its last
 * telegram; a meter without a backstop adds what it exports to import. Both cannot be seen from registers alone.
 */
class FlowWatch {
  readonly #lagMs: number;
  #before: Sample | undefined;
  #stillMilliWh = 0;
  readonly #granule = new Granule();
  #exported = { expected: 0, counted: 0n };

  constructor(lagS: number) {
    this.#lagMs = lagS * 1000;
  }

  take(sample: Sample): 'frozen' | 'export-in-import' | undefined {
    const before = this.#before;
    this.#before = sample;
    this.#granule.see(sample);
    if (!before || before.powerW === undefined || sample.powerW === undefined) return undefined;
    const ms = sample.atMs - before.atMs;
    if (ms > Math.max(NEAR_MS, 2 * this.#lagMs)) return undefined;
    const flows = Math.min(Math.abs(before.powerW), Math.abs(sample.powerW)) * ms * (1 / 3600);
    const rise = sample.importMilliWh - before.importMilliWh;
    if (this.#isFrozen(rise + sample.exportMilliWh - before.exportMilliWh, flows, sample)) return 'frozen';
    if (before.powerW < EXPORTING_W && sample.powerW < EXPORTING_W) {
      this.#exported.expected += flows;
      this.#exported.counted += rise;
    } else this.#exported = { expected: 0, counted: 0n };
    const { expected, counted } = this.#exported;
    return expected >= EXPORT_SEEN_MILLI_WH && Number(counted) * 2 >= expected ? 'export-in-import' : undefined;
  }

  #isFrozen(rise: bigint, flows: number, { stepMilliWh, powerW }: Sample): boolean {
    // A meter of whole kWh stands still for hours, and one without an export register while its owner exports.
    if (rise > 0n || powerW! <= 0) {
      this.#stillMilliWh = 0;
      return false;
    }
    this.#stillMilliWh += flows;
    const step = stepMilliWh > this.#granule.milliWh ? stepMilliWh : this.#granule.milliWh;
    return this.#stillMilliWh > FROZEN_MILLI_WH + Number(step) * 3;
  }
}
