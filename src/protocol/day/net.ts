/**
 * What a community states on the main chain: in every slot the net of its members' totals, in one direction (circuits/net.circom).
 *
 * A community in which 7 kWh were used and 3 kWh delivered has imported 4 kWh. Both registers of its meter there are 0 at every midnight:
 * what it states is its members' meters' doing, there is no register of its own that could run on.
 */
import { INTERVAL_LIMIT_WH } from '../meter/commitment.ts';
import { ProtocolError } from '../values/errors.ts';

/** @throws ProtocolError naming the slot in which more flows than a statement can hold */
export function netOf(
  totalImportWh: readonly number[],
  totalExportWh: readonly number[],
): {
  importWh: number[];
  exportWh: number[];
} {
  const net = totalImportWh.map((demand, i) => demand - totalExportWh[i]);
  const over = net.findIndex((wh) => Math.abs(wh) >= INTERVAL_LIMIT_WH);
  if (over >= 0) throw new ProtocolError('out-of-range', `net[${over}]`, '-2^20+1 … 2^20-1 Wh');
  return { importWh: net.map((wh) => Math.max(wh, 0)), exportWh: net.map((wh) => Math.max(-wh, 0)) };
}
