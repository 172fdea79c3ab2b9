/**
 * Reads ahead: while one batch is verified and written, the next groups of blocks are already on their way. Backfill and live use it alike;
 * live, the window is simply one block long. Groups come in order, whatever the order of the answers.
 */
import { GROUP_BLOCKS } from './node.ts';
import type { BlockGroup, ChainNode } from './node.ts';

/** Groups asked for or waiting; bounds memory together with a chain's block size. */
const WINDOW_GROUPS = 48;
/** A batch ends at the group that passes either. */
const BATCH_BLOCKS_MAX = 400;
const BATCH_BYTES_MAX = 16 * 1024 * 1024;

interface Slot { group: Promise<BlockGroup>; ready: boolean }

export class Prefetch {
  readonly #node: Pick<ChainNode, 'blocks'>;
  readonly #slots: Slot[] = [];
  #next: number;
  #target: number;

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
      const group = await this.#slots[0].group;
      this.#slots.shift();
      groups.push(group);
      blocks += group.blocks.length;
      bytes += group.blocks.reduce((sum, block) => sum + block.bytes, 0);
      this.#fill();
    } while (blocks < BATCH_BLOCKS_MAX && bytes < BATCH_BYTES_MAX && this.#slots[0]?.ready);
    return groups;
  }

  #fill(): void {
    while (this.#slots.length < WINDOW_GROUPS && this.#next <= this.#target) {
      const to = Math.min(this.#next + GROUP_BLOCKS - 1, this.#target);
      const slot: Slot = { group: this.#node.blocks(this.#next, to), ready: false };
      // A failure is met when the slot is taken; until then it must not count as unhandled.
      slot.group.then(() => { slot.ready = true; }, () => {});
      this.#slots.push(slot);
      this.#next = to + 1;
    }
  }
}
