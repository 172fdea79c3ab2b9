/**
 * What a meter commits to in public: its day (protocol §4).
 *
 * The commitment C hides the day behind a 31-byte blinding and binds the meter, the day, the registers at 00:00 UTC and all 192
 * interval values. The blinding must be unpredictable and never repeat, or a quiet day can be guessed: see hedge.ts.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { ProtocolError } from '../values/errors.ts';
import { bigEndian, fieldFrom31Bytes, p4, TAG } from '../values/field.ts';
import { assertU32, SLOTS_PER_DAY } from '../values/time.ts';

/** Interval values are below this: 20 bits of Wh in a quarter-hour. */
export const INTERVAL_LIMIT_WH = 1 << 20;
/** Registers are below this: 56 bits of Wh. */
export const REGISTER_LIMIT_WH = 1n << 56n;

const VALUES_PER_WORD = 12;
const WORDS_PER_DIRECTION = SLOTS_PER_DAY / VALUES_PER_WORD;

/** A day of one meter. Registers in Wh at 00:00 UTC; 96 interval values in Wh each way. */
export interface DayValues {
  importStartWh: bigint;
  exportStartWh: bigint;
  importWh: readonly number[];
  exportWh: readonly number[];
}

/** First 31 bytes of SHA-256("electra/grid/v1" ‖ chain id), as a field element. */
export function gridId(chainId: string): bigint {
  if (chainId.length === 0) throw new ProtocolError('out-of-range', 'chainId', 'a chain id');
  return bigEndian(sha256(concatBytes(utf8ToBytes('electra/grid/v1'), utf8ToBytes(chainId))).subarray(0, 31));
}

export const meterDay = (grid: bigint, tag: bigint, day: number): bigint => p4(TAG.meterDay, grid, tag, BigInt(assertU32(day, 'day')));
export const gridDay = (grid: bigint, day: number): bigint => p4(TAG.gridDay, grid, BigInt(assertU32(day, 'day')), 0n);

export function assertInterval(value: number, field: string): number {
  if (!Number.isInteger(value) || value < 0 || value >= INTERVAL_LIMIT_WH)
    throw new ProtocolError('out-of-range', field, 'an integer of Wh in 0 … 2^20-1');
  return value;
}

export function assertRegister(value: bigint, field: string): bigint {
  if (typeof value !== 'bigint' || value < 0n || value >= REGISTER_LIMIT_WH)
    throw new ProtocolError('out-of-range', field, 'a register of Wh in 0 … 2^56-1');
  return value;
}

/** importStart + 2^64·exportStart: both registers in one field element. */
export const packRegisters = (importWh: bigint, exportWh: bigint): bigint =>
  assertRegister(importWh, 'import register') + (assertRegister(exportWh, 'export register') << 64n);

function words(values: readonly number[], field: string): bigint[] {
  if (values.length !== SLOTS_PER_DAY) throw new ProtocolError('wrong-size', field, `${SLOTS_PER_DAY} values, not ${values.length}`);
  return Array.from({ length: WORDS_PER_DIRECTION }, (_, word) => {
    let sum = 0n;
    for (let j = VALUES_PER_WORD - 1; j >= 0; j--) {
      const slot = word * VALUES_PER_WORD + j;
      sum = (sum << 20n) | BigInt(assertInterval(values[slot], `${field}[${slot}]`));
    }
    return sum;
  });
}

/** Root of the 16 words that hold the day's 192 values. */
export function readingsRoot(importWh: readonly number[], exportWh: readonly number[]): bigint {
  const w = [...words(importWh, 'importWh'), ...words(exportWh, 'exportWh')];
  return p4(p4(w[0], w[1], w[2], w[3]), p4(w[4], w[5], w[6], w[7]), p4(w[8], w[9], w[10], w[11]), p4(w[12], w[13], w[14], w[15]));
}

/** The public commitment C to a meter's day. `blinding`: 31 bytes. */
export function commitDay(day: DayValues & { gridId: bigint; meterTag: bigint; day: number; blinding: Uint8Array }): bigint {
  return p4(
    meterDay(day.gridId, day.meterTag, day.day),
    packRegisters(day.importStartWh, day.exportStartWh),
    readingsRoot(day.importWh, day.exportWh),
    fieldFrom31Bytes(day.blinding, 'blinding'),
  );
}
