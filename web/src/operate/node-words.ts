/**
 * What the node says is wrong or odd with itself: it says it in words of its own, and those that are known are said in the reader's.
 */

export type Told =
  | 'notBegun'
  | 'otherChain'
  | 'behind'
  | 'noRoster'
  | 'noBook'
  | 'noProofs'
  | 'unprovenDue'
  | 'unprovenOverdue'
  | 'unstated'
  | 'halted'
  | 'foreignKey'
  | 'voidUnproven'
  | 'voidUnstated'
  | 'inBlocks'
  | 'otherRoster'
  | 'open'
  | 'beyond'
  | 'missed'
  | 'other'
  | 'noDatabase';

/** A group of this name is days: each as YYYY-MM-DD, and how many more there are. */
const DAYS = '(?<days>\\d{4}-\\d\\d-\\d\\d(?:, \\d{4}-\\d\\d-\\d\\d)*)(?: and (?<more>\\d+) more)?';
const LEFT = 'in (?<left>\\d+ h \\d+ min) the day is missed on the main chain';
const told = (source: string): RegExp => new RegExp(`^${source}$`);

/** By the words of chain-head.ts of src/node/api, of index-findings.ts and sharing-findings.ts of src/node/db, and of the books' alarms. */
const KNOWN: readonly [RegExp, Told][] = [
  [told('the index has not begun'), 'notBegun'],
  [told('the index is of chain (?<a>\\S+), expected (?<b>\\S+)'), 'otherChain'],
  [told('the last indexed block is (?<a>\\d+) s old, the limit is (?<b>\\d+) s'), 'behind'],
  [told(`the chain has frozen ${DAYS}, and the index has no roster of it`), 'noRoster'],
  [told(`the chain has frozen ${DAYS}, and there is no book of it`), 'noBook'],
  [told(`the chain has no proofs of the book of ${DAYS}, which were due`), 'noProofs'],
  [told(`${DAYS} is shared, and its book is not proven, which is due in (?<a>\\d+ h \\d+ min); ${LEFT}: .*`), 'unprovenDue'],
  [told(`${DAYS} is shared, and its book is not proven, which is overdue; ${LEFT}: .*`), 'unprovenOverdue'],
  [told(`${DAYS} is proven and not stated; ${LEFT}: .*`), 'unstated'],
  [told('the chain has a sealing key that is not the vault’s \\(epoch (?<a>[\\d, ]+)\\): .*'), 'foreignKey'],
  [told(`void, since no book was proven in time: ${DAYS}`), 'voidUnproven'],
  [told(`void, since fewer than two communities had stated them by their freeze: ${DAYS}`), 'voidUnstated'],
  [told('(?<a>\\d+) × (?<b>\\S+) in the blocks'), 'inBlocks'],
  [told(`the proven roster is not that of the indexed statements: ${DAYS}`), 'otherRoster'],
  [told(`proven and not stated, while the main chain, or this node’s index of it, does not go on: ${DAYS}`), 'halted'],
  [told(`not stated, and the main chain has not frozen it, though its time is over.*: ${DAYS}`), 'open'],
  [told(`not known to be stated, and its time is over.*: ${DAYS}`), 'beyond'],
  [told(`not shared, since it was not stated on the main chain in time: ${DAYS}`), 'missed'],
  [told(`stated on the main chain otherwise than this database knows.*: ${DAYS}`), 'other'],
  [told('the database of its index does not answer'), 'noDatabase'],
];
const OF_MAIN = /^main chain (\S+): (.*)$/s;

export interface NodeWord {
  is: Told;
  /** YYYY-MM-DD */
  days: readonly string[];
  /** days that are not named */
  more: number;
  /** what else it names, in order, with the time that is left */
  a: string;
  b: string;
  left: string;
  /** of the node's index of this main chain; null: of its own */
  main: string | null;
}

/** Null: words that are not known here, to be shown as they are. */
export function nodeWord(text: string): NodeWord | null {
  const [, main = null, rest = text] = OF_MAIN.exec(text) ?? [];
  for (const [pattern, is] of KNOWN) {
    const found = pattern.exec(rest);
    if (!found) continue;
    const { days, more = '0', a = '', b = '', left = '' } = found.groups ?? {};
    return { is, days: days?.split(', ') ?? [], more: Number(more), a, b, left, main };
  }
  return null;
}
