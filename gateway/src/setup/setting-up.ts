/** A gateway while it is set up: what was found, what was accepted, what is written. Knows nothing of pages. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hasKey, keyFileOf, makeKey, openKeys } from '../key.ts';
import { isPath } from '../parse/json.ts';
import { readOutfit, statusFile } from '../run.ts';
import { MULTIPLIER_MOST, readSettings, type Settings, SettingsError, type SourceSettings } from '../settings.ts';
import { chosen, planOf, type RegisterPlan, sumsOf } from '../slots/sample.ts';
import type { Telegram } from '../telegram.ts';
import { compare, type Verdict } from './compare.ts';
import { askEnrolment, type Enrolment } from './enrolment.ts';
import { type Job, Looking, type LookingOptions, type Speaks } from './looking.ts';
import type { Port } from './ports.ts';
import { put, registersOf, type Written, writeOutfit, writeSettings } from './write.ts';

/** Why something was not done; the page has a sentence for each. */
export type Refusal =
  | 'badPort'
  | 'badAddress'
  | 'badMqtt'
  | 'badOutfit'
  | 'badNodes'
  | 'badDay'
  | 'badLimit'
  | 'badTimes'
  | 'cannotWrite'
  | 'notYet';

export interface SettingUpOptions extends Omit<LookingOptions, 'keyFile'> {
  config: string;
  /** Where key and readings go, unless the settings say it already. */
  folder: string;
  listPorts: () => Port[];
  isSynchronized: () => Promise<boolean | undefined>;
  enrolment?: typeof askEnrolment;
}

export interface Draft {
  source: SourceSettings;
  telegram: Telegram | undefined;
  wants?: 'key' | 'registers';
  /** Its registers come once an hour, as in Norway. */
  isHourly: boolean;
  plan: RegisterPlan;
  isAccepted: boolean;
  /** what was typed, by register, and what came out */
  said: Record<string, string>;
  verdicts: Record<string, Verdict>;
}

/** What a running gateway last wrote of itself, as far as the page shows it. */
export interface Running {
  writtenUnixS: number;
  stop?: string;
  isClockTrusted: boolean;
  lastBelievedUnixS?: number;
  waiting: number;
  counts: { believed: number; dropped: Record<string, number>; missingSlots: number };
  meter?: {
    queued: { statements: number; reports: number };
    sent: { statements: number; reports: number };
    lastError?: { message: string; unixS: number };
  };
}

/** How an hour's energy is laid over its quarter-hours: docs/gateway.md, Norway. */
const HOURLY = { distanceS: 3_660, confirmations: 1 };

export class SettingUp {
  readonly #o: SettingUpOptions;
  readonly #own: string;
  settings: Settings | undefined;
  draft: Draft | undefined;
  readonly #looking: Looking;

  /** @throws SettingsError where there are settings that cannot be read */
  constructor(options: SettingUpOptions) {
    this.#o = options;
    this.#own = resolve(options.config, '..');
    this.#looking = new Looking({ ...options, keyFile: this.keyFile }, (found) => this.#take(found));
    if (!existsSync(options.config)) return;
    this.settings = readSettings(options.config);
    const { source, registers, distanceS } = this.settings;
    const plan = registers ?? { import: [], export: [] };
    this.draft = {
      source,
      telegram: undefined,
      isHourly: distanceS === HOURLY.distanceS,
      plan,
      isAccepted: registers !== undefined,
      said: {},
      verdicts: {},
    };
  }

  get file(): string {
    return resolve(this.#o.config);
  }

  get folder(): string {
    return this.settings?.folder ?? resolve(this.#o.folder);
  }

  get keyFile(): string {
    return join(this.#own, 'port.key');
  }

  get userFile(): string {
    return join(this.#own, 'mqtt.user');
  }

  ports(): Port[] {
    return this.#o.listPorts();
  }

  // ---- what speaks

  get job(): Job | undefined {
    return this.#looking.job;
  }

  look(port: string): Refusal | undefined {
    return this.#looking.port(port);
  }

  lookAtAddress(text: string): Refusal | undefined {
    return this.#looking.address(text);
  }

  lookAtBroker(source: Extract<SourceSettings, { kind: 'mqtt' }>): Refusal | undefined {
    const isFit =
      /^mqtts?:\/\/[^\s@]+$/.test(source.url) &&
      source.registers.every(({ topic, path }) => topic !== '' && !/[#+]/.test(topic) && isPath(path));
    if (!isFit || source.registers.length === 0) return 'badMqtt';
    this.#looking.read({ ...source, ...(existsSync(this.userFile) ? { userFile: this.userFile } : {}) });
    return undefined;
  }

  readAgain(): Refusal | undefined {
    if (!this.draft) return 'notYet';
    this.#looking.read(this.draft.source, this.draft.isHourly);
    return undefined;
  }

  #take(found: Speaks): void {
    const { draft: before } = this;
    const telegram = 'telegram' in found ? found.telegram : undefined;
    const plan = telegram ? planOf(telegram) : { import: [], export: [] };
    const isSameLine = before !== undefined && isDeepStrictEqual(before.source, found.source);
    this.draft = {
      source: found.source,
      telegram,
      ...('wants' in found ? { wants: found.wants } : {}),
      isHourly: ('wants' in found && found.wants === 'registers') || (isSameLine && before.isHourly),
      plan: telegram && before && stays(before.plan, { telegram, plan, isSameLine }) ? before.plan : plan,
      isAccepted: false,
      said: {},
      verdicts: {},
    };
  }

  stopLooking(): void {
    this.#looking.stop();
  }

  // ---- what it says

  /** Both directions as they will be stated, in mWh. */
  sums(): { importMilliWh: bigint; exportMilliWh: bigint } | undefined {
    const { telegram, plan } = this.draft ?? {};
    if (!telegram || !plan) return undefined;
    return sumsOf(new Map([...telegram.registers].map(([name, { milliWh }]) => [name, milliWh])), plan);
  }

  compare(said: Record<string, string>): Refusal | undefined {
    const { draft } = this;
    if (!draft?.telegram) return 'notYet';
    const registers = draft.telegram.registers;
    const times = BigInt(draft.plan.multiplier ?? 1);
    const milliWh = (name: string): bigint => (registers.get(name)?.milliWh ?? 0n) * times;
    draft.said = Object.fromEntries(Object.entries(said).filter(([name, text]) => registers.has(name) && text.trim() !== ''));
    draft.verdicts = Object.fromEntries(
      Object.entries(draft.said).map(([name, text]) => {
        const others = [...registers.keys()].filter((other) => other[0] !== name[0] && other.slice(1) === name.slice(1)).map(milliWh);
        const shown = draft.plan.swap ? (others[0] ?? milliWh(name)) : milliWh(name);
        return [name, compare(text, shown, draft.plan.swap ? [milliWh(name)] : others)];
      }),
    );
    draft.isAccepted = false;
    return undefined;
  }

  correct({ swap, times, hasExport, unit }: { swap: boolean; times: string; hasExport: boolean; unit?: string }): Refusal | undefined {
    const { draft } = this;
    if (!draft?.telegram) return 'notYet';
    const multiplier = Number(times);
    if (!/^\d{1,6}$/.test(times.trim()) || multiplier < 1 || multiplier > MULTIPLIER_MOST) return 'badTimes';
    const { import: imported, export: exported } = planOf(draft.telegram);
    draft.plan = {
      import: imported,
      export: hasExport ? exported : [],
      ...(swap ? { swap } : {}),
      ...(multiplier === 1 ? {} : { multiplier }),
    };
    draft.verdicts = {};
    draft.isAccepted = false;
    if (draft.source.kind === 'mqtt' && unit && unit !== draft.source.registers[0].unit)
      return this.lookAtBroker({ ...draft.source, registers: draft.source.registers.map((one) => ({ ...one, unit })) });
    if (Object.keys(draft.said).length > 0) return this.compare(draft.said);
    return undefined;
  }

  accept(): Refusal | undefined {
    if (!this.draft?.telegram || this.draft.plan.import.length === 0) return 'notYet';
    this.draft.isAccepted = true;
    return undefined;
  }

  // ---- what is written

  /** The file says what was accepted last. */
  isWritten(): boolean {
    const { draft, settings } = this;
    if (!settings?.registers || !draft?.isAccepted) return false;
    const isSamePlan = isDeepStrictEqual(registersOf(settings.registers), registersOf(draft.plan));
    return isSamePlan && isDeepStrictEqual(settings.source, draft.source);
  }

  save(fields: { outfit: string; nodes: string; firstDay: string; maxWhPerSlot: string; clock: string }): Refusal | undefined {
    const { draft } = this;
    if (!draft?.isAccepted) return 'notYet';
    const nodes = fields.nodes.split(/[\s,]+/).filter((node) => node !== '');
    if (nodes.length === 0 || nodes.some((node) => !/^https?:\/\/[^\s@]+$/.test(node))) return 'badNodes';
    const isDay = /^\d{4}-\d\d-\d\d$/.test(fields.firstDay) && !Number.isNaN(Date.parse(`${fields.firstDay}T00:00Z`));
    if (!isDay) return 'badDay';
    const maxWhPerSlot = Number(fields.maxWhPerSlot);
    if (!Number.isInteger(maxWhPerSlot) || maxWhPerSlot < 1 || maxWhPerSlot >= 2 ** 20) return 'badLimit';
    const outfitFile = this.settings?.outfitFile ?? join(this.#own, 'outfit.json');
    try {
      if (fields.outfit.trim() !== '') writeOutfit(outfitFile, fields.outfit);
      else readOutfit(outfitFile);
    } catch (error) {
      return error instanceof SettingsError ? 'badOutfit' : 'cannotWrite';
    }
    // What stands in the file already stays as it is written there.
    const places = this.settings ? {} : { outfit: 'outfit.json', folder: this.folder };
    const own = { nodes, firstDay: fields.firstDay, maxWhPerSlot, clock: fields.clock === 'system' ? 'system' : 'ntp' } as const;
    try {
      this.settings = writeSettings(this.#o.config, {
        ...places,
        ...own,
        ...this.#distances(draft),
        source: draft.source,
        registers: draft.plan,
      });
    } catch (error) {
      if (error instanceof SettingsError) throw error;
      return 'cannotWrite';
    }
    this.draft = { ...draft, source: this.settings.source };
    return undefined;
  }

  /** An hour apart for a meter that speaks once an hour, and for no other that comes in its place. */
  #distances({ isHourly }: Draft): Pick<Written, 'distanceS' | 'confirmations'> {
    if (isHourly) return HOURLY;
    return this.settings?.distanceS === HOURLY.distanceS ? { distanceS: null, confirmations: null } : {};
  }

  /** The settings of a meter that has a key, or a module that signs in its place. */
  #withKey(): Settings | undefined {
    const { settings } = this;
    return settings && (settings.signer !== undefined || hasKey(settings.folder)) ? settings : undefined;
  }

  makeKey(): Refusal | undefined {
    if (!this.settings) return 'notYet';
    try {
      if (!this.#withKey()) makeKey(this.settings.folder);
    } catch {
      return 'cannotWrite';
    }
    return undefined;
  }

  /** This meter's address, where it has a key that can be used. */
  async address(): Promise<string | undefined> {
    const key = await this.key();
    return key && 'address' in key ? key.address : undefined;
  }

  /** The key as it is used: its address; or whose it cannot be, the key's file or the module that signs, and which. */
  async key(): Promise<{ address: string } | { unusable: string } | undefined> {
    const settings = this.#withKey();
    if (!settings) return undefined;
    try {
      return { address: (await openKeys(settings.folder, settings.signer)).address };
    } catch {
      return { unusable: settings.signer ?? keyFileOf(settings.folder) }; // a module's own words may say what is nobody's business
    }
  }

  chainId(): string | undefined {
    try {
      return this.settings && readOutfit(this.settings.outfitFile).chainId;
    } catch {
      return undefined;
    }
  }

  // ---- how it is

  async enrolment(address: string): Promise<Enrolment> {
    const chainId = this.chainId();
    if (!this.settings || chainId === undefined) return { state: 'unreachable' };
    return (this.#o.enrolment ?? askEnrolment)(this.settings.nodes, chainId, address);
  }

  async isClockSet(): Promise<boolean> {
    if (this.settings?.clock === 'system') return true;
    return (await this.#o.isSynchronized().catch(() => undefined)) === true;
  }

  running(): Running | undefined {
    try {
      return JSON.parse(readFileSync(statusFile(this.folder), 'utf8')) as Running;
    } catch {
      return undefined;
    }
  }

  /** From now on the page is off, unless the settings ask for it. */
  finish(): Refusal | undefined {
    if (!this.#withKey()) return 'notYet';
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      put(doneFile(this.folder), `${JSON.stringify({ setUp: true })}\n`);
      return undefined;
    } catch {
      return 'cannotWrite';
    }
  }

  async close(): Promise<void> {
    this.stopLooking();
    await this.job?.work;
  }
}

/** What was corrected is not forgotten where the same registers are read, or all that it names on the same line. */
function stays(
  before: RegisterPlan,
  { telegram, plan, isSameLine }: { telegram: Telegram; plan: RegisterPlan; isSameLine: boolean },
): boolean {
  if (isDeepStrictEqual([plan.import, plan.export], [before.import, before.export])) return true;
  if (!isSameLine || before.import.length === 0) return false;
  try {
    chosen(telegram, before);
    return true;
  } catch {
    return false; // a tariff is gone, or new
  }
}

const doneFile = (folder: string): string => join(folder, 'set-up.json');
export const isSetUp = (folder: string): boolean => existsSync(doneFile(folder));
