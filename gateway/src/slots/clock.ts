/**
 * Whether this machine's clock may be believed. A small computer without a clock battery wakes up in 1970, or at the hour at which it was
 * switched off, and runs on until somebody tells it the time: until then nothing may be stated.
 *
 * Everything is measured by a clock that nobody sets (monotonic), and becomes a time of day by what the two clocks are apart. When that
 * changes by more than a moment, somebody has set the clock, and what came before has nothing to do with what comes.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const STEP_MS = 1_000;
const ASK_AGAIN_MS = 60_000;
/** 2024-01-01: no gateway was made before. */
const EARLIEST_UNIX_MS = 1_704_067_200_000;

export interface ClockOptions {
  /** Whether the system says that its clock is set by NTP; undefined where it cannot say. */
  isSynchronized: () => Promise<boolean | undefined>;
  /** `ntp`: only then; `system`: whenever it is not plainly wrong (the machine has a clock battery). Default: ntp. */
  trust?: 'ntp' | 'system';
  nowMs?: () => number;
}

export class Clock {
  readonly #o: ClockOptions;
  readonly #nowMs: () => number;
  #apartMs: number | undefined;
  #isTrusted = false;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(options: ClockOptions) {
    this.#o = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  /** Looks at both clocks. @returns `set` when the time of day was changed since the last look. */
  look(monotonicMs: number): 'set' | 'steady' {
    const apartMs = this.#nowMs() - monotonicMs;
    const wasSet = this.#apartMs !== undefined && Math.abs(apartMs - this.#apartMs) > STEP_MS;
    this.#apartMs = apartMs; // NTP slews it by less than that between two looks
    if (wasSet) this.#askedMs = Number.NEGATIVE_INFINITY;
    return wasSet ? 'set' : 'steady';
  }

  /** Asks whether the clock is set by NTP, once a minute until it is, and then now and again. */
  async ask(monotonicMs: number): Promise<boolean> {
    if (this.#apartMs === undefined) this.look(monotonicMs); // what is answered holds for the clock as it stands now
    if (monotonicMs - this.#askedMs < (this.#isTrusted ? 10 * ASK_AGAIN_MS : ASK_AGAIN_MS / 6)) return this.#isTrusted;
    this.#askedMs = monotonicMs;
    const isPlausible = this.#nowMs() >= EARLIEST_UNIX_MS;
    const said = this.#o.trust === 'system' ? true : await this.#o.isSynchronized().catch(() => undefined);
    // Once set, a clock stays right without a network for as long as its crystal is: days. Only a jump takes the trust away.
    if (said === true && isPlausible) this.#isTrusted = true;
    if (!isPlausible) this.#isTrusted = false;
    return this.#isTrusted;
  }

  /** The clock was set to something else: it has to be confirmed anew. */
  doubt(): void {
    this.#isTrusted = false;
  }

  /** The time of day of an instant of the monotonic clock. */
  unixMs(monotonicMs: number): number {
    return Math.round(monotonicMs + (this.#apartMs ?? this.#nowMs() - monotonicMs));
  }
}

const run = promisify(execFile);

/** What systemd says, which knows of timesyncd, chrony and ntpd alike; chrony itself where there is no systemd. */
export async function systemSynchronized(): Promise<boolean | undefined> {
  try {
    const { stdout } = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 5_000 });
    if (/^(yes|no)$/m.test(stdout)) return stdout.trim() === 'yes';
  } catch {
    // no systemd here
  }
  try {
    const { stdout } = await run('chronyc', ['-c', 'tracking'], { timeout: 5_000 });
    const leap = stdout.trim().split(',').at(-1);
    return leap === 'Normal' || leap === 'Insert second' || leap === 'Delete second';
  } catch {
    return undefined;
  }
}

/**
 * The meter's own clock beside ours. Ours decides; the meter's tells late telegrams, which lay somewhere and come all at once, and broken
 * ones. So what counts is not how far apart the two are but that it stays the same.
 */
export class StampWatch {
  #apartS: number | undefined;
  #next = { apartS: 0, times: 0 };
  /** Of the first telegrams, until two of them agree. */
  #first: number[] = [];

  /** @returns why a telegram is dropped */
  judge(stampUnixS: number | undefined, atMs: number): 'late' | undefined {
    if (stampUnixS === undefined) return undefined;
    const apartS = Math.round(atMs / 1000 - stampUnixS);
    if (this.#apartS === undefined) return this.#begin(apartS);
    const moved = Math.abs(apartS - this.#apartS);
    if (moved <= NEAR_S) {
      this.#apartS = apartS;
      this.#next.times = 0;
      return undefined;
    }
    return this.#settle(apartS);
  }

  /** Two of three say the same: a broken stamp between them does not count. */
  #begin(apartS: number): 'late' | undefined {
    const isSaidTwice = this.#first.some((one) => Math.abs(apartS - one) <= NEAR_S);
    this.#first = [apartS, ...this.#first].slice(0, 2);
    if (!isSaidTwice) return 'late';
    this.#apartS = apartS;
    return undefined;
  }

  /** A new distance is believed when it has stayed for some telegrams: the meter's clock was set. */
  #settle(apartS: number): 'late' | undefined {
    const goesOn = this.#next.times > 0 && Math.abs(apartS - this.#next.apartS) <= NEAR_S;
    this.#next = { apartS, times: goesOn ? this.#next.times + 1 : 1 };
    if (this.#next.times < SETTLED_TIMES) return 'late';
    this.#apartS = apartS;
    this.#next.times = 0;
    return undefined;
  }
}

const NEAR_S = 5;
const SETTLED_TIMES = 10;
