/** What of a telegram counts: the declared registers of each direction, added up, and where the meter's display rolls over, counted on. */
import { type Register, type Telegram, TelegramError } from '../telegram.ts';

export interface RegisterPlan {
  /** Registers that add up to import, e.g. `1.8.0`, or `1.8.1` and `1.8.2`. */
  import: readonly string[];
  /** The same for export; none where the meter has no such register: export is stated as 0 then. */
  export: readonly string[];
  /** The two directions are the wrong way round, as on a meter whose transformers sit the other way. */
  swap?: boolean;
  /** What registers have to be multiplied by: the ratio of transformers that the meter does not know of. Default 1. */
  multiplier?: number;
}

/** Registers by name, in mWh, counted on across rollovers. */
export type Counted = ReadonlyMap<string, bigint>;

export interface Sample {
  /** By the gateway's clock, Unix milliseconds. */
  atMs: number;
  registers: Counted;
  importMilliWh: bigint;
  exportMilliWh: bigint;
  /** The least step in which this telegram's form counts. */
  stepMilliWh: bigint;
  powerW?: number;
  /** The reader had stood still: what it shows may have flowed at any time since. */
  isBack?: boolean;
}

const isTariff = (name: string): boolean => !name.endsWith('.0');

/** The plan for what a telegram has: the total where there is one, else all tariffs. */
export function planOf(telegram: Telegram): RegisterPlan {
  const of = (prefix: string): string[] => {
    const names = [...telegram.registers.keys()].filter((name) => name.startsWith(prefix)).sort();
    return names.includes(`${prefix}.0`) ? [`${prefix}.0`] : names;
  };
  return { import: of('1.8'), export: of('2.8') };
}

/** The declared registers of a telegram. @throws TelegramError undeclared, where it has others than declared that count */
export function chosen({ registers }: Telegram, plan: RegisterPlan): Map<string, Register> {
  const names = [...plan.import, ...plan.export];
  const found = new Map<string, Register>();
  for (const name of names) {
    const register = registers.get(name);
    if (!register) throw new TelegramError('undeclared', `register ${name} is not in the telegram`);
    found.set(name, register);
  }
  // A tariff that firmware or the grid operator began to use: what it counts would be missing from the sum.
  for (const [name, { milliWh }] of registers) {
    const isOfSum = names.some((declared) => isTariff(declared) && declared.slice(0, 3) === name.slice(0, 3));
    if (isTariff(name) && isOfSum && !found.has(name) && milliWh > 0n)
      throw new TelegramError('undeclared', `register ${name} counts and is not declared`);
  }
  return found;
}

/**
 * Registers counted on from known ones: a display that shows less than before, at `rollsOverAt`, began again at 0 if it could have got so
 * far, else it stays as it is, to be refused.
 */
export function countedOn(
  shown: ReadonlyMap<string, Register>,
  known: Counted | undefined,
  { rollsOverAtMilliWh: at, reachMilliWh }: { rollsOverAtMilliWh?: bigint; reachMilliWh?: bigint },
): Map<string, bigint> {
  return new Map(
    [...shown].map(([name, { milliWh }]) => {
      const before = known?.get(name);
      if (at === undefined || before === undefined) return [name, milliWh];
      if (milliWh >= at) throw new TelegramError('no-value', `register ${name} shows more than its display can`);
      const turns = before - (before % at);
      if (turns + milliWh >= before) return [name, turns + milliWh];
      const next = turns + milliWh + at;
      return [name, reachMilliWh === undefined || next - before <= reachMilliWh ? next : turns + milliWh];
    }),
  );
}

export const sampleOf = (
  counted: Counted,
  shown: ReadonlyMap<string, Register>,
  plan: RegisterPlan,
  atMs: number,
  powerW?: number,
): Sample => {
  const times = plan.multiplier ?? 1;
  const step = [...shown.values()].reduce((most, { stepMilliWh }) => (stepMilliWh > most ? stepMilliWh : most), 1n);
  const watts = powerW === undefined ? undefined : (plan.swap ? -powerW : powerW) * times;
  return sampleFrom(counted, plan, atMs, step * BigInt(times), watts);
};

/** `stepMilliWh` and `powerW` as they are stated: multiplied, positive = import. */
export function sampleFrom(counted: Counted, plan: RegisterPlan, atMs: number, stepMilliWh: bigint, powerW?: number): Sample {
  return { atMs, registers: counted, ...sumsOf(counted, plan), stepMilliWh, ...(powerW === undefined ? {} : { powerW }) };
}

/** Both directions of counted registers, as they are stated. */
export function sumsOf(counted: Counted, plan: RegisterPlan): Pick<Sample, 'importMilliWh' | 'exportMilliWh'> {
  const sum = (names: readonly string[]): bigint =>
    names.reduce((all, name) => all + (counted.get(name) ?? 0n), 0n) * BigInt(plan.multiplier ?? 1);
  const [imported, exported] = plan.swap ? [sum(plan.export), sum(plan.import)] : [sum(plan.import), sum(plan.export)];
  return { importMilliWh: imported, exportMilliWh: exported };
}

/**
 * Whether total and tariffs of one telegram say the same, undefined where it has not both. Meters whose tariffs stand at 0 do not use them.
 */
export function agrees({ registers }: Telegram): boolean | undefined {
  for (const prefix of ['1.8', '2.8']) {
    const total = registers.get(`${prefix}.0`);
    const tariffs = [...registers].filter(([name]) => name.startsWith(prefix) && isTariff(name));
    const sum = tariffs.reduce((all, [, { milliWh }]) => all + milliWh, 0n);
    if (!total || sum === 0n) continue;
    const slack = tariffs.reduce((all, [, { stepMilliWh }]) => all + stepMilliWh, total.stepMilliWh);
    const apart = total.milliWh > sum ? total.milliWh - sum : sum - total.milliWh;
    return apart <= slack;
  }
  return undefined;
}
