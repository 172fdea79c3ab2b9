/**
 * Reads ahead: while one batch is verified and written, the next groups of blocks are already on their way. Groups come in order, whatever
 * the order of the answers.
 *
 * Far from the chain's end it first asks for headers, a hundred and more to a request: they show which blocks need not be read at all
 * (stillness.ts), and how large the others are, so that groups are cut by bytes. No more is asked for while a given sum of bytes is on its
 * way or waits to be taken: memory is bounded whatever the size of blocks. Near the end, blocks are asked for as they are announced.
 */
import type { BlockGroup, BlockMeta, ChainNode } from './node.ts';
import { GROUP_BLOCKS, METAS_MAX, stillBlock } from './node.ts';
import { isStill } from './stillness.ts';

/** Groups asked for and not yet here; and groups in all. */
const IN_FLIGHT_MAX = 8;
const WINDOW_GROUPS = 64;
/** Of answers that are on their way or wait to be taken; one group more is let through, whatever its size. */
const AHEAD_BYTES_MAX = 6 * 1024 * 1024;
/** A group ends at the whole block that passes either; or after so many still ones. */
const GROUP_BYTES_MAX = 1024 * 1024;
const STILL_MAX = 100;
/** A batch ends at the group that passes either. */
const BATCH_BLOCKS_MAX = 500;
const BATCH_BYTES_MAX = 3 * 1024 * 1024;
/** Blocks of which headers are known and that are not asked for yet: then no more headers are. */
const PLANNED_MAX = 2 * METAS_MAX;
const STILL_BYTES = 3_000;

/** Consecutive blocks to be had together: some whole, the others from their headers. */
interface Plan {
  from: number;
  to: number;
  still: Map<number, BlockMeta>;
  /** to be expected */
  bytes: number;
}

interface Slot {
  group: Promise<BlockGroup>;
  ready: boolean;
  blocks: number;
  bytes: number;
}

const sizeOf = ({ blocks }: BlockGroup): number => blocks.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * Its last two blocks are read whatever headers say: that a still one changed nothing is proven by the header behind it, in the same batch,
 * and a batch's last block may be held back (session.ts).
 */
function endedWhole(plan: Plan): Plan {
  for (const height of [plan.to - 1, plan.to]) {
    plan.bytes += (plan.still.get(height)?.bytes ?? STILL_BYTES) - STILL_BYTES;
    plan.still.delete(height);
  }
  return plan;
}

export class Prefetch {
  readonly #node: Pick<ChainNode, 'blocks' | 'blocksAt' | 'headers'>;
  readonly #slots: Slot[] = [];
  readonly #plans: Plan[] = [];
  #planning: Promise<void> | undefined;
  /** the last header known below #next */
  #before: BlockMeta | undefined;
  #next: number;
  #target: number;
  #inFlight = 0;
  #aheadBytes = 0;

  /** `next`: first height wanted. */
  constructor(node: Pick<ChainNode, 'blocks' | 'blocksAt' | 'headers'>, next: number) {
    this.#node = node;
    this.#next = next;
    this.#target = next - 1;
  }

  /** Tells that blocks up to `height` exist. */
  extend(height: number): void {
    this.#target = Math.max(this.#target, height);
    this.#fill();
  }

  /** Whether {@link take} has anything to give. */
  get pending(): boolean {
    return this.#slots.length > 0 || this.#plans.length > 0 || this.#planning !== undefined;
  }

  /** The next group, and with it every group behind it that has already arrived, up to a batch. */
  async take(): Promise<BlockGroup[]> {
    while (this.#slots.length === 0 && this.#planning) await this.#planning;
    const groups: BlockGroup[] = [];
    let blocks = 0;
    let bytes = 0;
    do {
      const slot = this.#slots[0];
      const group = await slot.group;
      this.#slots.shift();
      this.#aheadBytes -= slot.bytes;
      groups.push(group);
      blocks += slot.blocks;
      bytes += slot.bytes;
      this.#fill();
    } while (blocks < BATCH_BLOCKS_MAX && bytes < BATCH_BYTES_MAX && this.#slots[0]?.ready);
    return groups;
  }

  #fill(): void {
    this.#plan();
    while (
      this.#plans.length > 0 &&
      this.#inFlight < IN_FLIGHT_MAX &&
      this.#slots.length < WINDOW_GROUPS &&
      (this.#aheadBytes < AHEAD_BYTES_MAX || this.#slots.length === 0)
    )
      this.#ask(this.#plans.shift()!);
  }

  /** Sees to it that there is something to ask for. */
  #plan(): void {
    if (this.#planning || this.#next > this.#target) return;
    const planned = this.#plans.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    if (planned >= PLANNED_MAX) return;
    if (this.#target - this.#next < GROUP_BLOCKS) {
      this.#plans.push({ from: this.#next, to: this.#target, still: new Map(), bytes: 0 });
      this.#next = this.#target + 1;
      this.#before = undefined;
      return;
    }
    const planning = this.#planHeaders(this.#next, Math.min(this.#next + METAS_MAX - 1, this.#target));
    this.#planning = planning.finally(() => {
      this.#planning = undefined;
    });
    // Once #planning is out of the way. A failure is met by whoever takes.
    this.#planning.then(
      () => this.#fill(),
      (error: unknown) => this.#push({ group: Promise.reject(error), ready: false, blocks: 0, bytes: 0 }),
    );
  }

  /** Of the last header nobody knows yet whether its block changed anything: it comes again with the next ones, but for the very last. */
  async #planHeaders(from: number, to: number): Promise<void> {
    const metas = await this.#node.headers(from, to);
    const known = to === this.#target ? metas : metas.slice(0, -1);
    let plan: Plan | undefined;
    for (const [i, meta] of known.entries()) {
      const still = isStill((metas[i - 1] ?? this.#before)?.header, meta.header, metas[i + 1]?.header);
      plan ??= { from: meta.height, to: meta.height, still: new Map(), bytes: 0 };
      plan.to = meta.height;
      plan.bytes += still ? STILL_BYTES : meta.bytes;
      if (still) plan.still.set(meta.height, meta);
      const whole = plan.to - plan.from + 1 - plan.still.size;
      if (whole < GROUP_BLOCKS && plan.bytes < GROUP_BYTES_MAX && plan.still.size < STILL_MAX) continue;
      this.#plans.push(endedWhole(plan));
      plan = undefined;
    }
    if (plan) this.#plans.push(endedWhole(plan));
    this.#before = known.at(-1);
    this.#next = known.at(-1)!.height + 1;
  }

  #ask(plan: Plan): void {
    this.#inFlight++;
    this.#aheadBytes += plan.bytes;
    const slot: Slot = { group: this.#fetch(plan), ready: false, blocks: plan.to - plan.from + 1, bytes: plan.bytes };
    slot.group = slot.group
      .finally(() => {
        this.#inFlight--;
      })
      .then((group) => {
        slot.ready = true;
        const more = sizeOf(group) - slot.bytes; // what headers said is the node's word alone
        if (more > 0) {
          slot.bytes += more;
          this.#aheadBytes += more;
        }
        this.#fill();
        return group;
      });
    this.#push(slot);
  }

  /** A failure is met when the slot is taken; until then it must not count as unhandled. */
  #push(slot: Slot): void {
    slot.group.catch(() => {});
    this.#slots.push(slot);
  }

  async #fetch({ from, to, still }: Plan): Promise<BlockGroup> {
    if (still.size === 0) return this.#node.blocks(from, to);
    const heights = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const { blocks, commit } = await this.#node.blocksAt(
      heights.filter((height) => !still.has(height)),
      to,
    );
    const whole = new Map(blocks.map((block) => [block.height, block]));
    return { blocks: heights.map((height) => whole.get(height) ?? stillBlock(still.get(height)!)), commit };
  }
}
