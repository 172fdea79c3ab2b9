/**
 * MeterClient: registers in, sealed reports and day statements on the chain. It keeps what it is given before it answers, and from then on
 * sees to it alone: hours offline, crashes, key changes and refusals included. Time, randomness, store and chain are arguments, so that a
 * test can stop it between any two steps. One client per meter key: a second one with the same key would sign over the first.
 */
import { keySigner, type Signer } from '../../../src/protocol/messages/sign.ts';
import type { MeterExport } from '../../../src/protocol/meter/meter-export.ts';
import { checkStatement, type Statement } from '../../../src/protocol/meter/statement.ts';
import { checkU32 } from '../../../src/protocol/values/checks.ts';
import { ProtocolError } from '../../../src/protocol/values/errors.ts';
import { dayOfSlot, dayToDate, firstSlot, SLOT_S, SLOTS_PER_DAY, U32_MAX } from '../../../src/protocol/values/time.ts';
import { backoffMs, sleep } from './backoff.ts';
import { ChainClock, isBelieved } from './chain-clock.ts';
import type { MeterClientOptions, MeterStatus } from './client-options.ts';
import { DisputeWatch, disputeChanges } from './disputes.ts';
import { NodeKeys } from './node-key.ts';
import { type DeadLetter, type ItemId, Outbox } from './outbox.ts';
import { type DayValues, missingSlots, type Reading } from './readings.ts';
import { Recorder } from './recorder.ts';
import { Sender, type SenderEvent, type StepResult } from './sender.ts';
import { type RosterNews, RosterWatch } from './witness.ts';

const KEEP_DAYS = 45;

export class MeterClient {
  readonly meter: string;
  readonly #o: MeterClientOptions;
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #recorder: Recorder;
  readonly #nowMs: () => number;
  readonly #clock: ChainClock;
  readonly #disputes: DisputeWatch;
  readonly #rosters: RosterWatch;
  readonly #random: (length: number) => Uint8Array;
  #lastError: MeterStatus['lastError'];
  #adding: Promise<unknown> = Promise.resolve();
  #stepping: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};

  private constructor(options: MeterClientOptions, outbox: Outbox, signer: Signer, deviceSecret: Uint8Array) {
    this.#o = options;
    this.#outbox = outbox;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#random = options.random ?? ((length) => globalThis.crypto.getRandomValues(new Uint8Array(length)));
    this.meter = signer.address;
    this.#recorder = new Recorder(outbox, { ...options, meter: this.meter, deviceSecret, random: this.#random });
    const monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.#clock = new ChainClock(monotonicMs);
    this.#rosters = new RosterWatch(options.chain, signer.address, outbox, monotonicMs);
    this.#disputes = new DisputeWatch(options.chain, signer.address, outbox, monotonicMs);
    this.#sender = new Sender(outbox, {
      chainId: options.chainId,
      chain: options.chain,
      nodeKeys: new NodeKeys(outbox, options.chain, options.chainId, options.outfit),
      signer,
      deviceSecret,
      nowMs: this.#nowMs,
      monotonicMs,
      clock: this.#clock,
      random: this.#random,
      timeoutBlocks: options.timeoutBlocks ?? 100,
      rebroadcastMs: options.rebroadcastMs ?? 15_000,
      keepDays: KEEP_DAYS,
      onEvent: (event) => this.#onEvent(event),
    });
  }

  /** Opens the store and takes up where it was. Refuses a store of another meter or chain. */
  static async open(options: MeterClientOptions): Promise<MeterClient> {
    const signer = options.key instanceof Uint8Array ? keySigner(options.key) : options.key;
    const deviceSecret = options.deviceSecret ?? (options.key instanceof Uint8Array ? options.key : undefined);
    if (deviceSecret?.length !== 32) throw new ProtocolError('wrong-size', 'deviceSecret', '32 bytes (needed beside a signer)');
    const outbox = await Outbox.open(options.store);
    const owner = { format: 1, chainId: options.chainId, meter: signer.address };
    if (outbox.owner === undefined) await outbox.commit([['m', owner]]);
    else if (JSON.stringify(outbox.owner) !== JSON.stringify(owner)) {
      throw new ProtocolError('wrong-store', 'store', `a store of ${signer.address} on ${options.chainId}`);
    }
    return new MeterClient(options, outbox, signer, deviceSecret);
  }

  // ---- in

  /** The registers at 00:00 UTC of a meter's first day, from which its first slot counts. No report is made of them. */
  async startDay(day: number, importRegisterWh: bigint, exportRegisterWh: bigint): Promise<void> {
    checkU32(day, 'day');
    await this.#exclusive(() => this.#outbox.commit(this.#recorder.startChanges(day, importRegisterWh, exportRegisterWh)));
  }

  /**
   * Registers at a slot's end. Durable when it resolves; a report is queued, and a statement when its day is complete. Repeating it is
   * harmless. A slot ahead of the chain's clock is held back, and may be recorded anew until that clock has passed it.
   */
  async record(reading: Reading): Promise<void> {
    await this.recordAll([reading]);
  }

  /** Many readings at once, one write. Refused as a whole when one is refused. */
  async recordAll(readings: readonly Reading[]): Promise<void> {
    for (const { slot } of readings) checkU32(slot, 'slot');
    const ahead = readings.filter(({ slot }) => this.#clock.isAhead(slot));
    const due = readings.filter(({ slot }) => !this.#clock.isAhead(slot));
    await this.#exclusive(() => this.#outbox.commit([...this.#recorder.readingChanges(due), ...this.#recorder.heldChanges(ahead)]));
    if (ahead.length > 0) this.#sayAhead(ahead);
    this.#wake();
  }

  /**
   * A day statement from values that the device keeps itself. Durable when it resolves. A day is stated once: other values for it are
   * refused.
   */
  async addStatement(values: DayValues): Promise<void> {
    checkStatement(values);
    await this.#exclusive(async () => {
      const queued = this.#outbox.statements.get(values.day)?.statement;
      if (queued && !sameDay(queued, values))
        throw new ProtocolError('already-stated', 'day', 'the values that were stated first: a statement is committed to once');
      if (queued || this.#recorder.dayKnown(values.day)) return;
      await this.#outbox.commit(this.#recorder.statedChanges(values));
    });
    this.#wake();
  }

  // ---- out

  /** One step towards the chain; for whoever schedules it themselves. Otherwise `run`. */
  step(): Promise<StepResult> {
    const done = this.#stepping.then(async () => {
      await this.#takeHeld();
      const result = await this.#sender.step();
      await this.#lookForDisputes();
      await this.#lookAtRosters();
      return result;
    });
    this.#stepping = done.catch((error) => this.#fail(error));
    return done;
  }

  /** Sends until the signal aborts: backs off after failures, sleeps while there is nothing to do. Never throws for the network's sake. */
  async run(signal: AbortSignal): Promise<void> {
    const { chain, pollMs = 1000, backoffMaxMs = 300_000 } = this.#o;
    let failures = 0;
    while (!signal.aborted) {
      const result = await this.step().catch(() => 'failed' as const);
      failures = result === 'failed' || result === 'refused' ? failures + 1 : 0;
      if (signal.aborted || result === 'moved') continue;
      if (failures > 0) await this.#wait(backoffMs(failures, this.#random, { maxMs: backoffMaxMs }), signal);
      else if (result === 'waiting') await (chain.nextBlock?.(signal) ?? sleep(pollMs, signal)).catch(() => sleep(pollMs, signal));
      else await this.#wait(this.#pending() > 0 ? pollMs : undefined, signal);
    }
  }

  /** Runs until nothing is queued or in flight, or the signal aborts. Items that have to wait for the chain's clock count as queued. */
  async flush(signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const stop = AbortSignal.any([signal, done.signal]);
    const running = this.run(stop);
    while (!signal.aborted && this.#pending() > 0) await sleep(20, stop); // looks at, so holds, one that Node 20 would take for garbage
    done.abort();
    await running;
  }

  status(): MeterStatus {
    const { inFlight, statements, reports, sent, deadLetters } = this.#outbox;
    return {
      meter: this.meter,
      queued: { reports: reports.size, statements: statements.size },
      heldBack: this.#outbox.held.size,
      newestSlot: this.#outbox.newestSlot(),
      inFlight: inFlight && { hash: inFlight.hash, messages: inFlight.items.length, sinceUnixS: inFlight.builtUnixS },
      sent: { ...sent },
      deadLetters: deadLetters.size,
      incompleteDays: this.#incompleteDays(),
      missingDays: [...this.#outbox.rostered].flatMap(([day, there]) => (there ? [] : [day])).sort((a, b) => a - b),
      disputedDays: [...this.#outbox.disputes].sort(([a], [b]) => a - b).map(([day, reason]) => ({ day, reason })),
      lastError: this.#lastError,
    };
  }

  /** What was refused for good, with reason and content. */
  deadLetters(): DeadLetter[] {
    return [...this.#outbox.deadLetters.values()];
  }

  /** Puts a dead letter back into the queue unchanged (same blinding, same commitment). */
  async revive(item: ItemId): Promise<void> {
    await this.#exclusive(() => this.#outbox.commit(this.#outbox.reviveChanges(item)));
    this.#wake();
  }

  /** The ephemeral secrets of an item's boxes, to show an arbiter what a box on the chain holds (see openBoxAsSender). Secret. */
  secretsOf(item: ItemId): { boxId: string; keyEpoch: number; secret: Uint8Array }[] {
    return this.#outbox.secretsOf(item);
  }

  /** What this meter stated of these days (both included), with the blindings: for its owner, who checks bills with it. Secret. */
  exportDays(fromDay = 0, toDay = U32_MAX): MeterExport {
    return { chainId: this.#o.chainId, meter: this.meter, days: this.#outbox.stated(fromDay, toDay) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#adding, this.#stepping]);
    await this.#outbox.close();
  }

  // ---- inside

  #pending(): number {
    return this.#outbox.statements.size + this.#outbox.reports.size + this.#outbox.held.size + (this.#outbox.inFlight ? 1 : 0);
  }

  // ---- ahead of the chain's clock

  #sayAhead(readings: readonly Reading[]): void {
    const lastSlot = Math.max(...readings.map(({ slot }) => slot));
    const hours = (((lastSlot + 1) * SLOT_S - this.#clock.nowUnixS!) / 3600).toFixed(1);
    const message = `${readings.length} readings up to ${hours} h ahead of the chain's clock are held back: is this device's clock right?`;
    this.#onEvent({ kind: 'held-back', slots: readings.length, lastSlot, message });
  }

  /** Takes the held readings that the chain's clock has long passed; one that by now contradicts others is let go. */
  async #takeHeld(): Promise<void> {
    const { held } = this.#outbox;
    if (held.size === 0) return;
    const { chainUnixS } = await this.#o.chain.status();
    this.#clock.hear(chainUnixS);
    await this.#exclusive(async () => {
      const due = [...held.values()].filter(({ slot }) => isBelieved(slot, chainUnixS)).sort((a, b) => a.slot - b.slot);
      for (const report of due) {
        try {
          await this.#outbox.commit([...this.#recorder.readingChanges([report]), [`h/${report.slot}`, undefined]]);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          await this.#outbox.commit([[`h/${report.slot}`, undefined]]);
          this.#note(error.code, `the reading of slot ${report.slot}, held back until now: ${error.message}`);
        }
      }
    });
  }

  /** Nothing depends on it: a node that does not answer this is asked again in an hour. */
  async #lookForDisputes(): Promise<void> {
    const news = await this.#disputes.news(this.#clock.nowUnixS).catch(() => []);
    if (news.length === 0) return;
    await this.#exclusive(() => this.#outbox.commit(disputeChanges(news)));
    for (const { day, reason } of news) {
      const message = `${dayToDate(day)} is disputed (${reason}) and billed by a substitute: docs/meter-sdk.md, "A disputed day"`;
      this.#onEvent({ kind: 'disputed', day, reason, message });
    }
  }

  async #lookAtRosters(): Promise<void> {
    const { judged, missing } = await this.#rosters.news(this.#clock.nowUnixS).catch((): RosterNews => ({ judged: [], missing: [] }));
    if (judged.length === 0) return;
    await this.#exclusive(() => this.#outbox.commit(judged.map((day) => [`v/${day}`, !missing.includes(day)])));
    for (const day of missing) {
      const message = `${dayToDate(day)} was stated, but its frozen roster lacks the statement: a node may have kept it back`;
      this.#onEvent({ kind: 'not-on-roster', day, message });
    }
  }

  #incompleteDays(): MeterStatus['incompleteDays'] {
    const { registers, firstDay } = this.#outbox;
    const days = new Set([...registers.keys()].map(dayOfSlot));
    const newest = this.#outbox.newestSlot() ?? 0;
    return (
      [...days]
        .sort((a, b) => a - b)
        // The registers at 00:00 of the first day are those of the day before, which is none of the meter's.
        .filter((day) => day >= (firstDay ?? 0) && newest >= firstSlot(day) + SLOTS_PER_DAY && !this.#recorder.dayKnown(day))
        .map((day) => ({ day, missingSlots: missingSlots(day, registers) }))
        .filter(({ missingSlots: missing }) => missing.length > 0)
    );
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#adding.then(work, work);
    this.#adding = done.catch(() => {});
    return done;
  }

  /** Until something is recorded, the time is over (undefined: never), or the signal aborts. */
  #wait(ms: number | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = () => {};
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      this.#wake = done;
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  #onEvent(event: SenderEvent): void {
    if (event.kind === 'refused' || event.kind === 'dead-letter') this.#note(event.reason, event.message);
    if (event.kind === 'held-back' || event.kind === 'disputed' || event.kind === 'kept-back' || event.kind === 'not-on-roster')
      this.#note(event.kind, event.message);
    this.#o.onEvent?.(event);
  }

  #fail(error: unknown): void {
    const code = (error as { code?: unknown } | undefined)?.code;
    this.#note(typeof code === 'string' ? code : 'unexpected', error instanceof Error ? error.message : String(error));
  }

  #note(code: string, message: string): void {
    this.#lastError = { code, message, unixS: Math.floor(this.#nowMs() / 1000) };
  }
}

const sameDay = (a: Statement, b: DayValues): boolean =>
  a.importStartWh === b.importStartWh &&
  a.exportStartWh === b.exportStartWh &&
  a.flags === b.flags &&
  a.importWh.every((wh, i) => wh === b.importWh[i]) &&
  a.exportWh.every((wh, i) => wh === b.exportWh[i]);
