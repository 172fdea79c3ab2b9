/**
 * Everything between two keys, and nothing else: "all disputes of day d", "all anchors of day d".
 *
 * A proof of absence shows the next key on the right. So a range is walked from its start: ask for the first possible key; whatever the
 * answer shows next is an entry, and the question after it is for the first possible key behind that entry (the entry's key and a 0 byte),
 * until the next key lies at or beyond the end. The verifier walks the same way and so knows which key each proof must be about: nothing
 * can be left out, added, or shown twice.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import { compareBytes } from '../../protocol/day/roster.ts';
import { LightError } from './errors.ts';
import type { Entry, ProofOps, Shown } from './ics23.ts';
import { verifyState } from './ics23.ts';

/** `[from, to)`, and what lies on both sides of it. */
export interface RangeShown {
  entries: Entry[];
  /** the nearest key before `from`; null at the store's edge, undefined when `from` itself is an entry (its proof does not show it) */
  left: Entry | null | undefined;
}

interface RangeWalk {
  appHash: Uint8Array;
  store: string;
  from: Uint8Array;
  to: Uint8Array;
  count: number;
  opsOf: (key: Uint8Array, i: number) => ProofOps;
}

/** What an answer about `key` shows at or after it, and which key to ask about next; null: the range is finished. */
function step(key: Uint8Array, to: Uint8Array, shown: Shown): { entry: Entry | null; next: Uint8Array | null } {
  const entry = shown.absent ? shown.right : { key, value: shown.value };
  if (!entry || compareBytes(entry.key, to) >= 0) return { entry: null, next: null };
  const next = concatBytes(entry.key, Uint8Array.of(0));
  return { entry, next: compareBytes(next, to) >= 0 ? null : next };
}

/**
 * Which key to ask a node about after its answer about `key`: whoever records a range starts with `from` and asks until this is null.
 * `shown` is the answer, verified (verifyState).
 */
export const nextInRange = (key: Uint8Array, to: Uint8Array, shown: Shown): Uint8Array | null => step(key, to, shown).next;

/**
 * Proves that exactly the returned entries lie in `[from, to)`.
 * @param steps the nodes' proofOps, in the order of nextInRange
 * @throws LightError of verifyState (`wrong-key`: not the next key of the walk), or `incomplete-range`
 */
export const verifyRange = (appHash: Uint8Array, store: string, from: Uint8Array, to: Uint8Array, steps: readonly ProofOps[]): RangeShown =>
  verifyWalk({ appHash, store, from, to, count: steps.length, opsOf: (_, i) => steps[i] });

/** The same, of steps that are made for the key that each has to be about. */
export function verifyWalk({ appHash, store, from, to, count, opsOf }: RangeWalk): RangeShown {
  if (compareBytes(from, to) >= 0) throw new LightError('malformed', 'range', 'a start before its end');
  const entries: Entry[] = [];
  let left: Entry | null | undefined;
  let key: Uint8Array | null = from;
  for (let i = 0; i < count; i++) {
    if (key === null) throw new LightError('incomplete-range', `range[${i}]`, 'nothing more: the range is finished');
    const shown = verifyState(appHash, store, key, opsOf(key, i));
    if (i === 0 && shown.absent) left = shown.left;
    const { entry, next } = step(key, to, shown);
    if (entry) entries.push(entry);
    key = next;
  }
  if (key !== null) throw new LightError('incomplete-range', `range[${count}]`, 'a proof of what follows the last key shown');
  return { entries, left };
}
