/**
 * Reads ahead: while one batch is verified and written, the next groups of blocks are already on their way. Backfill and live use it alike;
 * live, the window is simply one block long. Groups come in order, whatever the order of the answers.
 */
import type { BlockGroup, ChainNode } from './node.ts';
import { GROUP_BLOCKS } from './node.ts';

/** Groups asked for and not yet here; and groups in all. */
const IN_FLIGHT_MAX = 12;
const WINDOW_GROUPS = 96;
/**
 * No more is asked for while this much waits to be taken. Together with what is in flight it bounds memory, whatever the size of blocks.
 */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;
/** A batch ends at the group that passes either. */
const BATCH_BLOCKS_MAX = 400;
const BATCH_BYTES_MAX = 16 * 1024 * 1024;

interface Slot {
  group: Promise<BlockGroup>;
  ready: boolean;
  bytes: number;
}

const sizeOf = ({ blocks }: BlockGroup): number => blocks.reduce((sum, { bytes }) => sum + bytes, 0);

export class Prefetch {
  readonly #node: Pick<ChainNode, 'blocks'>;
  readonly #slots: Slot[] = [];
  #next: number;
  #target: number;
  #inFlight = 0;
  #waitingBytes = 0;

  /** `next`: first height wanted. */
  constructor(node: Pick<ChainNode, 'blocks'>, next: number) {
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
    return this.#slots.length > 0;
  }

  /** The next group, and with it every group behind it that has already arrived, up to a batch. */
  async take(): Promise<BlockGroup[]> {
    const groups: BlockGroup[] = [];
    let blocks = 0;
    let bytes = 0;
    do {
      const slot = this.#slots[0];
      const group = await slot.group;
      this.#slots.shift();
      this.#waitingBytes -= slot.bytes;
      groups.push(group);
      blocks += group.blocks.length;
      bytes += slot.bytes;
      this.#fill();
    } while (blocks < BATCH_BLOCKS_MAX && bytes < BATCH_BYTES_MAX && this.#slots[0]?.ready);
    return groups;
  }

  #fill(): void {
    while (
      this.#next <= this.#target &&
      this.#inFlight < IN_FLIGHT_MAX &&
      this.#slots.length < WINDOW_GROUPS &&
      this.#waitingBytes < WAITING_BYTES_MAX
    ) {
      const to = Math.min(this.#next + GROUP_BLOCKS - 1, this.#target);
      this.#ask(this.#next, to);
      this.#next = to + 1;
    }
  }

  #ask(from: number, to: number): void {
    this.#inFlight++;
    const slot: Slot = { group: this.#node.blocks(from, to), ready: false, bytes: 0 };
    slot.group = slot.group
      .finally(() => {
        this.#inFlight--;
      })
      .then((group) => {
        slot.ready = true;
        slot.bytes = sizeOf(group);
        this.#waitingBytes += slot.bytes;
        this.#fill();
        return group;
      });
    // A failure is met when the slot is taken; until then it must not count as unhandled.
    slot.group.catch(() => {});
    this.#slots.push(slot);
  }
}
