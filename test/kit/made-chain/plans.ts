/** The chains that indexers are measured on, a short one for tests, and one of every word. What differs is how much is said, how often. */

export interface ChainPlan {
  name: string;
  seed: string;
  blocks: number;
  meters: number;
  /** a block is a quarter-hour of chain time; in every so many blocks something is reported */
  everyBlocks: number;
  /** transactions with one report each, in such a block */
  reports: number;
  /** whether every other kind of message is said, too (words.ts): of these no truth is known */
  everyWord?: true;
}

const plan = (name: string, blocks: number, meters: number, everyBlocks: number, reports: number): ChainPlan => ({
  name,
  seed: `electra made chain: ${name}`,
  blocks,
  meters,
  everyBlocks,
  reports,
});

export const PLANS = {
  /** nineteen of twenty blocks say nothing */
  sparse: plan('sparse', 6_000, 12, 20, 3),
  /** a village reports each quarter-hour: 300 transactions a block, and blocks enough that no runtime's first second decides */
  dense: plan('dense', 400, 300, 1, 300),
  /** seven months of a small community */
  long: plan('long', 20_000, 12, 4, 2),
  /** for tests, and for a look */
  short: plan('short', 260, 6, 3, 2),
  /** to compare runtimes over everything that can be said */
  varied: { ...plan('varied', 720, 6, 8, 2), everyWord: true },
} as const satisfies Record<string, ChainPlan>;

export type PlanName = keyof typeof PLANS;
