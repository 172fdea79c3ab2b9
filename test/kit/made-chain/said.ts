/**
 * What is said on a made chain, block by block, and what a right index of it holds: reports of the quarter-hour that just ended, each
 * meter's statement in the first block of the next day, rosters when they are due. The rows are computed here from the plan and not by the
 * index's handlers.
 */

import { encodeRoster, rosterDigest } from '../../../src/protocol/day/roster.ts';
import { fieldFromBytes } from '../../../src/protocol/values/field.ts';
import { encodeMessage, message } from '../chain.ts';
import { BLOCK_S, BLOCKS_PER_DAY, DELAY_S, FIRST_DAY, GENESIS_UNIX_S, GRACE_S, LATE_S, type MadeMeter, tariffOf } from './genesis.ts';
import type { ChainPlan } from './plans.ts';
import type { SeededRandom } from './random.ts';
import { type BlockEvent, EveryWord, type Said } from './words.ts';

/** A value as Postgres writes it as text. */
export type Value = string | null;
export type TrueRow = Record<string, Value>;
/** entity → id → row */
export type Truth = Map<string, Map<string, TrueRow>>;

const DAY_S = BLOCK_S * BLOCKS_PER_DAY;
const START_UNIX_S = FIRST_DAY * DAY_S;
const GRACE_BLOCKS = GRACE_S / BLOCK_S;
const LATE_BLOCKS = LATE_S / BLOCK_S;
const bytea = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`;

export class Story {
  readonly truth: Truth = new Map();
  readonly #plan: ChainPlan;
  readonly #meters: readonly MadeMeter[];
  readonly #random: SeededRandom;
  readonly #service = new Map<string, number>();
  readonly #commitments = new Map<number, Map<string, Buffer>>();
  readonly #others: EveryWord | undefined;

  constructor(plan: ChainPlan, meters: readonly MadeMeter[], random: SeededRandom) {
    this.#plan = plan;
    this.#meters = meters;
    this.#random = random;
    this.#others = plan.everyWord && new EveryWord(meters, random);
    this.#begin();
  }

  at(height: number): Said {
    const day = FIRST_DAY + Math.floor((height - 1) / BLOCKS_PER_DAY) - 1;
    const ofDay = (height - 1) % BLOCKS_PER_DAY;
    const others = this.#others?.at(height) ?? { txs: [], events: [] };
    return {
      txs: [...this.#reports(height), ...(ofDay === 0 && day >= FIRST_DAY ? this.#statements(height, day) : []), ...others.txs],
      events: [...this.#roster(height, false), ...this.#roster(height, true), ...others.events],
    };
  }

  #put(entity: string, id: string, row: TrueRow): void {
    const rows = this.truth.get(entity) ?? new Map<string, TrueRow>();
    this.truth.set(entity, rows.set(id, { id, ...row }));
  }

  #begin(): void {
    const clock = { startUnixS: START_UNIX_S, rate: BLOCK_S, genesisUnixS: GENESIS_UNIX_S, graceS: GRACE_S, lateS: LATE_S };
    const texts = Object.entries({ ...clock, validatorDelayS: DELAY_S }).map(([field, value]) => [field, String(value)]);
    this.#put('Clock', 'clock', Object.fromEntries(texts));
    const tariff = tariffOf();
    this.#put('Tariff', `${tariff.from_day}-0`, {
      fromDay: String(tariff.from_day),
      rule: tariff.rule,
      retailNelPerWh: `{${tariff.retail_nel_per_wh.join(',')}}`,
      feedInNelPerWh: `{${tariff.feed_in_nel_per_wh.join(',')}}`,
      feePerDayNel: tariff.fee_per_day_nel,
      height: '0',
    });
    for (const meter of this.#meters) this.#meter(meter);
  }

  #meter({ address, bytes, member, consensusKey }: MadeMeter): void {
    this.#put('Meter', address, {
      address: bytea(bytes),
      member,
      firstDay: String(FIRST_DAY),
      lastDay: null,
      serviceDay: this.#service.get(address)?.toString() ?? null,
      maxWhPerSlot: '20000',
      consensusKey: consensusKey && bytea(consensusKey),
      enrolledHeight: '0',
    });
  }

  #reports(height: number): Said['txs'] {
    const { everyBlocks, reports } = this.#plan;
    if (height % everyBlocks !== 0) return [];
    const first = this.#random.below(this.#meters.length);
    const slot = FIRST_DAY * BLOCKS_PER_DAY + height - 1;
    return Array.from({ length: reports }, (_, i) => {
      const meter = this.#meters[(first + i) % this.#meters.length];
      const sealed = this.#random.bytes(112);
      const row = { meter: meter.address, slot: String(slot), keyEpoch: '1', sealed: bytea(sealed), height: String(height) };
      this.#put('SealedReport', `${meter.address}-${slot}`, row);
      return { meter, message: encodeMessage(message('Report', { meter: meter.address, slot, keyEpoch: 1, sealed })) };
    });
  }

  /** One meter in twenty is silent. */
  #statements(height: number, day: number): Said['txs'] {
    const commitments = new Map<string, Buffer>();
    this.#commitments.set(day, commitments);
    const speaking = this.#meters.filter(() => this.#random.below(20) > 0);
    return speaking.map((meter) => {
      const commitment = Buffer.concat([Buffer.alloc(1), this.#random.bytes(31)]);
      const sealed = this.#random.bytes(715);
      commitments.set(meter.address, commitment);
      const row = { meter: meter.address, day: String(day), keyEpoch: '1', commitment: bytea(commitment), sealed: bytea(sealed) };
      this.#put('SealedStatement', `${meter.address}-${day}`, { ...row, height: String(height) });
      return { meter, message: encodeMessage(message('CloseDay', { meter: meter.address, day, keyEpoch: 1, commitment, sealed })) };
    });
  }

  /** Freezes the roster that is due in this very block, if there is one. */
  #roster(height: number, late: boolean): BlockEvent[] {
    const since = height - GRACE_BLOCKS - (late ? LATE_BLOCKS : 0);
    if (since <= 0 || since % BLOCKS_PER_DAY !== 0) return [];
    const day = FIRST_DAY + since / BLOCKS_PER_DAY - 1;
    const commitments = this.#commitments.get(day)!;
    if (!late) this.#beginServices(day, commitments);
    const listed = this.#meters.filter(({ address }) => (this.#service.get(address) ?? Infinity) <= day);
    const commitmentOf = (address: string) => commitments.get(address);
    const entries = listed.map(({ address }) => {
      const commitment = commitmentOf(address);
      return { meter: address, commitment: commitment ? fieldFromBytes(commitment, 'commitment') : null };
    });
    const encoded = encodeRoster({ day, meters: entries });
    const digest = rosterDigest(encoded);
    const unixS = String(START_UNIX_S + height * BLOCK_S);
    this.#put('Roster', late ? `${day}-late` : String(day), {
      day: String(day),
      late: String(late),
      digest: `\\x${digest}`,
      encoded: bytea(encoded),
      height: String(height),
      unixS,
    });
    const said = {
      day: String(day),
      late: String(late),
      digest,
      encoded: Buffer.from(encoded).toString('base64'),
      unix_s: unixS,
      mode: 'EndBlock',
    };
    return [{ type: 'electra.roster_frozen', attributes: Object.entries(said).map(([key, value]) => ({ key, value, index: true })) }];
  }

  #beginServices(day: number, commitments: ReadonlyMap<string, Buffer>): void {
    for (const meter of this.#meters) {
      if (this.#service.has(meter.address) || !commitments.has(meter.address)) continue;
      this.#service.set(meter.address, day);
      this.#meter(meter);
    }
  }
}
