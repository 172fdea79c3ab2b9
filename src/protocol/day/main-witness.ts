/**
 * What the circuits of the main chain are about (circuits/net.circom, clearing-shared.circom, bill-sum.circom): what everybody sees of
 * each, and what its prover alone knows. DayBill is that of witness.ts.
 *
 * Order and ranges of the public inputs stand in src/reader/verifier/main-public-inputs.ts. Witnesses are everything private about a
 * community's day or week: never log one.
 */
import type { Prices } from './prices.ts';

/** Days of a period of settlement, and of a BillSum. */
export const PERIOD_DAYS = 7;

/** `day` is one and the same on both chains. */
export interface NetPublic {
  /** of the day's book on the community's chain, anchored there */
  X: bigint;
  /** of the community's chain */
  gridId: bigint;
  /** the statement on the main chain */
  C: bigint;
  mainGridId: bigint;
  /** of the community's meter there */
  meterTag: bigint;
  day: number;
  /** that meter's maxWhPerSlot */
  capacityWh: number;
}

export interface NetWitness extends NetPublic {
  totalImportWh: readonly number[];
  totalExportWh: readonly number[];
  maskSum: bigint;
  x: bigint;
  /** of C: the statement's 31 bytes, or the field element they are */
  blinding: bigint | Uint8Array;
}

export interface ClearingSharedPublic extends Prices {
  X: bigint;
  rho: bigint;
  sumS: bigint;
  gridId: bigint;
  day: number;
  /** nELECTRA per Wh; all prices are multiples of it */
  tick: number;
  /** p of each slot */
  sharedNelPerWh: readonly number[];
}

export interface ClearingSharedWitness extends ClearingSharedPublic {
  totalImportWh: readonly number[];
  totalExportWh: readonly number[];
  maskSum: bigint;
  x: bigint;
}

export interface BillSumPublic {
  gridId: bigint;
  meterTag: bigint;
  firstDay: number;
  /** of each of the days; 0 where there is no bill */
  B: readonly bigint[];
  /** Σ amounts. Negative: the meter is owed it */
  totalNel: bigint;
}

export interface BillSumWitness extends BillSumPublic {
  /** of each of the days; 0 where there is no bill */
  amountsNel: readonly bigint[];
  /** what hides each amount in its B; 0 where there is no bill */
  s: readonly bigint[];
}
