/**
 * Meters that behave as told, on a real chain: each day of each meter is stated as soon as the chain takes it, unless the plan says that
 * the meter keeps silent, is late, or lies. What a meter truly measured is known for every day, said or not: registers run on, and a test
 * can hold bills against them.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Statement } from '../../sdk/ts/src/index.ts';
import { commitDay, encodeStatement, fieldToBytes, gridId, meterTag, sealBox } from '../../sdk/ts/src/index.ts';
import type { TestAccount, TestChain } from './chain.ts';
import { message } from './chain.ts';

/**
 * `late`: only when `mayBeLate` says so. `undecryptable`: an honest commitment with a box that nobody can open; `late-undecryptable`: both.
 * `above-max`: one slot beyond what the meter was enrolled with.
 */
export type Behaviour = 'honest' | 'silent' | 'late' | 'undecryptable' | 'late-undecryptable' | 'above-max';

/** What a meter measured on a day, slot by slot. */
export interface Measured {
  importWh: number[];
  exportWh: number[];
}

export interface FleetMeter {
  account: TestAccount;
  member: TestAccount;
  firstDay: number;
  lastDay: number;
  maxWhPerSlot: number;
}
export interface SealingKey {
  epoch: number;
  publicKey: Uint8Array;
}

export interface FleetOptions {
  chain: Pick<TestChain, 'chainId' | 'send' | 'chain'>;
  key: SealingKey;
  /** default: honest */
  plan?: (meter: FleetMeter, day: number) => Behaviour;
  /** what a meter measures; default: a made-up day, some with a roof with panels */
  profile?: (meter: FleetMeter, day: number) => Measured;
  mayBeLate?: (day: number) => boolean;
}

const DAY_S = 86_400;
const DAY_USED = 23; // the chain's ErrDayUsed: it was included after all
const LATE: readonly Behaviour[] = ['late', 'late-undecryptable'];
const NEVER = [25, 32]; // its ErrDayTooOld and ErrBeforeService: nothing will change that

const wave = (slot: number, peak: number): number => Math.max(0, Math.round(peak * Math.sin(((slot - 24) / 48) * Math.PI)));

const madeUp = (number: number, day: number): Measured => ({
  importWh: Array.from({ length: 96 }, (_, slot) => 50 + 7 * number + ((slot * 13 + day * 5) % 60)),
  exportWh: Array.from({ length: 96 }, (_, slot) => (number % 2 === 1 ? wave(slot, 300 + 10 * (day % 7)) : 0)),
});

export class Fleet {
  readonly meters: FleetMeter[] = [];
  /** the key that meters seal to from now on */
  key: SealingKey;
  readonly #options: FleetOptions;
  readonly #measured = new Map<string, Statement>();
  readonly #said = new Set<string>();
  readonly #refused = new Map<string, number>();
  readonly #busy = new Set<string>();
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.key = options.key;
  }

  start(): void {
    this.#running = this.#run();
  }
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    while (this.#busy.size > 0) await sleep(20);
  }

  /** What a meter measured on a day of its service. */
  measured(meter: FleetMeter, day: number): Statement {
    const id = `${meter.account.address}/${day}`;
    const known = this.#measured.get(id);
    if (known) return known;
    const before = day > meter.firstDay ? this.measured(meter, day - 1) : undefined;
    const sum = (values: number[]) => BigInt(values.reduce((a, b) => a + b, 0));
    const number = this.meters.indexOf(meter);
    const statement: Statement = {
      day,
      flags: 0,
      blinding: new Uint8Array(randomBytes(31)),
      importStartWh: before ? before.importStartWh + sum(before.importWh) : 1_000_000n * BigInt(number + 1),
      exportStartWh: before ? before.exportStartWh + sum(before.exportWh) : 0n,
      ...structuredClone(this.#options.profile?.(meter, day) ?? madeUp(number, day)),
    };
    if (this.#behaviour(meter, day) === 'above-max') statement.importWh[40] = meter.maxWhPerSlot + 1;
    this.#measured.set(id, statement);
    return statement;
  }

  /** C of what a meter measured. */
  commitment(meter: FleetMeter, day: number): bigint {
    return commitDay({
      ...this.measured(meter, day),
      gridId: gridId(this.#options.chain.chainId),
      meterTag: meterTag(meter.account.address),
      day,
    });
  }

  /** Whether a meter's day is on the chain by now. */
  said(meter: FleetMeter, day: number): boolean {
    return this.#said.has(`${meter.account.address}/${day}`);
  }

  /** The code by which the chain has refused a meter's day for good. */
  refusal(meter: FleetMeter, day: number): number | undefined {
    return this.#refused.get(`${meter.account.address}/${day}`);
  }

  #behaviour(meter: FleetMeter, day: number): Behaviour {
    return this.#options.plan?.(meter, day) ?? 'honest';
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const unixS = await this.#options.chain.chain.status().then(
        ({ chainUnixS }) => chainUnixS,
        () => 0,
      ); // 0: the chain is away
      const today = Math.floor(unixS / DAY_S);
      for (const meter of this.meters) if (!this.#busy.has(meter.account.address)) void this.#sayNext(meter, today);
      await sleep(100, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  async #sayNext(meter: FleetMeter, today: number): Promise<void> {
    const { address } = meter.account;
    for (let day = meter.firstDay; day < today && day <= meter.lastDay; day++) {
      const behaviour = this.#behaviour(meter, day);
      const decided = this.said(meter, day) || this.refusal(meter, day) !== undefined;
      if (decided || behaviour === 'silent' || (LATE.includes(behaviour) && !this.#options.mayBeLate?.(day))) continue;
      this.#busy.add(address);
      try {
        const sent = await this.#options.chain.send(meter.account, [message('CloseDay', this.#closeDay(meter, day, behaviour))], 'any');
        if (sent.code === 0 || sent.code === DAY_USED) this.#said.add(`${address}/${day}`);
        else if (NEVER.includes(sent.code)) this.#refused.set(`${address}/${day}`, sent.code);
      } catch {
        /* halted, or a sequence that moved: again in a moment */
      } finally {
        this.#busy.delete(address);
      }
      return;
    }
  }

  #closeDay(meter: FleetMeter, day: number, behaviour: Behaviour): Record<string, unknown> {
    const { chainId } = this.#options.chain;
    const { epoch: keyEpoch, publicKey } = this.key;
    const { address } = meter.account;
    const plaintext = encodeStatement(this.measured(meter, day), { chainId, meter: address, keyEpoch });
    const sealed = behaviour.endsWith('undecryptable')
      ? new Uint8Array(randomBytes(715))
      : sealBox(plaintext, publicKey, new Uint8Array(randomBytes(32)));
    return { meter: address, day, keyEpoch, commitment: fieldToBytes(this.commitment(meter, day)), sealed };
  }
}
