/**
 * A second reading of `shared/1`, from its text and the profile files alone: it shares no code with the simulator or the protocol, so that
 * agreement means something. Everything is BigInt.
 *
 *   Per slot, p = the shared price, D, E, L = min(D, E): buy = D ≤ E ? p : ceilTick(L·p/D); sell = E ≤ D ? p : floorTick(L·p/E).
 *
 * Written here from the other end: the longer side has L·p to pay (to get) among its Wh, and a tick more (less) would be too much.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = new URL('../../data/simbench-2016/', import.meta.url);
const DAYS = 365;
const SLOTS = 96;

/** By community: what flowed in each slot of the year from outside (positive) or to it (negative), Wh. */
export function flowsOfYear(): Map<string, bigint[]> {
  const [head, ...lines] = gunzipSync(readFileSync(new URL('profiles.csv.gz', folder)))
    .toString()
    .trim()
    .split('\n');
  const names = head.split(',');
  const rows = lines.slice(4, 4 + DAYS * SLOTS).map((line) => line.split(','));
  if (rows[0][0] !== '2016-01-01T00:00Z' || rows.at(-1)![0] !== '2016-12-30T23:45Z') throw new Error('not the year that was expected');
  const column = new Map(names.map((name, at) => [name, name === 'start_utc' ? [] : rows.map((row) => Number(row[at]))]));
  const flows = new Map<string, bigint[]>();
  for (const line of readFileSync(new URL('members.csv', folder), 'utf8').trim().split('\n').slice(1)) {
    const [community, , load, loadPeakW, pv, pvPeakW] = line.split(',');
    const whole = flows.get(community) ?? new Array<bigint>(rows.length).fill(0n);
    flows.set(community, whole);
    // quarter-µWh since the year began, of one direction each: a register shows whole Wh of it
    let [taken, given, takenWh, givenWh] = [0n, 0n, 0n, 0n];
    for (let at = 0; at < rows.length; at++) {
      const used = BigInt(Number(loadPeakW) * column.get(load)![at]) - (pv ? BigInt(Number(pvPeakW) * column.get(pv)![at]) : 0n);
      if (used > 0n) taken += used;
      else given -= used;
      const [takenNow, givenNow] = [taken / 4_000_000n, given / 4_000_000n];
      whole[at] += takenNow - takenWh - (givenNow - givenWh);
      [takenWh, givenWh] = [takenNow, givenNow];
    }
  }
  return flows;
}

export interface SlotReading {
  buy: bigint;
  sell: bigint;
  /** of each who is there, what it pays; negative: gets */
  pays: (bigint | null)[];
}

/** One slot. `flows`: of each community, null where it is absent. */
export function readSlot(flows: readonly (bigint | null)[], p: bigint, tick: bigint): SlotReading {
  let [demand, supply] = [0n, 0n];
  for (const flow of flows) {
    if (flow === null) continue;
    if (flow > 0n) demand += flow;
    else supply -= flow;
  }
  let [buy, sell] = [p, p];
  if (demand > supply) {
    // the least multiple of tick at which all who import bring in the worth of what is shared
    buy = ((supply * p) / demand / tick) * tick;
    while (buy * demand < supply * p) buy += tick;
  } else if (supply > demand) {
    // the greatest one at which all who export get no more than that
    sell = ((demand * p) / supply / tick + 1n) * tick;
    while (sell * supply > demand * p) sell -= tick;
  }
  return { buy, sell, pays: flows.map((flow) => flow && (flow > 0n ? buy * flow : sell * flow)) };
}
