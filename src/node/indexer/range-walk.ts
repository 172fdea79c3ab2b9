/**
 * How a range of the chain's state is asked for. A store proves one key to a question, and what follows it is known from the answer; so a
 * range of N entries takes N + 1 questions, and one after the other as many times the way to the node. They need not be one after the
 * other: each answer shows its neighbours, so every entry that is known of, from an earlier reading or by chance, can be asked for at once.
 *
 * A wave asks what follows each entry that is known and not asked for yet. A range that is still open after a few waves is asked in the
 * middle of its gaps as well, which shows two more entries each, until enough of them are open to keep a node busy. None of it is trusted:
 * what is kept in the end is the walk that a verifier walks (src/reader/light/range.ts), and it has every answer that it needs.
 */
import { compareBytes } from '../../protocol/day/roster.ts';
import { nextInRange, type Shown } from '../../reader/light/index.ts';

export interface Answer {
  /** of the key in its store, and of the store's root */
  proof: string;
  store: string;
  /** verified */
  shown: Shown;
}

interface Range {
  from: Uint8Array;
  to: Uint8Array;
}

/** In this order. @throws what the node, or a proof of its that does not hold, is refused by */
export type Ask = (keys: readonly Uint8Array[]) => Promise<Answer[]>;

export class EndlessRange extends Error {}

/** Questions at once, and so many open gaps need no middles. */
const WAVE_MAX = 500;
const OPEN_ENOUGH = 64;
/** Ranges of a few entries are walked: a middle would be a question too many. */
const WALKED_WAVES = 3;
const RANGE_MAX = 200_000;

const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
const behind = (key: Uint8Array): Uint8Array => Uint8Array.of(...key, 0);

/** A key between two, by the order of keys; null where none is left of their length and one byte more. */
export function middleOf(a: Uint8Array, b: Uint8Array): Uint8Array | null {
  const length = Math.max(a.length, b.length) + 1;
  const [low, high] = [a, b].map((key) => BigInt(`0x${hex(key).padEnd(2 * length, '0')}`));
  const middle = (low + high) / 2n;
  return middle > low ? new Uint8Array(Buffer.from(middle.toString(16).padStart(2 * length, '0'), 'hex')) : null;
}

class Walk {
  readonly #answers = new Map<string, Answer>();
  /** entries that an answer has shown */
  readonly #known = new Map<string, Uint8Array>();
  /** that nothing is known of behind: questions by the key they ask for */
  readonly #open = new Map<string, Uint8Array>();
  readonly #range: Range;

  constructor(range: Range) {
    this.#range = range;
    this.#open.set(hex(range.from), range.from);
  }

  get open(): Uint8Array[] {
    return [...this.#open.values()];
  }

  /** The middle of each gap that is open. */
  middles(most: number): Uint8Array[] {
    const { keys } = this;
    const found: Uint8Array[] = [];
    for (const [i, key] of keys.entries()) {
      if (found.length === most) break;
      const question = behind(key);
      const middle = this.#open.has(hex(question)) ? middleOf(question, keys[i + 1] ?? this.#range.to) : null;
      if (middle) found.push(middle);
    }
    return found;
  }

  /** What an answer shows. */
  take(key: Uint8Array, answer: Answer): void {
    const { shown } = answer;
    this.#answers.set(hex(key), answer);
    this.#open.delete(hex(key));
    const entries = shown.absent ? [shown.left, shown.right] : [{ key }];
    for (const entry of entries) if (entry) this.#note(entry.key);
  }

  #note(key: Uint8Array): void {
    const { from, to } = this.#range;
    const name = hex(key);
    if (compareBytes(key, from) < 0 || compareBytes(key, to) >= 0 || this.#known.has(name)) return;
    this.#known.set(name, key);
    const question = behind(key);
    if (compareBytes(question, to) < 0 && !this.#answers.has(hex(question))) this.#open.set(hex(question), question);
    if (this.#known.size > RANGE_MAX) throw new EndlessRange();
  }

  get keys(): Uint8Array[] {
    return [...this.#known.values()].sort(compareBytes);
  }

  /** The answers in a verifier's order. */
  steps(): Answer[] {
    const steps: Answer[] = [];
    for (let key: Uint8Array | null = this.#range.from; key !== null; ) {
      const answer: Answer = this.#answers.get(hex(key))!;
      steps.push(answer);
      key = nextInRange(key, this.#range.to, answer.shown);
    }
    return steps;
  }
}

/**
 * All answers of a range, as verifyRange will walk, and the keys of its entries.
 * @param known keys of entries as they were before: a wave of them saves all others, and one that is gone costs a question
 * @throws EndlessRange
 */
export async function walkRange(
  range: Range,
  ask: Ask,
  known: readonly Uint8Array[] = [],
): Promise<{ steps: Answer[]; keys: Uint8Array[] }> {
  const walk = new Walk(range);
  const asked = async (keys: readonly Uint8Array[]): Promise<void> => {
    for (let at = 0; at < keys.length; at += WAVE_MAX) {
      const some = keys.slice(at, at + WAVE_MAX);
      for (const [i, answer] of (await ask(some)).entries()) walk.take(some[i], answer);
    }
  };
  const hints = known.map(behind).filter((key) => compareBytes(key, range.from) > 0 && compareBytes(key, range.to) < 0);
  await asked([range.from, ...hints]);
  for (let waves = 0; ; waves++) {
    const { open } = walk;
    if (open.length === 0) return { steps: walk.steps(), keys: walk.keys };
    const middles = waves < WALKED_WAVES || open.length >= OPEN_ENOUGH ? [] : walk.middles(OPEN_ENOUGH - open.length);
    await asked([...open, ...middles]);
  }
}
