/**
 * A meter's own record of its days, as a file: what it stated and the blindings that open its public commitments. Its owner needs it to
 * check a bill without believing anybody: statement + blinding → C, readings × public prices → amount.
 *
 *   {"format": "electra/meter-export/v1", "chainId", "meter": "electra1…", "days": [{
 *      "day": 20635, "importStartWh": "…", "exportStartWh": "…", "importWh": [96], "exportWh": [96], "blinding": "62 hex digits", "flags":
 *      0}]}
 *
 * Days rise strictly; registers are decimal strings, being of 56 bits. The trap: this is the household's life by the quarter-hour, in plain
 * text, and a blinding lets whoever has it confirm a guessed day against the chain. It is for its owner alone and belongs into no evidence
 * and no bug report.
 */
import { fromHex } from '@cosmjs/encoding';
import { addressBytes } from '../values/address.ts';
import { ProtocolError } from '../values/errors.ts';
import { statementJson } from './json.ts';
import { BLINDING_BYTES, checkStatement, type Statement } from './statement.ts';

export const METER_EXPORT_FORMAT = 'electra/meter-export/v1';

export interface MeterExport {
  chainId: string;
  /** bech32 */
  meter: string;
  /** strictly rising */
  days: readonly Statement[];
}

/** The file's text. */
export function encodeMeterExport({ chainId, meter, days }: MeterExport): string {
  const lines = days.map((day) => JSON.stringify(statementJson(day)));
  const head = `"format":${JSON.stringify(METER_EXPORT_FORMAT)},"chainId":${JSON.stringify(chainId)},"meter":${JSON.stringify(meter)}`;
  return `{${head},"days":[\n${lines.join(',\n')}\n]}\n`;
}

function keysOf(value: unknown, field: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ProtocolError('unparsable', field, 'an object');
  for (const key of keys) if (!Object.hasOwn(value, key)) throw new ProtocolError('unparsable', `${field}.${key}`, 'to be present');
  for (const key of Object.keys(value)) if (!keys.includes(key)) throw new ProtocolError('unparsable', `${field}.${key}`, 'no such key');
  return value as Record<string, unknown>;
}

function register(value: unknown, field: string): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9][0-9]{0,16})$/.test(value))
    throw new ProtocolError('unparsable', field, 'a register of Wh as a decimal string');
  return BigInt(value);
}

const inside = (field: string, work: () => void): void => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw error.at(`${field}.`);
  }
};

function dayOf(value: unknown, field: string): Statement {
  const d = keysOf(value, field, ['day', 'importStartWh', 'exportStartWh', 'importWh', 'exportWh', 'blinding', 'flags']);
  if (typeof d.blinding !== 'string' || !new RegExp(`^[0-9a-f]{${2 * BLINDING_BYTES}}$`).test(d.blinding))
    throw new ProtocolError('unparsable', `${field}.blinding`, `${BLINDING_BYTES} bytes in lower-case hex`);
  const statement: Statement = {
    day: d.day as number,
    importStartWh: register(d.importStartWh, `${field}.importStartWh`),
    exportStartWh: register(d.exportStartWh, `${field}.exportStartWh`),
    importWh: d.importWh as number[],
    exportWh: d.exportWh as number[],
    blinding: fromHex(d.blinding),
    flags: d.flags as number,
  };
  inside(field, () => checkStatement(statement));
  return statement;
}

/**
 * Reads an export strictly.
 * @throws ProtocolError naming the field, never a value
 */
export function parseMeterExport(text: string): MeterExport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError('not-json', 'meter export', 'JSON (is the file truncated?)');
  }
  const file = keysOf(value, 'meterExport', ['format', 'chainId', 'meter', 'days']);
  if (file.format !== METER_EXPORT_FORMAT) throw new ProtocolError('unparsable', 'meterExport.format', `"${METER_EXPORT_FORMAT}"`);
  if (typeof file.chainId !== 'string' || file.chainId === '') throw new ProtocolError('unparsable', 'meterExport.chainId', 'a chain id');
  if (typeof file.meter !== 'string') throw new ProtocolError('unparsable', 'meterExport.meter', 'an address');
  addressBytes(file.meter, 'meterExport.meter');
  if (!Array.isArray(file.days)) throw new ProtocolError('unparsable', 'meterExport.days', 'a list');
  const days = file.days.map((day, i) => dayOf(day, `meterExport.days[${i}]`));
  days.forEach((day, i) => {
    if (i > 0 && days[i - 1].day >= day.day) throw new ProtocolError('not-sorted', `meterExport.days[${i}].day`, 'strictly rising days');
  });
  return { chainId: file.chainId, meter: file.meter, days };
}
