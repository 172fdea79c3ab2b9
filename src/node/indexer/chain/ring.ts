/**
 * Which node is asked: one after the other, the next when one fails. A node that said what cannot be true, serves another chain or lacks
 * blocks is left out for a time that doubles each time it happens, and then tried again: what was wrong with it may have been mended.
 */
import { growingMs } from '../../../protocol/values/backoff.ts';
import type { ChainNode } from './node.ts';

const LEFT_OUT_MS_MAX = 30 * 60_000;

interface Seat {
  node: ChainNode;
  offences: number;
  /** left out until then */
  untilMs: number;
}

export class NodeRing {
  readonly #seats: Seat[];
  readonly #firstMs: number;
  readonly #now: () => number;
  #turn = 0;

  /** `firstMs`: how long a node is left out the first time. */
  constructor(nodes: readonly ChainNode[], { firstMs = 60_000, now = Date.now }: { firstMs?: number; now?: () => number } = {}) {
    this.#seats = nodes.map((node) => ({ node, offences: 0, untilMs: 0 }));
    this.#firstMs = firstMs;
    this.#now = now;
  }

  /** The node last chosen. */
  get current(): ChainNode {
    return this.#seats[this.#turn].node;
  }

  /** The next in turn that is not left out. One is never left out with no other beside it, so there is always one. */
  choose(): ChainNode {
    const turns = this.#seats.map((_, i) => (this.#turn + i) % this.#seats.length);
    this.#turn = turns.find((turn) => this.#seats[turn].untilMs <= this.#now()) ?? this.#turn;
    return this.current;
  }

  /** All that are not left out. */
  get trusted(): ChainNode[] {
    return this.#seats.filter(({ untilMs }) => untilMs <= this.#now()).map(({ node }) => node);
  }

  /** Another one is to be chosen next. */
  pass(): void {
    this.#turn = (this.#turn + 1) % this.#seats.length;
  }

  /** Leaves out the node last chosen. @returns for how long; 0 where no other is left: then it stays. */
  leaveOut(): number {
    const seat = this.#seats[this.#turn];
    if (this.trusted.every((node) => node === seat.node)) return 0;
    const pauseMs = growingMs(++seat.offences, this.#firstMs, LEFT_OUT_MS_MAX);
    seat.untilMs = this.#now() + pauseMs;
    this.pass();
    return pauseMs;
  }
}
