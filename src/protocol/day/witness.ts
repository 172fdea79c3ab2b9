/**
 * What the circuits are about (circuits/day-bill.circom, clearing.circom, substitute.circom): what everybody sees of each, and what its
 * prover alone knows. The books fill these in, the provers turn them into signals, the verifier takes the public half from a bundle.
 * Types only: order and ranges of the public inputs stand in src/reader/verifier/public-inputs.ts. Witnesses are everything private about a
 * day: never log one.
 */
import type { ClearedPrices } from './prices.ts';

export interface DayBillPublic {
  C: bigint;
  K: bigint;
  B: bigint;
  L0: bigint;
  L1: bigint;
  S: bigint;
  rho: bigint;
  gridId: bigint;
  meterTag: bigint;
  day: number;
  feePerDayNel: bigint;
  buyNelPerWh: readonly number[];
  sellNelPerWh: readonly number[];
}

export interface DayBillWitness extends DayBillPublic {
  importStartWh: bigint;
  exportStartWh: bigint;
  importWh: readonly number[];
  exportWh: readonly number[];
  /** of C: the statement's 31 bytes, or the field element they are */
  blinding: bigint | Uint8Array;
  k: bigint;
  v: bigint;
  s: bigint;
  u0: bigint;
  u1: bigint;
  /** what B commits to; the circuit computes it, a different one is refused before */
  amountNel: bigint;
}

export interface ClearingPublic extends ClearedPrices {
  X: bigint;
  rho: bigint;
  sumS: bigint;
  gridId: bigint;
  day: number;
  /** nELECTRA per Wh; all prices are multiples of it, outside prices of 2·tick */
  tick: number;
}

export interface ClearingWitness extends ClearingPublic {
  totalImportWh: readonly number[];
  totalExportWh: readonly number[];
  maskSum: bigint;
  x: bigint;
}

/** `from` and `fromDay` name the day that was copied; both 0: the day is zero. */
export interface SubstitutePublic {
  C: bigint;
  gridId: bigint;
  meterTag: bigint;
  day: number;
  from: bigint;
  fromDay: number;
}

/** Values and registers of the day that is booked, and what opens the commitment of the day that was copied. */
export interface SubstituteWitness extends SubstitutePublic {
  importStartWh: bigint;
  exportStartWh: bigint;
  importWh: readonly number[];
  exportWh: readonly number[];
  /** of C and of `from`: 31 bytes, or the field element they are. Of the zero day anything */
  blinding: bigint | Uint8Array;
  fromImportStartWh: bigint;
  fromExportStartWh: bigint;
  fromBlinding: bigint | Uint8Array;
}

/** Inputs of one circuit by signal name, decimal strings of field elements; plain JSON. */
export type Signals = Record<string, string | string[]>;
