/**
 * The day statement (protocol §3, kind 2): the registers at 00:00 UTC, 96 import and 96 export values, and the blinding of the commitment
 * that goes on chain beside it. 667 bytes, 715 when sealed. It is what is billed. The trap: the registers at 24:00 are not in it, but the
 * circuit proves them below 2^56 like any register, so a statement whose sums run past 2^56 is refused here and not first in a prover.
 */
import { LayoutReader, LayoutWriter } from '../values/bytes.ts';
import { checkBytes, checkU16, checkU32 } from '../values/checks.ts';
import { ProtocolError } from '../values/errors.ts';
import { SLOTS_PER_DAY } from '../values/time.ts';
import { assertInterval, assertRegister } from './commitment.ts';
import { type Carrier, KIND_STATEMENT, type Origin, readHeader, writeHeader } from './context.ts';

export const STATEMENT_BYTES = 667;
export const SEALED_STATEMENT_BYTES = 715;
export const BLINDING_BYTES = 31;

export interface Statement {
  /** Days since 1970-01-01 (UTC). */
  day: number;
  /** Registers at 00:00 UTC of the day, Wh, 0 ≤ R < 2^56. */
  importStartWh: bigint;
  exportStartWh: bigint;
  /** 96 values each, Wh, 0 ≤ x < 2^20. */
  importWh: number[];
  exportWh: number[];
  /** 31 bytes, read big-endian as a field element. Secret: it opens the commitment. */
  blinding: Uint8Array;
  /** u16, carried as given. */
  flags: number;
}

function checkSeries(values: unknown, startWh: bigint, field: string): void {
  if (!Array.isArray(values) || values.length !== SLOTS_PER_DAY) throw new ProtocolError('wrong-size', field, `${SLOTS_PER_DAY} values`);
  let endWh = startWh;
  for (let i = 0; i < SLOTS_PER_DAY; i++) endWh += BigInt(assertInterval(values[i], `${field}[${i}]`));
  assertRegister(endWh, `${field}, closing register`);
}

/** Refuses a statement with any value out of its range; `blinding` may be absent where it is still to be drawn. */
export function checkStatement(statement: Omit<Statement, 'blinding'>): void {
  checkU32(statement.day, 'day');
  assertRegister(statement.importStartWh, 'importStartWh');
  assertRegister(statement.exportStartWh, 'exportStartWh');
  checkSeries(statement.importWh, statement.importStartWh, 'importWh');
  checkSeries(statement.exportWh, statement.exportStartWh, 'exportWh');
  checkU16(statement.flags, 'flags');
}

function writeBody(writer: LayoutWriter, statement: Statement): LayoutWriter {
  writer.u32(statement.day).u64(statement.importStartWh).u64(statement.exportStartWh);
  for (const wh of statement.importWh) writer.u24(wh);
  for (const wh of statement.exportWh) writer.u24(wh);
  return writer.raw(statement.blinding).u16(statement.flags);
}

/** The exact 667-byte plaintext. Throws `out-of-range` (or `wrong-size` for the blinding) with the field. */
export function encodeStatement(statement: Statement, origin: Origin): Uint8Array {
  checkStatement(statement);
  checkBytes(statement.blinding, BLINDING_BYTES, 'blinding');
  const writer = new LayoutWriter(STATEMENT_BYTES);
  writeHeader(writer, KIND_STATEMENT, { ...origin, at: statement.day });
  return writeBody(writer, statement).done();
}

/** Decodes strictly, against the carrying transaction. Every refusal is a `ProtocolError` with a code of protocol §3. */
export function decodeStatement(plaintext: Uint8Array, carrier: Carrier): Statement {
  checkBytes(plaintext, STATEMENT_BYTES, 'plaintext');
  const reader = new LayoutReader(plaintext);
  readHeader(reader, KIND_STATEMENT, carrier);
  const statement: Statement = {
    day: reader.u32(),
    importStartWh: reader.u64(),
    exportStartWh: reader.u64(),
    importWh: Array.from({ length: SLOTS_PER_DAY }, () => reader.u24()),
    exportWh: Array.from({ length: SLOTS_PER_DAY }, () => reader.u24()),
    blinding: reader.raw(BLINDING_BYTES),
    flags: reader.u16(),
  };
  if (statement.day !== carrier.at) throw new ProtocolError('wrong-context', 'day', `${carrier.at}, as the message says`);
  checkStatement(statement);
  return statement;
}
