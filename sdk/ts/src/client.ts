/**
 * MeterClient: registers in, sealed reports and day statements on the chain. It keeps what it is given before it answers, and from then on
 * sees to it alone: hours offline, crashes, key changes and refusals included. Time, randomness, store and chain are arguments, so that a
 * test can stop it between any two steps. One client per meter key: a second one with the same key would sign over the first.
 */
import { keySigner, type Signer } from '../../../src/protocol/messages/sign.ts';
import { commitDay, gridId } from '../../../src/protocol/meter/commitment.ts';
import { drawBlinding } from '../../../src/protocol/meter/hedge.ts';
import type { MeterExport } from '../../../src/protocol/meter/meter-export.ts';
import type { Report } from '../../../src/protocol/meter/report.ts';
import { BLINDING_BYTES, checkStatement, encodeStatement, type Statement } from '../../../src/protocol/meter/statement.ts';
import { meterTag } from '../../../src/protocol/values/address.ts';
import { checkInt, checkU16, checkU32 } from '../../../src/protocol/values/checks.ts';
import { ProtocolError } from '../../../src/protocol/values/errors.ts';
import { fieldToBytes } from '../../../src/protocol/values/field.ts';
import { dayOfSlot, firstSlot, SLOTS_PER_DAY, U32_MAX } from '../../../src/protocol/values/time.ts';
import { backoffMs, sleep } from './backoff.ts';
import type { MeterClientOptions, MeterStatus } from './client-options.ts';
import { type DeadLetter, type ItemId, Outbox, storeReport } from './outbox.ts';
import {
  checkAgainstNeighbours,
  type DayValues,
  dayFromRegisters,
  missingSlots,
  type Reading,
  spentSlots,
  storeRegisters,
} from './readings.ts';
import { Sender, type SenderEvent, type StepResult } from './sender.ts';
import type { Change } from './store.ts';

const KEEP_DAYS = 45;
const KEEP_STATEMENTS_DAYS = 400;

export class MeterClient {
  readonly meter: string;
  readonly #o: MeterClientOptions;
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #deviceSecret: Uint8Array;
  readonly #nowMs: () => number;
  readonly #random: (length: number) => Uint8Array;
  readonly #grid: bigint;
  #lastError: MeterStatus['lastError'];
  #adding: Promise<unknown> = Promise.resolve();
  #stepping: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};

  private constructor(options: MeterClientOptions, outbox: Outbox, signer: Signer, deviceSecret: Uint8Array) {
    this.#o = options;
    this.#outbox = outbox;
    this.#deviceSecret = deviceSecret;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#random = options.random ?? ((length) => globalThis.crypto.getRandomValues(new Uint8Array(length)));
    this.#grid = gridId(options.chainId);
    this.meter = signer.address;
    this.#sender = new Sender(outbox, {
      chainId: options.chainId,
      chain: options.chain,
      signer,
      deviceSecret,
      nowMs: this.#nowMs,
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
    const slot = firstSlot(checkU32(day, 'day')) - 1;
    await this.#exclusive(async () => {
      checkAgainstNeighbours(this.#outbox.registers, { slot, importRegisterWh, exportRegisterWh });
      await this.#outbox.commit([[`r/${slot}`, storeRegisters({ importWh: importRegisterWh, exportWh: exportRegisterWh })]]);
    });
  }

  /**
   * Registers at a slot's end. Durable when it resolves; a report is queued, and a statement when its day is complete. Repeating it is
   * harmless.
   */
  async record(reading: Reading): Promise<void> {
    await this.recordAll([reading]);
  }

  /** Many readings at once, one write. Refused as a whole when one is refused. */
  async recordAll(readings: readonly Reading[]): Promise<void> {
    await this.#exclusive(async () => {
      const registers = new Map(this.#outbox.registers);
      const changes = new Map<string, unknown>();
      const days = new Set<number>();
      for (const reading of readings) {
        checkU32(reading.slot, 'slot');
        checkAgainstNeighbours(registers, reading);
        const report: Report = {
          slot: reading.slot,
          importRegisterWh: reading.importRegisterWh,
          exportRegisterWh: reading.exportRegisterWh,
          powerW: reading.powerW ?? 0,
          flags: reading.flags ?? 0,
        };
        for (const [key, value] of this.#reportChanges(report)) changes.set(key, value);
        const day = dayOfSlot(reading.slot);
        if (!this.#dayKnown(day) || reading.slot === firstSlot(day) + SLOTS_PER_DAY - 1) {
          const here = { importWh: reading.importRegisterWh, exportWh: reading.exportRegisterWh };
          registers.set(reading.slot, here);
          changes.set(`r/${reading.slot}`, storeRegisters(here));
        }
        for (const near of [day - 1, day, dayOfSlot(reading.slot + 1)]) days.add(near);
      }
      for (const day of [...days].sort((a, b) => a - b)) {
        const values = this.#dayKnown(day) ? undefined : this.#dayIfOver(day, registers);
        if (!values) continue;
        for (const [key, value] of this.#statementChanges(values)) changes.set(key, value);
        for (const slot of spentSlots(day, { registers })) {
          registers.delete(slot);
          changes.set(`r/${slot}`, undefined);
        }
      }
      await this.#outbox.commit([...changes]);
    });
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
      if (queued || this.#dayKnown(values.day)) return;
      await this.#outbox.commit([
        ...this.#statementChanges(values),
        ...spentSlots(values.day, this.#outbox).map((slot): Change => [`r/${slot}`, undefined]),
      ]);
    });
    this.#wake();
  }

  // ---- out

  /** One step towards the chain; for whoever schedules it themselves. Otherwise `run`. */
  step(): Promise<StepResult> {
    const done = this.#stepping.then(() => this.#sender.step());
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
    while (!stop.aborted && this.#pending() > 0) await sleep(20, stop);
    done.abort();
    await running;
  }

  status(): MeterStatus {
    const { inFlight, statements, reports, sent, deadLetters } = this.#outbox;
    return {
      meter: this.meter,
      queued: { reports: reports.size, statements: statements.size },
      newestSlot: this.#outbox.newestSlot(),
      inFlight: inFlight && { hash: inFlight.hash, messages: inFlight.items.length, sinceUnixS: inFlight.builtUnixS },
      sent: { ...sent },
      deadLetters: deadLetters.size,
      incompleteDays: this.#incompleteDays(),
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
    return this.#outbox.statements.size + this.#outbox.reports.size + (this.#outbox.inFlight ? 1 : 0);
  }

  /** True once a day's statement is queued, sent or given up. */
  #dayKnown(day: number): boolean {
    return this.#outbox.statements.has(day) || this.#outbox.isDone(`s/${day}`) || this.#outbox.deadLetters.has(`s/${day}`);
  }

  #dayIfOver(day: number, registers: ReadonlyMap<number, { importWh: bigint; exportWh: bigint }>): DayValues | undefined {
    const end = firstSlot(day) + SLOTS_PER_DAY - 1;
    return registers.has(end) || registers.has(end + 1) ? dayFromRegisters(day, registers) : undefined;
  }

  #reportChanges(report: Report): Change[] {
    checkInt(report.powerW, -(2 ** 31), 2 ** 31, 'powerW');
    checkU16(report.flags, 'flags');
    const id = `r/${report.slot}`;
    const queued = this.#outbox.reports.get(report.slot);
    if (queued && (queued.importRegisterWh !== report.importRegisterWh || queued.exportRegisterWh !== report.exportRegisterWh)) {
      throw new ProtocolError('already-reported', 'slot', 'the registers that were recorded first for this slot');
    }
    return queued || this.#outbox.isDone(id) || this.#outbox.deadLetters.has(id) ? [] : [[`q/${id}`, storeReport(report)]];
  }

  /** Draws the blinding, once: it is in the same write that queues the statement. */
  #statementChanges(values: DayValues): Change[] {
    // The key epoch is not known before sending, so the hedge's context has epoch 0 here.
    const unblinded = { ...values, blinding: new Uint8Array(BLINDING_BYTES) };
    const plaintext = encodeStatement(unblinded, { chainId: this.#o.chainId, meter: this.meter, keyEpoch: 0 });
    const statement: Statement = { ...values, blinding: drawBlinding({ secret: this.#deviceSecret, plaintext, random: this.#random(32) }) };
    const commitment = fieldToBytes(commitDay({ ...statement, gridId: this.#grid, meterTag: meterTag(this.meter) }));
    return this.#outbox.statementChanges({ statement, commitment }, values.day - (this.#o.keepStatementsDays ?? KEEP_STATEMENTS_DAYS));
  }

  #incompleteDays(): MeterStatus['incompleteDays'] {
    const { registers } = this.#outbox;
    const days = new Set([...registers.keys()].map(dayOfSlot));
    const newest = this.#outbox.newestSlot() ?? 0;
    return [...days]
      .sort((a, b) => a - b)
      .filter((day) => newest >= firstSlot(day) + SLOTS_PER_DAY && !this.#dayKnown(day))
      .map((day) => ({ day, missingSlots: missingSlots(day, registers) }))
      .filter(({ missingSlots: missing }) => missing.length > 0);
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
