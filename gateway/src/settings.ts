/** The gateway's one file: YAML, read strictly. Whatever is wrong in it is said with line and column, the field and what was expected. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { isPath } from './parse/json.ts';
import { ENERGY_UNITS } from './parse/values.ts';
import type { RegisterPlan } from './slots/sample.ts';

export class SettingsError extends Error {}

/** Where a stream of bytes comes from: a serial port, or a bridge that passes one on over TCP. */
export interface Line {
  path?: string;
  tcp?: { host: string; port: number };
  baud: number;
  bits: 7 | 8;
  parity: 'none' | 'even' | 'odd';
}

export interface JsonRegister {
  name: string;
  topic: string;
  path: string;
  unit: string;
}

export type SourceSettings =
  | { kind: 'p1'; line: Line; checksum: 'crc' | 'none'; standardOffsetS: number }
  | { kind: 'smarty'; line: Line; keyFile: string; standardOffsetS: number }
  | { kind: 'sml'; line: Line }
  | { kind: 'd0'; line: Line; mode: 'A' | 'B' | 'C' | 'D'; checksum: 'bcc' | 'none'; unit?: 'Wh' | 'kWh' | 'MWh'; intervalS: number }
  | { kind: 'dlms'; line: Line; link: 'hdlc' | 'mbus'; keyFile?: string; authenticationKeyFile?: string; standardOffsetS: number }
  | { kind: 'sunspec' | 'sdm'; line: Line; unit: number; intervalS: number }
  | { kind: 'mqtt'; url: string; registers: readonly JsonRegister[]; userFile?: string; togetherS: number }
  | { kind: 'homewizard'; url: string; intervalS: number }
  | { kind: 'shelly'; url: string; model: 'pro-3em' | 'pro-em'; channel: number; intervalS: number };

export interface Settings {
  outfitFile: string;
  nodes: readonly string[];
  /** The one folder that is written to. */
  folder: string;
  /** The first day that is stated, YYYY-MM-DD, UTC: as the meter is enrolled. */
  firstDate: string;
  maxWhPerSlot: number;
  rollsOverAtWh?: bigint;
  distanceS: number;
  confirmations: number;
  lagS: number;
  /** Undefined: a meter of which every telegram is new. */
  stillS?: number;
  silenceS: number;
  clock: 'ntp' | 'system';
  /** Whether the set-up page is served once set-up is over. */
  setupPage: 'off' | 'always';
  /** A module that signs, in place of the key's file. */
  signer?: string;
  /** Undefined: total or all tariffs, as the first telegram has them. */
  registers?: RegisterPlan;
  source: SourceSettings;
}

/** @throws SettingsError */
export function readSettings(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SettingsError(`${file}: not there yet; \`electra-gateway setup\` writes one, --config names another`);
    throw new SettingsError(`${file}: cannot be read (${code})`);
  }
  return parseSettings(text, file);
}

/** @throws SettingsError */
export function parseSettings(text: string, file: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken) throw new SettingsError(`${file}:${placeOf(lines, broken.pos[0])}: not YAML (${broken.code})`);
  const top = new Fields({ document, lines, file }, []);
  const own = resolve(file, '..');
  const source = sourceOf(top.part('source'), own);
  const registers = top.has('registers') ? planOf(top.part('registers')) : undefined;
  const rolls = top.optional('rollsOverAtKWh', () => top.whole('rollsOverAtKWh', 1, 1_000_000_000));
  const stillS = top.optional('stillS', () => top.whole('stillS', 60, 2_678_400)) ?? STILL_S[source.kind];
  const signer = top.optional('signer', () => inFolder(own, top.text('signer')));
  const settings: Settings = {
    outfitFile: inFolder(own, top.text('outfit')),
    nodes: top.texts('nodes', isHttp, 'addresses of nodes, http(s)://…', 1),
    folder: inFolder(own, top.text('folder')),
    firstDate: top.text(
      'firstDay',
      (value) => !Number.isNaN(Date.parse(`${value}T00:00Z`)) && /^\d{4}-\d\d-\d\d$/.test(value),
      'YYYY-MM-DD',
    ),
    maxWhPerSlot: top.whole('maxWhPerSlot', 1, 2 ** 20 - 1),
    distanceS: top.whole('distanceS', 1, 3_660, 'intervalS' in source ? Math.max(30, 2 * source.intervalS) : 30),
    confirmations: top.whole('confirmations', 1, 10, 2),
    lagS: top.whole('lagS', 0, 3_600, 60),
    silenceS: top.whole('silenceS', 10, 86_400, 300),
    clock: top.choice('clock', ['ntp', 'system'] as const, 'ntp'),
    setupPage: top.choice('setupPage', ['off', 'always'] as const, 'off'),
    source,
    ...(rolls === undefined ? {} : { rollsOverAtWh: BigInt(rolls) * 1000n }),
    ...(stillS === undefined ? {} : { stillS }),
    ...(registers ? { registers } : {}),
    ...(signer ? { signer } : {}),
  };
  top.end();
  return settings;
}

/** Readers that somebody else made, which go on answering with the last telegram when they were pulled off the meter. */
const STILL_S: Partial<Record<SourceSettings['kind'], number>> = { mqtt: 21_600, homewizard: 21_600, shelly: 21_600 };

export const MULTIPLIER_MOST = 100_000;
const inFolder = (own: string, path: string): string => (isAbsolute(path) ? path : join(own, path));
const isHttp = (value: string): boolean => /^https?:\/\/[^\s]+$/.test(value);
const placeOf = (lines: LineCounter, at: number): string => {
  const { line, col } = lines.linePos(at);
  return `${line}:${col}`;
};

function planOf(fields: Fields): RegisterPlan {
  const isName = (prefix: string) => (value: string) => new RegExp(`^${prefix}\\.8\\.[0-8]$`).test(value);
  const times = fields.whole('multiplier', 1, MULTIPLIER_MOST, 1);
  const plan = {
    import: fields.texts('import', isName('1'), 'registers 1.8.0 to 1.8.8', 1),
    export: fields.texts('export', isName('2'), 'registers 2.8.0 to 2.8.8, or none: []', 0),
    swap: fields.flag('swap', false),
    ...(times === 1 ? {} : { multiplier: times }),
  };
  fields.end();
  return plan;
}

interface LineDefaults {
  baud: number;
  bits: 7 | 8;
  parity: Line['parity'];
}

function lineOf(fields: Fields, defaults: LineDefaults): Line {
  const port = fields.text(
    'port',
    (value) => /^tcp:\/\/[^/:\s]+:\d{1,5}$|^\/\S+$/.test(value),
    'a path such as /dev/serial/by-id/…, or tcp://HOST:PORT',
  );
  const tcp = /^tcp:\/\/(.+):(\d+)$/.exec(port);
  return {
    ...(tcp ? { tcp: { host: tcp[1], port: Number(tcp[2]) } } : { path: port }),
    baud: fields.whole('baud', 300, 921_600, defaults.baud),
    bits: fields.choice('bits', ['7', '8'] as const, String(defaults.bits) as '7' | '8') === '7' ? 7 : 8,
    parity: fields.choice('parity', ['none', 'even', 'odd'] as const, defaults.parity),
  };
}

const EIGHT_NONE = { bits: 8, parity: 'none' } as const;
const SEVEN_EVEN = { bits: 7, parity: 'even' } as const;
const EIGHT_EVEN = { bits: 8, parity: 'even' } as const;

const KINDS = ['p1', 'smarty', 'sml', 'd0', 'dlms', 'sunspec', 'sdm', 'mqtt', 'homewizard', 'shelly'] as const;

function sourceOf(fields: Fields, own: string): SourceSettings {
  const kind = fields.choice('kind', KINDS);
  const source = ofKind(kind, fields, own);
  fields.end();
  return source;
}

function ofKind(kind: (typeof KINDS)[number], fields: Fields, own: string): SourceSettings {
  const keyFile = (name: string): string => inFolder(own, fields.text(name));
  const offset = (): number => fields.whole('standardOffsetS', -43_200, 50_400, 3_600);
  const interval = (otherwise: number): number => fields.whole('intervalS', 1, 900, otherwise);
  const url = (): string => fields.text('url', isHttp, 'http://…');
  switch (kind) {
    case 'p1': {
      const checksum = fields.choice('checksum', ['crc', 'none'] as const, 'crc');
      const line = lineOf(fields, checksum === 'crc' ? { baud: 115_200, ...EIGHT_NONE } : { baud: 9_600, ...SEVEN_EVEN });
      return { kind, line, checksum, standardOffsetS: offset() };
    }
    case 'smarty':
      return { kind, line: lineOf(fields, { baud: 115_200, ...EIGHT_NONE }), keyFile: keyFile('keyFile'), standardOffsetS: offset() };
    case 'sml':
      return { kind, line: lineOf(fields, { baud: 9_600, ...EIGHT_NONE }) };
    case 'd0': {
      const mode = fields.choice('mode', ['A', 'B', 'C', 'D'] as const);
      const line = lineOf(fields, { baud: mode === 'D' ? 2_400 : 300, ...SEVEN_EVEN });
      const checksum = fields.choice('checksum', ['bcc', 'none'] as const, 'bcc');
      const unit = fields.optional('unit', () => fields.choice('unit', ENERGY_UNITS as ('Wh' | 'kWh' | 'MWh')[]));
      return { kind, line, mode, checksum, intervalS: interval(60), ...(unit ? { unit } : {}) };
    }
    case 'dlms': {
      const link = fields.choice('link', ['hdlc', 'mbus'] as const);
      const line = lineOf(fields, { baud: 2_400, ...EIGHT_EVEN });
      const key = fields.optional('keyFile', () => keyFile('keyFile'));
      const authentication = fields.optional('authenticationKeyFile', () => keyFile('authenticationKeyFile'));
      const keys = { ...(key ? { keyFile: key } : {}), ...(authentication ? { authenticationKeyFile: authentication } : {}) };
      return { kind, line, link, standardOffsetS: offset(), ...keys };
    }
    case 'sunspec':
    case 'sdm':
      return { kind, line: lineOf(fields, { baud: 9_600, ...EIGHT_NONE }), unit: fields.whole('unit', 1, 247, 1), intervalS: interval(10) };
    case 'mqtt':
      return mqttOf(fields, own);
    case 'homewizard':
      return { kind, url: url(), intervalS: interval(10) };
    case 'shelly': {
      const model = fields.choice('model', ['pro-3em', 'pro-em'] as const);
      return { kind, url: url(), model, channel: fields.whole('channel', 0, 3, 0), intervalS: interval(10) };
    }
  }
}

function mqttOf(fields: Fields, own: string): SourceSettings {
  const url = fields.text('url', (value) => /^(mqtts?|wss?):\/\/\S+$/.test(value), 'mqtt://HOST:1883 or mqtts://…');
  const user = fields.optional('userFile', () => inFolder(own, fields.text('userFile')));
  const registers = fields.parts('registers').map((one) => {
    const name = one.text('name', (value) => /^[12]\.8\.[0-8]$/.test(value), 'a register: 1.8.0 for import, 2.8.0 for export');
    const path = one.optional('path', () => one.text('path', isPath, 'names and places, such as SML.in or meters[0].out')) ?? '';
    const topic = one.text('topic', (value) => !/[#+]/.test(value), 'a topic without wildcards');
    const register = { name, topic, path, unit: one.choice('unit', ENERGY_UNITS) };
    one.end();
    return register;
  });
  return { kind: 'mqtt', url, registers, togetherS: fields.whole('togetherS', 0, 60, 5), ...(user ? { userFile: user } : {}) };
}

interface Origin {
  document: Document;
  lines: LineCounter;
  file: string;
}

/** The fields of one map of the file; each is asked for by name, and what nobody asked for is refused. */
class Fields {
  readonly #origin: Origin;
  readonly #path: readonly (string | number)[];
  readonly #asked = new Set<string>();

  constructor(origin: Origin, path: readonly (string | number)[]) {
    this.#origin = origin;
    this.#path = path;
    if (!isMap(this.#node([]))) throw this.#bad([], 'fields, each `name: value`');
  }

  #node(more: readonly (string | number)[]): Node | undefined {
    const { document } = this.#origin;
    const path = [...this.#path, ...more];
    return (path.length === 0 ? document.contents : document.getIn(path, true)) as Node | undefined;
  }

  /** Where it is, or where it would have to be. */
  #bad(more: readonly (string | number)[], expected: string): SettingsError {
    const { lines, file } = this.#origin;
    const node = this.#node(more) ?? this.#node([]);
    const name = [...this.#path, ...more].join('.') || 'the file';
    return new SettingsError(`${file}:${placeOf(lines, node?.range?.[0] ?? 0)}: ${name}: expected ${expected}`);
  }

  has(name: string): boolean {
    return this.#node([name]) !== undefined;
  }

  optional<T>(name: string, read: () => T): T | undefined {
    this.#asked.add(name);
    return this.has(name) ? read() : undefined;
  }

  #scalar(name: string): unknown {
    this.#asked.add(name);
    const node = this.#node([name]);
    return isScalar(node) ? node.value : undefined;
  }

  text(name: string, fits: (value: string) => boolean = () => true, expected = 'a text'): string {
    const value = this.#scalar(name);
    if (typeof value !== 'string' || value === '' || !fits(value)) throw this.#bad([name], expected);
    return value;
  }

  whole(name: string, least: number, most: number, otherwise?: number): number {
    if (otherwise !== undefined && !this.has(name)) {
      this.#asked.add(name);
      return otherwise;
    }
    const value = this.#scalar(name);
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      throw this.#bad([name], `a whole number from ${least} to ${most}`);
    return value as number;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.has(name) ? this.#scalar(name) : otherwise;
    this.#asked.add(name);
    if (typeof value !== 'boolean') throw this.#bad([name], 'true or false');
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise?: T): T {
    this.#asked.add(name);
    if (otherwise !== undefined && !this.has(name)) return otherwise;
    const value = String(this.#scalar(name));
    if (!(choices as readonly string[]).includes(value)) throw this.#bad([name], `one of ${choices.join(', ')}`);
    return value as T;
  }

  #items(name: string, expected: string, least: number): number {
    this.#asked.add(name);
    const node = this.#node([name]);
    if (!isSeq(node) || node.items.length < least) throw this.#bad([name], expected);
    return node.items.length;
  }

  texts(name: string, fits: (value: string) => boolean, expected: string, least: number): string[] {
    return Array.from({ length: this.#items(name, expected, least) }, (_, i) => {
      const node = this.#node([name, i]);
      const value = isScalar(node) ? node.value : undefined;
      if (typeof value !== 'string' || !fits(value)) throw this.#bad([name, i], expected);
      return value;
    });
  }

  part(name: string): Fields {
    this.#asked.add(name);
    if (!this.has(name)) throw this.#bad([name], 'fields of its own');
    return new Fields(this.#origin, [...this.#path, name]);
  }

  parts(name: string): Fields[] {
    return Array.from(
      { length: this.#items(name, 'a list of one or more', 1) },
      (_, i) => new Fields(this.#origin, [...this.#path, name, i]),
    );
  }

  /** All has been asked for. */
  end(): void {
    const map = this.#node([]);
    if (!isMap(map)) return;
    for (const { key } of map.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (this.#asked.has(name)) continue;
      const at = placeOf(this.#origin.lines, (key as Node).range?.[0] ?? 0);
      const field = [...this.#path, name].join('.');
      throw new SettingsError(`${this.#origin.file}:${at}: ${field}: expected one of ${[...this.#asked].join(', ')}`);
    }
  }
}
