/** What is kept of quarter-hours across restarts, as JSON. */
import type { Candidate, Stop } from './judge.ts';
import type { QuarterState } from './quarters.ts';
import { type Counted, type RegisterPlan, sampleFrom } from './sample.ts';

type Registers = Record<string, string>;

export interface Kept {
  serial?: string;
  stop?: Stop;
  /** of the newest reading that was believed */
  atMs?: number;
  registers?: Registers;
  granule?: string;
  /** readings that were not confirmed yet */
  candidates?: { atMs: number; registers: Registers; step: string; support: number; powerW?: number }[];
}

const written = (registers: Counted): Registers => Object.fromEntries([...registers].map(([name, milliWh]) => [name, String(milliWh)]));
const read = (registers: Registers): Counted => new Map(Object.entries(registers).map(([name, milliWh]) => [name, BigInt(milliWh)]));

export const keptOf = ({ serial, stop, last, granuleMilliWh, candidates = [] }: QuarterState): Kept => ({
  ...(serial === undefined ? {} : { serial }),
  ...(stop ? { stop } : {}),
  ...(last ? { atMs: last.atMs, registers: written(last.registers) } : {}),
  ...(granuleMilliWh === undefined ? {} : { granule: String(granuleMilliWh) }),
  ...(candidates.length === 0
    ? {}
    : {
        candidates: candidates.map(({ support, sample: { atMs, registers, stepMilliWh, powerW } }) => ({
          ...{ atMs, registers: written(registers), step: String(stepMilliWh), support },
          ...(powerW === undefined ? {} : { powerW }),
        })),
      }),
});

/** `plan`: which registers count; where another one is declared since, what was not confirmed is left. */
export function restoredOf({ serial, stop, atMs, registers, granule, candidates = [] }: Kept, plan?: RegisterPlan): QuarterState {
  const names = plan ? [...plan.import, ...plan.export] : [];
  const restored = candidates.flatMap(({ support, registers: counted, step, atMs: ms, powerW }): Candidate[] =>
    plan && names.every((name) => name in counted) ? [{ support, sample: sampleFrom(read(counted), plan, ms, BigInt(step), powerW) }] : [],
  );
  return {
    ...(serial === undefined ? {} : { serial }),
    ...(stop ? { stop } : {}),
    ...(registers && atMs !== undefined ? { last: { atMs, registers: read(registers) } } : {}),
    ...(granule === undefined ? {} : { granuleMilliWh: BigInt(granule) }),
    ...(restored.length > 0 ? { candidates: restored } : {}),
  };
}
