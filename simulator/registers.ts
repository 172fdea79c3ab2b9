/**
 * From profiles to meter registers, exactly, so that anyone can recompute every bill of the demo:
 *
 *   net power of a quarter-hour in µW = load_peak_w·load_ppm − pv_peak_w·pv_ppm
 *   one accumulator each for import (net > 0) and export (net < 0), in quarter-µWh, 0 at 00:00 UTC of the first replayed day
 *   register in Wh = floor(accumulator / 4,000,000)
 *
 * The trap is 2^53: a large member's accumulator passes it after some years. So the whole Wh are split off at every step and only the
 * remainder (below 4,000,000) is added to; both stay exact integers.
 */
import type { Member, Profiles } from './profiles.ts';

const QUARTER_MICRO_WH_PER_WH = 4_000_000;

export interface RegisterState {
  importRegisterWh: bigint;
  exportRegisterWh: bigint;
  /** Net power of the slot, W, rounded towards zero; positive = import. */
  powerW: number;
}

/** Net power in µW of a member in one quarter-hour of the profile year. Positive = import. */
function netMicroW(member: Member, columns: Profiles['columns'], row: number): number {
  const load = member.loadPeakW * columns.get(member.loadProfile)![row];
  return member.pvProfile ? load - member.pvPeakW * columns.get(member.pvProfile)![row] : load;
}

/** One direction: whole Wh and the remainder in quarter-µWh. */
class Accumulator {
  wh = 0;
  #rest = 0;

  add(quarterMicroWh: number): void {
    const sum = this.#rest + quarterMicroWh;
    const whole = Math.floor(sum / QUARTER_MICRO_WH_PER_WH);
    this.wh += whole;
    this.#rest = sum - whole * QUARTER_MICRO_WH_PER_WH;
  }
}

/** A member's meter, read at the end of each slot. */
export class SimulatedMeter {
  readonly #member: Member;
  readonly #columns: Profiles['columns'];
  readonly #import = new Accumulator();
  readonly #export = new Accumulator();

  constructor(member: Member, columns: Profiles['columns']) {
    this.#member = member;
    this.#columns = columns;
  }

  /** Lets one quarter-hour of the profile year pass and reads the registers at its end. */
  advance(row: number): RegisterState {
    const net = netMicroW(this.#member, this.#columns, row);
    if (net > 0) this.#import.add(net);
    else this.#export.add(-net);
    return { importRegisterWh: BigInt(this.#import.wh), exportRegisterWh: BigInt(this.#export.wh), powerW: Math.trunc(net / 1_000_000) };
  }
}

/** The limit a member's meter is enrolled with, Wh per slot: twice what the larger of its two peaks gives in a quarter-hour, rounded up. */
export function maxWhPerSlot(member: Member): number {
  return Math.min(2 ** 20 - 1, 2 * Math.ceil(Math.max(member.loadPeakW, member.pvPeakW) / 4));
}
