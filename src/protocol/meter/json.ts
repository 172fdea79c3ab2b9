/**
 * A meter's values as JSON carries them, in the meter's store, on the vault's socket, in an export, in vectors: registers as decimal
 * strings, the blinding in lower-case hex. Nothing is checked here: who reads what a stranger wrote does that.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Report } from './report.ts';
import type { Statement } from './statement.ts';

type WithText<T, K extends keyof T> = Omit<T, K> & Record<K, string>;

export type ReportJson = WithText<Report, 'importRegisterWh' | 'exportRegisterWh'>;
export type StatementJson = WithText<Statement, 'importStartWh' | 'exportStartWh' | 'blinding'>;

export const reportJson = ({ slot, importRegisterWh, exportRegisterWh, powerW, flags }: Report): ReportJson => ({
  slot,
  importRegisterWh: String(importRegisterWh),
  exportRegisterWh: String(exportRegisterWh),
  powerW,
  flags,
});

export const reportOfJson = ({ slot, importRegisterWh, exportRegisterWh, powerW, flags }: ReportJson): Report => ({
  slot,
  importRegisterWh: BigInt(importRegisterWh),
  exportRegisterWh: BigInt(exportRegisterWh),
  powerW,
  flags,
});

export const statementJson = ({ day, importStartWh, exportStartWh, importWh, exportWh, blinding, flags }: Statement): StatementJson => ({
  day,
  importStartWh: String(importStartWh),
  exportStartWh: String(exportStartWh),
  importWh,
  exportWh,
  blinding: bytesToHex(blinding),
  flags,
});

export const statementOfJson = (s: StatementJson): Statement => ({
  day: s.day,
  importStartWh: BigInt(s.importStartWh),
  exportStartWh: BigInt(s.exportStartWh),
  importWh: s.importWh,
  exportWh: s.exportWh,
  blinding: hexToBytes(s.blinding),
  flags: s.flags,
});
