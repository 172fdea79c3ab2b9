/**
 * The register at a quarter-hour's end: from the last believed reading before it and the first one after, in integers, when they lie within
 * a declared distance; otherwise it is missing. Where both show the same, nothing flowed between, however far apart they are.
 */
import type { Sample } from './sample.ts';

const SLOT_MS = 900_000;

/** The registers at the end of a slot, in whole Wh. */
export interface SlotEnd {
  slot: number;
  importRegisterWh: bigint;
  exportRegisterWh: bigint;
  powerW?: number;
}

export interface Ends {
  ends: SlotEnd[];
  /** slots whose end lies between two readings that are too far apart */
  missing: number;
}

/** In what steps a meter counts, as far as its values have shown: whole kWh until one of them was none. */
export class Granule {
  #milliWh: bigint;

  constructor(milliWh = 1_000_000n) {
    this.#milliWh = milliWh;
  }

  get milliWh(): bigint {
    return this.#milliWh;
  }

  see({ importMilliWh, exportMilliWh }: Pick<Sample, 'importMilliWh' | 'exportMilliWh'>): void {
    while (this.#milliWh > 1n && (importMilliWh % this.#milliWh !== 0n || exportMilliWh % this.#milliWh !== 0n)) this.#milliWh /= 10n;
  }
}

/** The ends of slots after `before` and up to `after`. */
export function endsBetween(before: Sample, after: Sample, distanceMs: number, granuleMilliWh: bigint): Ends {
  const ends: SlotEnd[] = [];
  let missing = 0;
  const isNear = after.atMs - before.atMs <= distanceMs;
  const isSame = after.importMilliWh === before.importMilliWh && after.exportMilliWh === before.exportMilliWh;
  for (let slot = Math.floor(before.atMs / SLOT_MS); (slot + 1) * SLOT_MS <= after.atMs; slot++) {
    const atMs = (slot + 1) * SLOT_MS;
    if (atMs === before.atMs) continue;
    if (!isNear && !isSame && atMs !== after.atMs) missing++;
    else {
      const at = (from: bigint, to: bigint): bigint => between(from, to, atMs - before.atMs, after.atMs - before.atMs, granuleMilliWh);
      ends.push({
        slot,
        importRegisterWh: at(before.importMilliWh, after.importMilliWh),
        exportRegisterWh: at(before.exportMilliWh, after.exportMilliWh),
        ...(after.powerW === undefined ? {} : { powerW: after.powerW }),
      });
    }
  }
  return { ends, missing };
}

/** On the straight line, cut off downwards to a step that the meter counts in, and to whole Wh. */
function between(from: bigint, to: bigint, partMs: number, wholeMs: number, granuleMilliWh: bigint): bigint {
  const exact = partMs === wholeMs ? to : from + ((to - from) * BigInt(partMs)) / BigInt(wholeMs);
  const step = granuleMilliWh > 1000n ? granuleMilliWh : 1000n;
  const shown = exact - (exact % step);
  return (shown > from ? shown : from) / 1000n; // never below what was shown before
}
