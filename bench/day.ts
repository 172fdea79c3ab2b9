/** One real day of `rural`, as the vectors hold it: what the proof benchmarks prove. */
import { realBills, realClearing, realSubstitutes } from '../circuits/testing/real-day.ts';
import { clearingInput, dayBillInput, type Signals, substituteInput } from '../src/node/proofs/inputs.ts';
import { dayBillPublic } from '../src/reader/verifier/index.ts';

export const { day } = realClearing;
export const billSignals: Signals[] = realBills.map(dayBillInput);
export const billPublics: bigint[][] = realBills.map(dayBillPublic);
export const clearingSignals: Signals = clearingInput(realClearing);
export const substituteSignals: Signals = substituteInput(realSubstitutes[0]);
