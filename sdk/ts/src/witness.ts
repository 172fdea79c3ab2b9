/**
 * What a second node says of a day's statement. One node can say "it is in a block" and have kept it back, and the day would be billed by a
 * substitute without the meter's knowing. So a statement leaves the queue when another node has its commitment too; and once the day's
 * roster is frozen, the meter looks for itself on it.
 */
import { decodeRoster } from '../../../src/protocol/day/roster.ts';
import { fieldToBytes } from '../../../src/protocol/values/field.ts';
import { dayOf } from '../../../src/protocol/values/time.ts';
import type { MeterChain } from './chain.ts';
import type { ItemId, Outbox } from './outbox.ts';

const ROSTERS_EVERY_MS = 3_600_000;
/** A day freezes some hours after its end; its late roster is another matter. */
const LOOK_BACK_DAYS = 7;

/** `confirmed`: leave the queue. `lost`: the second node has a block above the inclusion and not this commitment. `unknown`: ask again. */
export type Word = 'confirmed' | 'lost' | 'unknown';

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** What the second node says of a statement that the first one has in the block at a height. */
export async function secondWord(chain: MeterChain, outbox: Outbox, meter: string, day: number, height: number): Promise<Word> {
  const queued = outbox.statements.get(day);
  if (!chain.witness || !queued) return 'confirmed';
  try {
    const status = await chain.witness.status(); // before the commitment, which is then of this state or a later one
    const found = await chain.witness.commitment(meter, day);
    if (found) return same(found, queued.commitment) ? 'confirmed' : 'lost';
    return status.height > height ? 'lost' : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Statements that wait for a second node's word, by day: the height at which the first one has them. */
export const isWitnessed = (outbox: Outbox, id: ItemId): boolean => !id.startsWith('s/') || !outbox.unwitnessed.has(Number(id.slice(2)));

/** Days that were looked up on their rosters: all, and those whose roster lacks what was stated. */
export interface RosterNews {
  judged: number[];
  missing: number[];
}

export class RosterWatch {
  readonly #chain: MeterChain;
  readonly #meter: string;
  readonly #outbox: Outbox;
  readonly #monotonicMs: () => number;
  #askedMs: number | undefined;

  constructor(chain: MeterChain, meter: string, outbox: Outbox, monotonicMs: () => number) {
    this.#chain = chain;
    this.#meter = meter;
    this.#outbox = outbox;
    this.#monotonicMs = monotonicMs;
  }

  /** Days that this meter has stated, looked up on their rosters once each. */
  async news(chainUnixS: number | undefined): Promise<RosterNews> {
    const now = this.#monotonicMs();
    const ask = this.#chain.witness?.roster ?? this.#chain.roster;
    const news: RosterNews = { judged: [], missing: [] };
    if (!ask || chainUnixS === undefined || (this.#askedMs !== undefined && now - this.#askedMs < ROSTERS_EVERY_MS)) return news;
    this.#askedMs = now;
    const today = dayOf(chainUnixS);
    for (let day = today - LOOK_BACK_DAYS; day < today; day++) {
      const commitment = this.#outbox.statedCommitment(day);
      if (!commitment || !this.#outbox.isDone(`s/${day}`) || this.#outbox.rostered.has(day)) continue;
      const encoded = await ask(day);
      if (!encoded) continue; // not frozen yet
      const entry = decodeRoster(encoded).meters.find(({ meter }) => meter === this.#meter);
      news.judged.push(day);
      if (!entry?.commitment || !same(fieldToBytes(entry.commitment), commitment)) news.missing.push(day);
    }
    return news;
  }
}
