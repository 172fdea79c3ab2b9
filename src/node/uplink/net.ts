/**
 * What a community states of a day on the main chain, and what a prover needs to show that it is so: the net of the totals that its own
 * chain has verified the commitment X of. Both registers are 0 at every midnight (src/protocol/day/net.ts).
 */
import { commitDay, gridDay, gridId, meterTag, type NetWitness, netOf, totalsCommitment } from '../../protocol/index.ts';
import { encodeStatement, type Statement } from '../../protocol/meter/statement.ts';
import { UplinkError } from './errors.ts';

/** The private side of a proven day's totals. */
export interface DayTotals {
  day: number;
  totalImportWh: number[];
  totalExportWh: number[];
  maskSum: bigint;
  x: bigint;
}

/** Between which two chains, and by which meter. */
export interface Line {
  chainId: string;
  mainChainId: string;
  uplink: string;
  /** the uplink's maxWhPerSlot */
  capacityWh: number;
}

export interface NetDay {
  day: number;
  importWh: number[];
  exportWh: number[];
  blinding: Uint8Array;
  C: bigint;
}

/** @throws UplinkError `over-capacity` naming the slot, never what flowed */
export function netDay({ day, totalImportWh, totalExportWh }: DayTotals, line: Line, blinding: Uint8Array): NetDay {
  const { importWh, exportWh } = netOf(totalImportWh, totalExportWh);
  const over = importWh.findIndex((wh, i) => wh + exportWh[i] > line.capacityWh);
  if (over >= 0)
    throw new UplinkError(
      'over-capacity',
      `slot ${over}: expected no more than the ${line.capacityWh} Wh that the uplink was enrolled with`,
    );
  const C = commitDay({
    ...{ importStartWh: 0n, exportStartWh: 0n, importWh, exportWh, blinding, day },
    ...{ gridId: gridId(line.mainChainId), meterTag: meterTag(line.uplink) },
  });
  return { day, importWh, exportWh, blinding, C };
}

export function netWitness(totals: DayTotals, line: Line, { C, blinding }: Pick<NetDay, 'C' | 'blinding'>): NetWitness {
  const grid = gridId(line.chainId);
  const { day, totalImportWh, totalExportWh, maskSum, x } = totals;
  const X = totalsCommitment({ gridDay: gridDay(grid, day), importWh: totalImportWh, exportWh: totalExportWh, maskSum, x });
  return {
    ...{ X, gridId: grid, C, mainGridId: gridId(line.mainChainId), meterTag: meterTag(line.uplink), day, capacityWh: line.capacityWh },
    ...{ totalImportWh, totalExportWh, maskSum, x, blinding },
  };
}

/** The plaintext of the statement's box. */
export function statementBytes({ day, importWh, exportWh, blinding }: NetDay, line: Line, keyEpoch: number): Uint8Array {
  const statement: Statement = { ...{ day, importWh, exportWh, blinding }, importStartWh: 0n, exportStartWh: 0n, flags: 0 };
  return encodeStatement(statement, { chainId: line.mainChainId, meter: line.uplink, keyEpoch });
}
