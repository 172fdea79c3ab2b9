/**
 * The quarter-hour report (protocol §3, kind 1): the registers at a slot's end, 64 bytes, 112 when sealed. Reports are for live views;
 * bills rest on day statements alone, so a lost report harms nothing.
 */
import { LayoutReader, LayoutWriter } from '../values/bytes.ts';
import { checkBytes, checkInt, checkU16, checkU32 } from '../values/checks.ts';
import { ProtocolError } from '../values/errors.ts';
import { assertRegister } from './commitment.ts';
import { type Carrier, KIND_REPORT, type Origin, readHeader, writeHeader } from './context.ts';

export const REPORT_BYTES = 64;
export const SEALED_REPORT_BYTES = 112;

export interface Report {
  /** Quarter-hours since 1970-01-01T00:00Z. */
  slot: number;
  /** Import register (OBIS 1-0:1.8.0, microgrid to member) at the slot's end, Wh, 0 ≤ R < 2^56. */
  importRegisterWh: bigint;
  /** Export register (1-0:2.8.0) at the slot's end, Wh. */
  exportRegisterWh: bigint;
  /** Power at the slot's end, W, positive = import; i32. */
  powerW: number;
  /** u16, carried as given. */
  flags: number;
}

function checkReport(report: Report): void {
  checkU32(report.slot, 'slot');
  assertRegister(report.importRegisterWh, 'importRegisterWh');
  assertRegister(report.exportRegisterWh, 'exportRegisterWh');
  checkInt(report.powerW, -(2 ** 31), 2 ** 31, 'powerW');
  checkU16(report.flags, 'flags');
}

/** The exact 64-byte plaintext. Throws `out-of-range` with the field. */
export function encodeReport(report: Report, origin: Origin): Uint8Array {
  checkReport(report);
  const writer = new LayoutWriter(REPORT_BYTES);
  writeHeader(writer, KIND_REPORT, { ...origin, at: report.slot });
  return writer.u32(report.slot).u64(report.importRegisterWh).u64(report.exportRegisterWh).i32(report.powerW).u16(report.flags).done();
}

/** Decodes strictly, against the carrying transaction. Every refusal is a `ProtocolError` with a code of protocol §3. */
export function decodeReport(plaintext: Uint8Array, carrier: Carrier): Report {
  checkBytes(plaintext, REPORT_BYTES, 'plaintext');
  const reader = new LayoutReader(plaintext);
  readHeader(reader, KIND_REPORT, carrier);
  const report: Report = {
    slot: reader.u32(),
    importRegisterWh: reader.u64(),
    exportRegisterWh: reader.u64(),
    powerW: reader.i32(),
    flags: reader.u16(),
  };
  if (report.slot !== carrier.at) throw new ProtocolError('wrong-context', 'slot', `${carrier.at}, as the message says`);
  checkReport(report);
  return report;
}
