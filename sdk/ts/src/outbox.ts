/**
 * What a meter's store means: readings, the queue, the transaction in flight, what is done, what was refused for good. The state in memory
 * is only ever changed by `commit`, after the store has taken the same changes: so a restart sees exactly what the running client saw.
 *
 *   r/<slot>        registers at a slot's end, kept until their day's statement exists
 *   q/r/<slot>      report to send             q/s/<day>   statement to send, with its one blinding and commitment
 *   f               the one transaction in flight, written before it is broadcast
 *   e/<day>         what was stated, for the owner's own export: a copy that stays when the statement is on the chain
 *   d/<day>         what the chain has of a day: bits 0…95 reports, bit 96 the statement (hex)
 *   x/r/<slot> …    dead letters: refused for good, with reason and content
 *   k/r/<slot>/<id> ephemeral secret of a box that may have been sent, kept 45 days
 *   h/<slot>        readings of slots ahead of the chain's clock: held back; another one of the slot replaces it
 *   p/<day>         why the operator disputed a day that was stated
 *   w/<day>         statement that one node has in a block (its height), until a second one has its commitment
 *   v/<day>         whether the frozen roster of a day that was stated has the statement
 *   o               the operator, as far as signed rotations lead      g   the newest node key that was sealed to
 *   b               the meter's first day
 *   n               how many were sent          m           whose store this is
 */
import { fromHex, toHex } from '@cosmjs/encoding';
import { type StatementJson, statementJson, statementOfJson } from '../../../src/protocol/meter/json.ts';
import type { MeterExport } from '../../../src/protocol/meter/meter-export.ts';
import type { Report } from '../../../src/protocol/meter/report.ts';
import type { Statement } from '../../../src/protocol/meter/statement.ts';
import { ProtocolError } from '../../../src/protocol/values/errors.ts';
import { dayOfSlot, firstSlot, SLOTS_PER_DAY, U32_MAX } from '../../../src/protocol/values/time.ts';
import { RegisterMap } from './register-map.ts';
import type { Change, MeterStore } from './store.ts';

/** `r/<slot>` or `s/<day>`. */
export type ItemId = string;

export interface QueuedStatement {
  statement: Statement;
  /** 32 bytes big-endian; fixed with the blinding. */
  commitment: Uint8Array;
}

export interface InFlight {
  hash: string;
  /** TxRaw, hex. */
  bytes: string;
  sequence: string;
  timeoutHeight: number;
  builtUnixS: number;
  items: ItemId[];
}

export interface DeadLetter {
  id: ItemId;
  /** Stable name of the refusal, e.g. `meter/22`. */
  reason: string;
  message: string;
  atUnixS: number;
  /** The queued item as it was, so that nothing is lost. */
  content: unknown;
}

/** The operator as the meter knows it. `pinned`: of which outfit. */
export interface KnownOperator {
  pinned: string;
  n: number;
  address: string;
}
/** The newest key that was sealed to. */
export interface SeenKey {
  epoch: number;
  key: string;
}

export interface SentCounts {
  reports: number;
  statements: number;
}

interface StoredReport {
  slot: number;
  importWh: string;
  exportWh: string;
  powerW: number;
  flags: number;
}
type StoredStatement = StatementJson & { commitment: string };
interface StoredSecret {
  keyEpoch: number;
  secret: string;
  unixS: number;
}

export const STATEMENT_BIT = SLOTS_PER_DAY;

export const storeReport = (r: Report): StoredReport => ({
  slot: r.slot,
  importWh: String(r.importRegisterWh),
  exportWh: String(r.exportRegisterWh),
  powerW: r.powerW,
  flags: r.flags,
});

const storeStatement = ({ statement, commitment }: QueuedStatement): StoredStatement => ({
  ...statementJson(statement),
  commitment: toHex(commitment),
});

const readReport = (r: StoredReport): Report => ({
  slot: r.slot,
  importRegisterWh: BigInt(r.importWh),
  exportRegisterWh: BigInt(r.exportWh),
  powerW: r.powerW,
  flags: r.flags,
});

const readStatement = ({ commitment, ...statement }: StoredStatement): QueuedStatement => ({
  statement: statementOfJson(statement),
  commitment: fromHex(commitment),
});

/** Day and bit of an item in the `d/<day>` map. */
export function placeOf(id: ItemId): { day: number; bit: number } {
  const at = Number(id.slice(2));
  return id.startsWith('s/') ? { day: at, bit: STATEMENT_BIT } : { day: dayOfSlot(at), bit: at - firstSlot(dayOfSlot(at)) };
}

export class Outbox {
  readonly #store: MeterStore;
  readonly registers = new RegisterMap();
  readonly reports = new Map<number, Report>();
  readonly statements = new Map<number, QueuedStatement>();
  readonly held = new Map<number, Report>();
  readonly disputes = new Map<number, string>();
  readonly unwitnessed = new Map<number, number>();
  readonly rostered = new Map<number, boolean>();
  operator: KnownOperator | undefined;
  seenKey: SeenKey | undefined;
  firstDay: number | undefined;
  /** What was stated, by day, as stored: a year of it, so it is parsed only when asked for. */
  readonly #stated = new Map<number, StoredStatement>();
  readonly deadLetters = new Map<ItemId, DeadLetter>();
  readonly #done = new Map<number, bigint>();
  readonly #secrets = new Map<string, StoredSecret>();
  inFlight: InFlight | undefined;
  sent: SentCounts = { reports: 0, statements: 0 };
  owner: unknown;

  private constructor(store: MeterStore) {
    this.#store = store;
  }

  static async open(store: MeterStore): Promise<Outbox> {
    const outbox = new Outbox(store);
    for (const [key, value] of await store.load()) outbox.#apply(key, value);
    return outbox;
  }

  /** Durable first, then visible. */
  async commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#store.commit(changes);
    for (const [key, value] of changes) this.#apply(key, value);
  }

  /** Queues a statement and keeps a copy for the owner's export; copies of days before `keepFromDay` go. */
  statementChanges(queued: QueuedStatement, keepFromDay: number): Change[] {
    const stored = storeStatement(queued);
    const past = [...this.#stated.keys()].filter((day) => day < keepFromDay);
    return [[`q/s/${stored.day}`, stored], [`e/${stored.day}`, stored], ...past.map((day): Change => [`e/${day}`, undefined])];
  }

  /** What was stated of the days from `fromDay` to `toDay`, rising. */
  stated(fromDay: number, toDay: number): Statement[] {
    return [...this.#stated.keys()]
      .filter((day) => day >= fromDay && day <= toDay)
      .sort((a, b) => a - b)
      .map((day) => readStatement(this.#stated.get(day)!).statement);
  }

  /** The commitment of what was stated of a day, 32 bytes. */
  statedCommitment(day: number): Uint8Array | undefined {
    const stated = this.#stated.get(day);
    return stated && fromHex(stated.commitment);
  }

  isDone(id: ItemId): boolean {
    const { day, bit } = placeOf(id);
    return (((this.#done.get(day) ?? 0n) >> BigInt(bit)) & 1n) === 1n;
  }

  /** Marks items as on the chain: they leave the queue. */
  doneChanges(ids: readonly ItemId[]): Change[] {
    const days = new Map<number, bigint>();
    const sent = { ...this.sent };
    for (const id of ids) {
      if (this.isDone(id)) continue;
      const { day, bit } = placeOf(id);
      days.set(day, (days.get(day) ?? this.#done.get(day) ?? 0n) | (1n << BigInt(bit)));
      if (bit === STATEMENT_BIT) sent.statements++;
      else sent.reports++;
    }
    return [
      ...ids.map((id): Change => [`q/${id}`, undefined]),
      ...ids.filter((id) => id.startsWith('s/')).map((id): Change => [`w/${id.slice(2)}`, undefined]),
      ...[...days].map(([day, bits]): Change => [`d/${day}`, bits.toString(16)]),
      ['n', sent],
    ];
  }

  /** Moves an item out of the queue for good, with its reason and content. */
  deadChanges(id: ItemId, reason: string, message: string, atUnixS: number): Change[] {
    const at = Number(id.slice(2));
    const queued = id.startsWith('s/') ? this.statements.get(at) : this.reports.get(at);
    if (!queued) return [];
    const content = 'commitment' in queued ? storeStatement(queued) : storeReport(queued);
    return [
      [`q/${id}`, undefined],
      [`x/${id}`, { id, reason, message, atUnixS, content } satisfies DeadLetter],
    ];
  }

  /** Puts a dead letter back into the queue, as it was. */
  reviveChanges(id: ItemId): Change[] {
    const letter = this.deadLetters.get(id);
    return letter
      ? [
          [`x/${id}`, undefined],
          [`q/${id}`, letter.content],
        ]
      : [];
  }

  secretChange(id: ItemId, boxId: string, secret: Uint8Array, keyEpoch: number, unixS: number): Change {
    return [`k/${id}/${boxId}`, { keyEpoch, secret: toHex(secret), unixS } satisfies StoredSecret];
  }

  /** Ephemeral secrets of the boxes that were made of an item, by the first 8 bytes of the box in hex. */
  secretsOf(id: ItemId): { boxId: string; keyEpoch: number; secret: Uint8Array }[] {
    const prefix = `k/${id}/`;
    return [...this.#secrets]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { keyEpoch, secret }]) => ({ boxId: key.slice(prefix.length), keyEpoch, secret: fromHex(secret) }));
  }

  /** The newest slot whose registers were recorded. */
  newestSlot(): number | undefined {
    return this.registers.newestSlot();
  }

  /** Forgets secrets made before `unixS`, and marks and registers (but the newest) of days before `day`. */
  purgeChanges(unixS: number, day: number): Change[] {
    const newest = this.newestSlot();
    const changes: Change[] = [];
    for (const [key, secret] of this.#secrets) if (secret.unixS < unixS) changes.push([key, undefined]);
    for (const past of this.#done.keys()) if (past < day) changes.push([`d/${past}`, undefined]);
    for (const past of this.disputes.keys()) if (past < day) changes.push([`p/${past}`, undefined]);
    for (const past of this.rostered.keys()) if (past < day) changes.push([`v/${past}`, undefined]);
    for (const slot of this.registers.keys()) if (dayOfSlot(slot) < day - 1 && slot !== newest) changes.push([`r/${slot}`, undefined]);
    return changes;
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  // biome-ignore lint/suspicious/noExplicitAny: the key's kind says what its value is, and only this class writes them.
  #apply(key: string, value: any): void {
    const [kind, rest] = [key.slice(0, 1), key.slice(2)];
    const gone = value === undefined;
    const at = Number(rest.slice(2));
    switch (kind) {
      case 'r':
        gone
          ? this.registers.delete(Number(rest))
          : this.registers.set(Number(rest), { importWh: BigInt(value.i), exportWh: BigInt(value.e) });
        break;
      case 'q':
        if (rest.startsWith('s/')) gone ? this.statements.delete(at) : this.statements.set(at, readStatement(value));
        else gone ? this.reports.delete(at) : this.reports.set(at, readReport(value));
        break;
      case 'h':
        gone ? this.held.delete(Number(rest)) : this.held.set(Number(rest), readReport(value));
        break;
      case 'p':
        gone ? this.disputes.delete(Number(rest)) : this.disputes.set(Number(rest), value);
        break;
      case 'b':
        this.firstDay = value;
        break;
      case 'e':
        gone ? this.#stated.delete(Number(rest)) : this.#stated.set(Number(rest), value);
        break;
      case 'd':
        gone ? this.#done.delete(Number(rest)) : this.#done.set(Number(rest), BigInt(`0x${value}`));
        break;
      case 'x':
        gone ? this.deadLetters.delete(rest) : this.deadLetters.set(rest, value);
        break;
      case 'k':
        gone ? this.#secrets.delete(key) : this.#secrets.set(key, value);
        break;
      case 'f':
        this.inFlight = value;
        break;
      case 'w':
        gone ? this.unwitnessed.delete(Number(rest)) : this.unwitnessed.set(Number(rest), value);
        break;
      case 'v':
        gone ? this.rostered.delete(Number(rest)) : this.rostered.set(Number(rest), value);
        break;
      case 'o':
        this.operator = value;
        break;
      case 'g':
        this.seenKey = value;
        break;
      case 'n':
        this.sent = value;
        break;
      case 'm':
        this.owner = value;
        break;
    }
  }
}

/**
 * The owner's export of a store's content: what `MeterClient.exportDays` gives, without a client or a key.
 * @throws ProtocolError `wrong-store` where it is no meter's
 */
export async function exportOfStore(content: Map<string, unknown>, fromDay = 0, toDay = U32_MAX): Promise<MeterExport> {
  const outbox = await Outbox.open({ load: async () => content, commit: async () => {}, close: async () => {} });
  const owner = outbox.owner as { chainId?: unknown; meter?: unknown } | undefined;
  if (typeof owner?.chainId !== 'string' || typeof owner.meter !== 'string')
    throw new ProtocolError('wrong-store', 'store', 'the store of a meter');
  return { chainId: owner.chainId, meter: owner.meter, days: outbox.stated(fromDay, toDay) };
}
