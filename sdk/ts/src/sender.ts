/**
 * Moves the outbox onto the chain, one transaction at a time. `step` does one thing and is safe to repeat after a crash at any point:
 *
 *   nothing in flight → choose, seal, sign, WRITE DOWN, broadcast
 *   in flight         → look the hash up; found: done. Not found: the same bytes again, until the chain is past the timeout height
 *
 * A transaction carries a timeout height. Once a state above it has been asked, the transaction can never be included, and the chain's own
 * list of used slots and days says what it holds: only then are items free to be sent in another one. So nothing is lost, and nothing
 * twice.
 */
import { fromHex, toHex } from '@cosmjs/encoding';
import { type Signer, signTx } from '../../../src/protocol/messages/sign.ts';
import { DAY_S, dayOf } from '../../../src/protocol/values/time.ts';
import { chooseItems, MAX_MESSAGES, sealItems } from './batch.ts';
import type { MeterChain } from './chain.ts';
import type { ChainClock } from './chain-clock.ts';
import type { NodeKeys } from './node-key.ts';
import type { InFlight, ItemId, Outbox } from './outbox.ts';
import { askChain, type OnChain } from './reconcile.ts';
import { isFinalForTx, judge, refusalName } from './refusals.ts';
import { RpcError, type TxAnswer, type TxFound } from './rpc.ts';
import type { Change } from './store.ts';
import { isWitnessed, secondWord } from './witness.ts';

/** What a step came to: `moved` go on at once; `waiting` for inclusion; `idle` nothing to send now; `refused` wait before trying again. */
export type StepResult = 'moved' | 'waiting' | 'idle' | 'refused';

export type SenderEvent =
  | { kind: 'included'; hash: string; height: number; messages: number }
  | { kind: 'found-on-chain'; items: readonly ItemId[] }
  /** One node says that it is on the chain, a second one has not got it. */
  | { kind: 'kept-back'; item: ItemId; message: string }
  /** The frozen roster of a day that this meter stated lacks the statement: the day is billed by a substitute. */
  | { kind: 'not-on-roster'; day: number; message: string }
  | { kind: 'refused'; reason: string; message: string }
  | { kind: 'dead-letter'; item: ItemId; reason: string; message: string }
  | { kind: 'held-back'; slots: number; lastSlot: number; message: string }
  | { kind: 'disputed'; day: number; reason: string; message: string };

export interface SenderOptions {
  chainId: string;
  chain: MeterChain;
  nodeKeys: NodeKeys;
  signer: Signer;
  /** Keys the hedge: the signing key or another 32-byte device secret. */
  deviceSecret: Uint8Array;
  nowMs: () => number;
  /** Milliseconds of a clock that nobody sets: for what is waited for. */
  monotonicMs: () => number;
  clock: ChainClock;
  random: (length: number) => Uint8Array;
  /** Blocks after which a transaction that was not included is given up and its items are sent anew. */
  timeoutBlocks: number;
  /** Until then, the same bytes are broadcast again this often. */
  rebroadcastMs: number;
  /** How long ephemeral secrets, and the marks of what was sent, are kept. */
  keepDays: number;
  /** Told what happened; never told a secret. */
  onEvent: (event: SenderEvent) => void;
}

const DEFER_FIRST_MS = 5_000;
const DEFER_MAX_MS = 3_600_000;

export class Sender {
  readonly #outbox: Outbox;
  readonly #o: SenderOptions;
  readonly #deferred = new Map<ItemId, { untilMs: number; times: number }>();
  /** Most messages in one transaction: halved to find the one that is refused, doubled as transactions pass. */
  #limit = MAX_MESSAGES;
  /** When these bytes went out last from this process; undefined after a restart. */
  #broadcastAtMs: number | undefined;
  /** A node may answer with a state before our last inclusion. */
  #leastSequence = 0n;

  constructor(outbox: Outbox, options: SenderOptions) {
    this.#outbox = outbox;
    this.#o = options;
  }

  async step(): Promise<StepResult> {
    const { inFlight, statements, reports } = this.#outbox;
    if (inFlight) return this.#settle(inFlight);
    if (statements.size + reports.size === 0) return 'idle';
    const heard = await this.#hearWitness();
    const sent = await this.#send();
    return sent === 'idle' ? heard : sent;
  }

  /** Asks a second node for the statements that the first one says to have in a block. */
  async #hearWitness(): Promise<StepResult> {
    const { chain, signer } = this.#o;
    const [waiting] = this.#outbox.unwitnessed;
    if (!waiting) return 'idle';
    const [day, height] = waiting;
    const id = `s/${day}`;
    const word = await secondWord(chain, this.#outbox, signer.address, day, height);
    if (word === 'unknown') return 'waiting';
    if (word === 'confirmed') {
      await this.#outbox.commit(this.#outbox.doneChanges([id]));
      return 'moved';
    }
    chain.leaveNode?.();
    this.#leastSequence = 0n; // it was that node's word too
    await this.#outbox.commit([[`w/${day}`, undefined]]);
    this.#o.onEvent({
      kind: 'kept-back',
      item: id,
      message: `one node has the statement of day ${day} in block ${height}, another one has no such commitment: it is sent anew`,
    });
    return 'moved';
  }

  async #send(): Promise<StepResult> {
    const { chain, signer, chainId, nowMs, monotonicMs, random, deviceSecret } = this.#o;
    const { height, chainUnixS } = await chain.status();
    this.#o.clock.hear(chainUnixS);
    const items = chooseItems(this.#outbox, {
      chainUnixS,
      maxMessages: this.#limit,
      isDeferred: (id) => !isWitnessed(this.#outbox, id) || (this.#deferred.get(id)?.untilMs ?? 0) > monotonicMs(),
    });
    if (items.length === 0) return 'idle';
    const answer = await this.#o.nodeKeys.newest();
    if ('refused' in answer) {
      if (answer.lie) chain.leaveNode?.();
      return this.#say(answer.refused, answer.message);
    }
    const { nodeKey } = answer;
    const account = await chain.account(signer.address);
    if (!account) return this.#say('not-enrolled', `the chain knows no account ${signer.address} yet`);
    // biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigint.
    const sequence = account.sequence > this.#leastSequence ? account.sequence : this.#leastSequence;
    const input = { chainId, meter: signer.address, nodeKey, deviceSecret, random, unixS: chainUnixS };
    const { messages, changes } = sealItems(this.#outbox, items, input);
    const timeoutHeight = height + this.#o.timeoutBlocks;
    const tx = await signTx(
      { messages, chainId, accountNumber: account.accountNumber, sequence, timeoutHeight: BigInt(timeoutHeight) },
      signer,
    );
    const inFlight: InFlight = {
      hash: tx.hash,
      bytes: toHex(tx.bytes),
      sequence: String(sequence),
      timeoutHeight,
      builtUnixS: Math.floor(nowMs() / 1000),
      items,
    };
    await this.#outbox.commit([...changes, ['f', inFlight]]);
    this.#broadcastAtMs = this.#o.monotonicMs();
    const checked = await chain.broadcast(tx.bytes);
    return checked.code === 0 ? 'waiting' : this.#release(inFlight, checked); // never was in a mempool: its items are free at once
  }

  async #settle(inFlight: InFlight): Promise<StepResult> {
    const { chain, clock, monotonicMs } = this.#o;
    const found = await this.#lookUp(inFlight.hash);
    if (found) return found.code === 0 ? this.#included(inFlight, found.height) : this.#release(inFlight, found);
    const status = await chain.status();
    clock.hear(status.chainUnixS);
    if (status.height > inFlight.timeoutHeight) return this.#expire(inFlight);
    if (this.#broadcastAtMs !== undefined && monotonicMs() - this.#broadcastAtMs < this.#o.rebroadcastMs) return 'waiting';
    this.#broadcastAtMs = this.#o.monotonicMs();
    const answer = await chain.broadcast(fromHex(inFlight.bytes));
    return answer.code === 0 || !isFinalForTx(answer) ? 'waiting' : this.#release(inFlight, answer);
  }

  /** A node without a transaction index knows no hashes; then the timeout height and the list of used slots decide. */
  async #lookUp(hash: string): Promise<TxFound | undefined> {
    try {
      return await this.#o.chain.tx(hash);
    } catch (error) {
      if (error instanceof RpcError && error.code === 'answer') return undefined;
      throw error;
    }
  }

  async #included(inFlight: InFlight, height: number): Promise<StepResult> {
    await this.#outbox.commit([...this.#onChain(inFlight.items, height), ['f', undefined], ...this.#purge()]);
    for (const id of inFlight.items) this.#deferred.delete(id);
    this.#leastSequence = BigInt(inFlight.sequence) + 1n;
    this.#limit = Math.min(MAX_MESSAGES, this.#limit * 2);
    this.#o.onEvent({ kind: 'included', hash: inFlight.hash, height, messages: inFlight.items.length });
    return 'moved';
  }

  /** The chain is past the timeout height: what a state above it does not hold is free. */
  async #expire(inFlight: InFlight): Promise<StepResult> {
    const onChain = await askChain(this.#o.chain, this.#o.signer.address, this.#outbox, inFlight.items);
    if (onChain.height <= inFlight.timeoutHeight) return 'waiting'; // answered by a node behind
    await this.#takeOff(onChain);
    return 'moved';
  }

  /**
   * A transaction that no later block will include. An earlier one may have: what the chain holds is taken off before the reason is acted
   * on.
   */
  async #release(inFlight: InFlight, answer: TxAnswer): Promise<StepResult> {
    const onChain = await askChain(this.#o.chain, this.#o.signer.address, this.#outbox, inFlight.items);
    await this.#takeOff(onChain);
    if (onChain.done.length + onChain.foreign.length > 0) return 'moved';
    this.#say(refusalName(answer), answer.log);
    const { items } = inFlight;
    const verdict = judge(answer);
    if (verdict === 'wait' || verdict === 'epoch' || verdict === 'sequence') return 'refused';
    if (items.length > 1) {
      this.#limit = Math.ceil(items.length / 2);
      return verdict === 'unknown' ? 'refused' : 'moved';
    }
    if (verdict !== 'never') return this.#defer(items[0]);
    await this.#outbox.commit(this.#bury(items[0], refusalName(answer), answer.log));
    return 'moved';
  }

  async #takeOff({ done, foreign, height }: OnChain): Promise<void> {
    const letters = foreign.flatMap((id) =>
      this.#bury(id, 'other-commitment', 'the chain holds another commitment of this meter for this day'),
    );
    await this.#outbox.commit([['f', undefined], ...this.#onChain(done, height), ...letters]);
    this.#leastSequence = 0n;
    if (done.length > 0) this.#o.onEvent({ kind: 'found-on-chain', items: done });
  }

  /** What one node has on the chain leaves the queue; with a second node to ask, a statement waits for that one's word. */
  #onChain(items: readonly ItemId[], height: number): Change[] {
    const waits = (id: ItemId): boolean => id.startsWith('s/') && this.#o.chain.witness !== undefined;
    const done = items.filter((id) => !waits(id));
    const heard = items.filter(waits).map((id): Change => [`w/${id.slice(2)}`, height]);
    return [...(done.length > 0 ? this.#outbox.doneChanges(done) : []), ...heard];
  }

  #bury(item: ItemId, reason: string, message: string): Change[] {
    this.#o.onEvent({ kind: 'dead-letter', item, reason, message });
    return this.#outbox.deadChanges(item, reason, message, Math.floor(this.#o.nowMs() / 1000));
  }

  #defer(id: ItemId): StepResult {
    const times = (this.#deferred.get(id)?.times ?? 0) + 1;
    this.#deferred.set(id, { times, untilMs: this.#o.monotonicMs() + Math.min(DEFER_MAX_MS, DEFER_FIRST_MS * 2 ** (times - 1)) });
    return 'refused';
  }

  #say(reason: string, message: string): StepResult {
    this.#o.onEvent({ kind: 'refused', reason, message });
    return 'refused';
  }

  #purge(): Change[] {
    const { keepDays, clock, nowMs } = this.#o;
    // Both clocks must say so: the device's own may be ahead, and the chain's is the word of a node.
    const nowUnixS = Math.min(clock.nowUnixS ?? 0, Math.floor(nowMs() / 1000));
    const beforeUnixS = Math.max(0, nowUnixS - keepDays * DAY_S);
    return this.#outbox.purgeChanges(beforeUnixS, dayOf(beforeUnixS));
  }
}
