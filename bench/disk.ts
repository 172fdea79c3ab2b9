/**
 * A validator's disk: a simulated week of a community of 13 meters, all of them validators, with blocks as CometBFT makes them and the
 * stores that it and the application write (chain/app/week_bench_test.go). Once with every block kept, as the node's own chain node has
 * to, and once with the newest ones alone.
 */
import type { Figure } from './frame.ts';
import { goBench } from './go.ts';

/** As chain/README.md advises for a validator that no node reads from. */
const RETAINED_BLOCKS = 100_000;
/** Of the run that shows that what is not retained is gone. */
const RETAINED_IN_BENCH = 1500;
const EMPTY_BLOCK_S = 60;
/** From one block to the next without an interval: timeout_commit of 5 s, and a second to agree. */
const FORMER_BLOCK_S = 6;
const [WEEK_S, YEAR_S] = [7 * 86_400, 365 * 86_400];

/** Numbers by their units, of the line in which Go says them. */
const numbersOf = (line: string): Record<string, number> =>
  Object.fromEntries([...line.matchAll(/(\S+)\s+(\S+\/(?:week|year)|freeze-h)/g)].map(([, value, unit]) => [unit, Number(value)]));

/** Runs the week. */
async function week(env: Record<string, string>): Promise<Record<string, number>> {
  const bench = 'WeekOnDisk';
  const lines = await goBench({ of: './app', bench, times: 1, env: { ELECTRA_EMPTY_BLOCK_S: String(EMPTY_BLOCK_S), ...env } });
  return numbersOf(lines.get(bench)!);
}

export async function benchDisk(): Promise<Figure[]> {
  const kept = await week({});
  const pruned = await week({ ELECTRA_RETAIN_BLOCKS: String(RETAINED_IN_BENCH) });
  const blocks = kept['blocks/week'];
  const years = YEAR_S / WEEK_S;
  const perBlock = (kept['blockstore-B/week'] + kept['state-B/week']) / blocks;
  const application = kept['application-B/week'] * years;
  const gb = (bytes: number): number => bytes / 1e9;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    {
      name: 'blocks a week',
      value: blocks,
      unit: 'blocks',
      note: `an empty one every ${EMPTY_BLOCK_S} s at most, 5 s from commit to proposal`,
    },
    { name: 'transactions a week', value: kept['txs/week'], unit: 'tx', note: 'every report in one of its own' },
    { name: "from a day's end to its roster, at most", value: kept['freeze-h'], unit: 'h', note: '6 h and 600 blocks' },
    { name: 'blocks and results, per block', value: perBlock, unit: 'bytes', note: '13 signatures, three times' },
    {
      name: 'a validator that keeps the newest blocks, after a year',
      value: gb(Math.min(RETAINED_BLOCKS, blocks * years) * perBlock + application),
      unit: 'GB',
      aim: { atMost: 2 },
      note:
        `min-retain-blocks ${RETAINED_BLOCKS}, no index of transactions; with ${RETAINED_IN_BENCH} retained the week took ` +
        `${megabytes(pruned['B/week'])}, else ${megabytes(kept['B/week'])}`,
    },
    {
      name: 'a chain node that keeps every block, each year',
      value: gb(kept['B/week'] * years),
      unit: 'GB',
      note: "as the community's node has to",
    },
    {
      name: 'the same with an empty block every 6 s, as before',
      value: gb((YEAR_S / FORMER_BLOCK_S) * (kept['B/week'] / blocks)),
      unit: 'GB',
      note: 'by the bytes of a block, not run',
    },
  ];
}
