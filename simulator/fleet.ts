/**
 * A community's meters in one process: each member has a MeterClient with a store of its own, all share one view of the chain. The replayed
 * days come first (a client sends day statements before reports), then every slot of the present as it passes. A meter that cannot open its
 * store, or no longer write to it, is named, left alone and tried again; the others go on. After a restart the profiles
 * are walked again from the first day, which is exact and quick, and only what a meter has not recorded yet is recorded.
 */
import { join } from 'node:path';
import { sleep } from '../sdk/ts/src/backoff.ts';
import {
  CometRpc,
  dayOfSlot,
  firstSlot,
  type MeterChain,
  MeterClient,
  type Outfit,
  type Reading,
  type SenderEvent,
  SLOT_S,
  sharedChain,
  slotOf,
} from '../sdk/ts/src/index.ts';
import { openFileStore } from '../sdk/ts/src/node/file-store.ts';
import { type DemoCalendar, profileRowOf, readDemo, writeDemo } from './calendar.ts';
import type { GatewayMeter } from './gateway-meter.ts';
import { fleetDir, meterKey } from './keys.ts';
import { loadCommunity, type Member, PROFILES_DIR, type Profiles, SimulatorError } from './profiles.ts';
import { maxWhPerSlot, SimulatedMeter } from './registers.ts';

export * from './keys.ts';

export interface FleetProgress {
  statementsSent: number;
  statementsTotal: number;
  reportsSent: number;
  reportsTotal: number;
  /** Refused for good, see each meter's dead letters. */
  deadLetters: number;
}

/** What of a pino logger is used. */
export interface FleetLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface FleetOptions {
  /** DIR: holds demo.json and meters/. */
  dataDir: string;
  rpcUrls: readonly string[];
  chainId: string;
  /** whose keys the meters seal to */
  outfit: Outfit;
  signal: AbortSignal;
  log: FleetLog;
  /** Unix milliseconds on the chain's clock. Default: now. */
  now?: () => number;
  /** Seconds of that clock per second. Default: 1. */
  rate?: number;
  profilesDir?: string;
  /** Every meter is a gateway beside a simulated existing meter. */
  gateways?: boolean;
  /** Members whose meters run elsewhere: another program holds their keys (DIR/meters/NAME/key) and sends for them. */
  external?: readonly string[];
  onProgress?: (progress: FleetProgress) => void;
  /** For tests: instead of RPC. */
  chain?: MeterChain;
}

const PROGRESS_MS = 500;
const LONGEST_SLEEP_MS = 30_000;
const REOPEN_MS = 5_000;

/** Runs until the signal aborts. Rejects only for what concerns all meters (no demo.json, no profiles). */
export async function runFleet(options: FleetOptions): Promise<void> {
  const { dataDir, log, now = Date.now, external = [] } = options;
  const calendar = await readDemo(dataDir);
  if (!calendar) throw new SimulatorError('no-demo', join(dataDir, 'demo.json'), 'a demo calendar (made at the first start)');
  const profiles = await loadCommunity(calendar.community, options.profilesDir ?? PROFILES_DIR);
  const chain = options.chain ?? sharedChain(new CometRpc({ urls: options.rpcUrls }));
  const members = profiles.members.filter(({ member }) => !external.includes(member));
  log.info({ meters: members.length, community: calendar.community, from: calendar.from, days: calendar.days }, 'meters start');
  const meters = new Meters(members, (member) => FleetMeter.open(options, chain, calendar, profiles, member), log);
  const report = progressReporter(meters, calendar, now, options.onProgress);
  const ticker = setInterval(report, PROGRESS_MS);
  try {
    await follow(meters, calendar, options);
  } finally {
    clearInterval(ticker);
    report();
    await meters.close();
  }
}

/** Records every slot that is over, and keeps demo.json's dates up to today. */
async function follow(meters: Meters, calendar: DemoCalendar, { dataDir, signal, now = Date.now, rate = 1 }: FleetOptions): Promise<void> {
  let writtenDay = 0;
  while (!signal.aborted) {
    const lastSlot = slotOf(now() / 1000) - 1;
    if (dayOfSlot(lastSlot + 1) !== writtenDay) {
      writtenDay = dayOfSlot(lastSlot + 1);
      await writeDemo(dataDir, calendar, writtenDay);
    }
    await meters.openMissing(signal);
    await meters.each(signal, (meter) => meter.recordUpTo(lastSlot));
    const nextMs = ((lastSlot + 2) * SLOT_S * 1000 - now() + 1000) / rate;
    await sleep(Math.min(meters.areAllOpen() ? LONGEST_SLEEP_MS : REOPEN_MS, nextMs), signal);
  }
}

/** The meters that are open. One that fails is named once for each reason, and opened again later; nobody else notices. */
class Meters {
  readonly #members: readonly Member[];
  readonly #open: (member: Member) => Promise<FleetMeter>;
  readonly #log: FleetLog;
  readonly #meters = new Map<string, FleetMeter>();
  readonly #runs = new Set<Promise<void>>();
  readonly #said = new Map<string, string>();

  constructor(members: readonly Member[], open: (member: Member) => Promise<FleetMeter>, log: FleetLog) {
    this.#members = members;
    this.#open = open;
    this.#log = log;
  }

  get count(): number {
    return this.#members.length;
  }

  clients(): MeterClient[] {
    return [...this.#meters.values()].map(({ client }) => client);
  }

  areAllOpen(): boolean {
    return this.#meters.size === this.#members.length;
  }

  async openMissing(signal: AbortSignal): Promise<void> {
    for (const member of this.#members) {
      if (this.#meters.has(member.member) || signal.aborted) continue;
      try {
        const meter = await this.#open(member);
        this.#meters.set(member.member, meter);
        this.#said.delete(member.member);
        const run = meter.client.run(signal).catch((error) => this.#drop(member.member, error));
        this.#runs.add(run);
        void run.finally(() => this.#runs.delete(run));
      } catch (error) {
        this.#say(member.member, error);
      }
    }
  }

  async each(signal: AbortSignal, work: (meter: FleetMeter) => Promise<void>): Promise<void> {
    for (const [member, meter] of [...this.#meters]) {
      if (signal.aborted) return;
      await work(meter).catch((error) => this.#drop(member, error));
    }
  }

  async #drop(member: string, error: unknown): Promise<void> {
    this.#say(member, error);
    const meter = this.#meters.get(member);
    this.#meters.delete(member);
    await meter?.client.close().catch(() => {}); // what made it fail may fail it here too
  }

  #say(member: string, error: unknown): void {
    const message = (error as Error).message;
    if (this.#said.get(member) === message) return;
    this.#said.set(member, message);
    this.#log.warn({ member, code: (error as { code?: unknown }).code }, `this meter stands still, the others go on: ${message}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#runs);
    await Promise.all(this.clients().map((client) => client.close()));
  }
}

function progressReporter(
  meters: Meters,
  calendar: DemoCalendar,
  now: () => number,
  onProgress?: (progress: FleetProgress) => void,
): () => void {
  let last = '';
  return () => {
    const slots = slotOf(now() / 1000) - firstSlot(calendar.firstDay);
    const progress: FleetProgress = {
      statementsSent: 0,
      statementsTotal: Math.floor(slots / 96) * meters.count,
      reportsSent: 0,
      reportsTotal: slots * meters.count,
      deadLetters: 0,
    };
    for (const client of meters.clients()) {
      const { sent, deadLetters } = client.status();
      progress.statementsSent += sent.statements;
      progress.reportsSent += sent.reports;
      progress.deadLetters += deadLetters;
    }
    const text = JSON.stringify(progress);
    if (text !== last) onProgress?.(progress);
    last = text;
  };
}

class FleetMeter {
  readonly client: MeterClient;
  readonly #calendar: DemoCalendar;
  readonly #meter: SimulatedMeter;
  readonly #gateway: GatewayMeter | undefined;
  /** The next slot to let pass; all before it are in the registers. */
  #slot: number;

  private constructor(client: MeterClient, calendar: DemoCalendar, meter: SimulatedMeter, gateway: GatewayMeter | undefined) {
    this.client = client;
    this.#calendar = calendar;
    this.#meter = meter;
    this.#gateway = gateway;
    this.#slot = firstSlot(calendar.firstDay);
  }

  static async open(
    options: FleetOptions,
    chain: MeterChain,
    calendar: DemoCalendar,
    { columns, members }: Profiles,
    member: Member,
  ): Promise<FleetMeter> {
    const { dataDir, chainId, outfit, log, now = Date.now } = options;
    const key = await meterKey(dataDir, member.member);
    const store = await openFileStore(join(fleetDir(dataDir, member.member), 'store'));
    const client = await MeterClient.open({
      chainId,
      chain,
      outfit,
      store,
      key,
      nowMs: now,
      backoffMaxMs: 15_000,
      onEvent: (event) => tell(log, member.member, event),
    });
    try {
      const gateway = options.gateways ? await openGateway(client, calendar, members.indexOf(member), member, log) : undefined;
      if (!gateway && client.status().newestSlot === undefined) await client.startDay(calendar.firstDay, 0n, 0n);
      return new FleetMeter(client, calendar, new SimulatedMeter(member, columns), gateway);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  async recordUpTo(lastSlot: number): Promise<void> {
    const recorded = this.client.status().newestSlot ?? firstSlot(this.#calendar.firstDay) - 1;
    const readings: Reading[] = [];
    for (; this.#slot <= lastSlot; this.#slot++) {
      const day = dayOfSlot(this.#slot);
      const state = this.#meter.advance(profileRowOf(this.#calendar, day) + this.#slot - firstSlot(day));
      if (this.#slot > recorded) readings.push({ slot: this.#slot, ...state });
    }
    if (readings.length === 0) return;
    if (!this.#gateway) return this.client.recordAll(readings);
    for (const reading of readings) this.#gateway.say(reading);
    await this.#gateway.save();
  }
}

/** Loaded for a community of gateways alone. */
async function openGateway(
  client: MeterClient,
  { firstDay }: DemoCalendar,
  index: number,
  member: Member,
  log: FleetLog,
): Promise<GatewayMeter> {
  const { GatewayMeter } = await import('./gateway-meter.ts');
  const warn = (message: string): void => log.warn({ member: member.member }, message);
  const gateway = await GatewayMeter.open({ client, index, firstDay, maxWhPerSlot: maxWhPerSlot(member), warn });
  log.info({ member: member.member, source: gateway.source }, 'a gateway beside an existing meter');
  return gateway;
}

function tell(log: FleetLog, member: string, event: SenderEvent): void {
  if (event.kind === 'dead-letter') log.warn({ member, item: event.item, reason: event.reason }, `refused for good: ${event.message}`);
  else if (event.kind === 'disputed' || event.kind === 'held-back') log.warn({ member }, event.message);
  else log.debug({ member, ...event }, event.kind);
}
