/**
 * What every source gives: one telegram of a meter, in integers. The one unit of energy is the thousandth of a watt-hour (mWh, written
 * `milliWh`), so that no meter's decimals are lost: ports show kWh with three digits, Wh with one, SML scales down to a thousandth. What is
 * finer is cut off downwards, which keeps registers rising. Only when a quarter-hour's end is stated are they cut to whole Wh.
 */

/** A register as it was shown. */
export interface Register {
  milliWh: bigint;
  /** The least step in which this form can count: 1,000,000 where the telegram has whole kWh. */
  stepMilliWh: bigint;
}

export interface Telegram {
  /** By OBIS `C.D.E`: 1.8.0 is all import, 1.8.1 … 1.8.n its tariffs, 2.8.x export. */
  registers: ReadonlyMap<string, Register>;
  /** The meter's own number, where the telegram names it. */
  serial?: string;
  /** Net power in W, positive = import, where it is said. */
  powerW?: number;
  /** The meter's own clock, where it can be told without doubt. */
  stampUnixS?: number;
}

export type TelegramCode =
  | 'checksum'
  | 'torn'
  | 'malformed'
  | 'repeated'
  | 'unit'
  | 'no-value'
  | 'no-registers'
  | 'key'
  | 'too-long'
  | 'undeclared'
  | 'replayed'
  | 'mode-e'
  | 'no-answer';

/** A telegram that is counted and dropped; never more than a code and a few words, for telegrams say when somebody is at home. */
export class TelegramError extends Error {
  readonly code: TelegramCode;
  constructor(code: TelegramCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** A telegram and when its first byte came, by a clock that nobody sets; or why there is none. */
export type Outcome = { telegram: Telegram; atMs: number } | { bad: TelegramCode; detail: string; atMs: number };

/** Bytes in as they come, torn or glued; telegrams out. */
export interface Decoder {
  push(bytes: Uint8Array, atMs: number): Outcome[];
}

const MOST_MILLI_WH = (1n << 56n) * 1000n;

/** Collects the registers of one telegram: the same one twice with different values is two telegrams glued, or a broken one. */
export class TelegramBuilder {
  readonly #registers = new Map<string, Register>();
  #serial: string | undefined;
  #powerW: number | undefined;
  #stampUnixS: number | undefined;

  register(name: string, register: Register): void {
    const same = this.#registers.get(name);
    if (same && same.milliWh !== register.milliWh) throw new TelegramError('repeated', `register ${name} twice, with different values`);
    if (register.milliWh < 0n || register.milliWh >= MOST_MILLI_WH) throw new TelegramError('no-value', `register ${name} is out of range`);
    this.#registers.set(name, register);
  }

  serial(serial: string): void {
    if (serial === '' || serial.length > 64) return;
    if (this.#serial !== undefined && this.#serial !== serial) throw new TelegramError('repeated', 'two serial numbers');
    this.#serial = serial;
  }

  power(powerW: number): void {
    if (Number.isFinite(powerW) && Math.abs(powerW) < 2 ** 31) this.#powerW = Math.trunc(powerW);
  }

  stamp(unixS: number | undefined): void {
    this.#stampUnixS = unixS;
  }

  done(): Telegram {
    if (this.#registers.size === 0) throw new TelegramError('no-registers', 'no energy register in the telegram');
    return {
      registers: this.#registers,
      ...(this.#serial === undefined ? {} : { serial: this.#serial }),
      ...(this.#powerW === undefined ? {} : { powerW: this.#powerW }),
      ...(this.#stampUnixS === undefined ? {} : { stampUnixS: this.#stampUnixS }),
    };
  }
}
