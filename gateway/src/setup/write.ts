/** The settings as the page writes them: what stands in the file and is not asked here stays, comments included. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Document, parseDocument } from 'yaml';
import { readOutfit } from '../run.ts';
import { type Line, parseSettings, type Settings, type SourceSettings } from '../settings.ts';
import type { RegisterPlan } from '../slots/sample.ts';

export interface Written {
  outfit?: string;
  nodes: readonly string[];
  folder?: string;
  firstDay: string;
  maxWhPerSlot: number;
  clock: 'ntp' | 'system';
  /** null: what stands there goes */
  distanceS?: number | null;
  confirmations?: number | null;
  source: SourceSettings;
  registers: RegisterPlan;
}

const HEAD = ' Electra gateway. Written by the set-up page; paths are relative to this file.';

/** Reads what it wrote before it stands in the place of what was there. @throws SettingsError */
export function writeSettings(file: string, { source, registers, ...fields }: Written): Settings {
  const document = existsSync(file) ? parseDocument(readFileSync(file, 'utf8')) : new Document({});
  document.commentBefore ??= HEAD;
  for (const [name, value] of Object.entries(fields)) value === null ? document.delete(name) : document.set(name, value);
  document.set('registers', document.createNode(registersOf(registers)));
  document.set('source', document.createNode(fieldsOf(source, resolve(file, '..'))));
  const text = document.toString({ lineWidth: 0 });
  const settings = parseSettings(text, file);
  put(file, text);
  return settings;
}

/** Whole or not at all: the power may go at any moment. */
export function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o644 });
  renameSync(`${file}.new`, file);
}

/** What the operator gave, beside the settings. @throws SettingsError */
export function writeOutfit(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text.trim()}\n`, { mode: 0o644 });
  try {
    readOutfit(`${file}.new`);
  } catch (error) {
    rmSync(`${file}.new`);
    throw error;
  }
  renameSync(`${file}.new`, file);
}

/** A plan as the file has it: nothing in it that goes without saying. */
export const registersOf = ({ swap, multiplier, ...lists }: RegisterPlan): Record<string, unknown> => ({
  ...lists,
  ...(swap ? { swap } : {}),
  ...(multiplier === undefined || multiplier === 1 ? {} : { multiplier }),
});

function fieldsOf(source: SourceSettings, own: string): Record<string, unknown> {
  const { kind, ...rest } = source;
  const fields: Record<string, unknown> = { kind };
  for (const [name, value] of Object.entries(rest)) {
    if (name === 'line') Object.assign(fields, lineFields(value as Line));
    else if (name.endsWith('File')) fields[name] = relative(own, value as string);
    else fields[name] = value;
  }
  return fields;
}

/** A bridge has a speed of its own, but seven bits and parity say how its bytes are. */
const lineFields = ({ path, tcp, baud, bits, parity }: Line): Record<string, unknown> =>
  tcp ? { port: `tcp://${tcp.host}:${tcp.port}` } : { port: path, baud, bits, parity };
