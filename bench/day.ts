/** One real day of `rural`, as the vectors hold it: what the proof benchmarks prove. */
import { realBillSum, realClearingShared, realNet } from '../circuits/testing/main-day.ts';
import { realBills, realClearing, realSubstitutes } from '../circuits/testing/real-day.ts';
import { clearingInput, dayBillInput, type Signals, substituteInput } from '../src/node/proofs/inputs.ts';
import { billSumInput, clearingSharedInput, netInput } from '../src/node/proofs/main-inputs.ts';
import type { AnyCircuitName } from '../src/protocol/circuits.ts';
import { dayBillPublic } from '../src/reader/verifier/index.ts';

export const { day } = realClearing;
export const billSignals: Signals[] = realBills.map(dayBillInput);
export const billPublics: bigint[][] = realBills.map(dayBillPublic);
export const clearingSignals: Signals = clearingInput(realClearing);
export const substituteSignals: Signals = substituteInput(realSubstitutes[0]);
/** A day and a week of the main chain, made of that day. */
export const mainStatements: { name: string; circuit: AnyCircuitName; signals: Signals }[] = [
  { name: 'Net', circuit: 'net', signals: netInput(realNet) },
  { name: 'ClearingShared', circuit: 'clearing-shared', signals: clearingSharedInput(realClearingShared) },
  { name: 'BillSum', circuit: 'bill-sum', signals: billSumInput(realBillSum) },
];
