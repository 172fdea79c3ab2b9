/** One run of one runtime: how fast, with how much memory, how soon, and whether its rows are true. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MadeChain } from '../../test/kit/made-chain/made-chain.ts';
import { until } from '../../test/kit/until.ts';
import { percentile } from '../frame.ts';
import type { Runtime, Shown } from './runtimes.ts';

export interface Run {
  runtime: string;
  /** from the process' start to its first block in the database, s */
  startS: number;
  /** indexed in the window, and whether that is the whole chain */
  blocks: number;
  txs: number;
  whole: boolean;
  blocksPerS: number;
  txsPerS: number;
  peakMb: number;
  /** most memory after the first quarter of the chain over that of the first quarter */
  growth: number;
  cpuS: number;
  /** of Postgres, for this run */
  postgresCpuS: number;
  bytesPerReading: number;
  /** sentences on rows that are not true; empty where all are */
  wrong: string[];
}

const POLL_MS = 40;

/** Indexes from the beginning for at most `windowS` (0: to the end). */
export async function backfill(chain: MadeChain, runtime: Runtime, windowS: number): Promise<Run> {
  const begun = await runtime.height(); // the stock node has its first block from when its tables were made
  const measured = await runtime.start();
  const startedMs = performance.now();
  let first: { ms: number; height: number } | undefined;
  let height = begun;
  let quarterMb = 0;
  let nowMs = startedMs;
  try {
    while (height < chain.height) {
      await sleep(POLL_MS);
      if (measured.ended) throw new Error(`${runtime.name} ended:\n${measured.said}`);
      const at = await runtime.height();
      nowMs = performance.now();
      if (at > height) {
        first ??= { ms: nowMs, height: at };
        height = at;
      }
      if (height >= chain.height / 4 && quarterMb === 0) quarterMb = measured.usage().peakMb;
      if (first && windowS > 0 && nowMs - first.ms > windowS * 1000) break;
      if (!first && nowMs - startedMs > 180_000) throw new Error(`${runtime.name}: no block in 180 s:\n${measured.said}`);
    }
    const { peakMb, cpuS } = measured.usage();
    const postgresCpuS = await runtime.postgresCpuS();
    await measured.stop();
    const whole = (await runtime.height()) >= chain.height;
    const txs = Math.round((chain.txs * height) / chain.height);
    const seconds = (nowMs - first!.ms) / 1000;
    const counted = height - first!.height;
    return {
      runtime: runtime.name,
      startS: (first!.ms - startedMs) / 1000,
      blocks: height,
      txs,
      whole,
      blocksPerS: counted / seconds,
      txsPerS: (txs * counted) / height / seconds,
      peakMb,
      growth: quarterMb > 0 ? peakMb / quarterMb - 1 : 0,
      cpuS,
      postgresCpuS,
      bytesPerReading: await runtime.bytesPerReading(),
      wrong: await runtime.wrong(whole ? undefined : height),
    };
  } finally {
    await measured.stop('SIGKILL');
  }
}

export interface Latency {
  runtime: string;
  blocks: number;
  p50Ms: number;
  p99Ms: number;
}

/** Follows the chain's head: from the moment in which a block is shown to the one in which its rows are read by another connection. */
export async function head(
  runtime: Runtime,
  node: Shown,
  { from, blocks, everyMs }: { from: number; blocks: number; everyMs: number },
): Promise<Latency> {
  node.show(from);
  const measured = await runtime.start();
  const delays: number[] = [];
  try {
    await until(async () => measured.ended || (await runtime.height()) >= from, 180_000, `${runtime.name} at the head`);
    await sleep(1_500);
    for (let height = from + 1; height <= from + blocks; height++) {
      const shownMs = performance.now();
      node.show(height);
      while ((await runtime.height()) < height) {
        if (measured.ended) throw new Error(`${runtime.name} ended:\n${measured.said}`);
        if (performance.now() - shownMs > 60_000) throw new Error(`${runtime.name}: block ${height} was not indexed in 60 s`);
        await sleep(2);
      }
      delays.push(performance.now() - shownMs);
      await sleep(Math.max(0, everyMs - delays.at(-1)!));
    }
  } finally {
    await measured.stop();
  }
  return { runtime: runtime.name, blocks: delays.length, p50Ms: percentile(delays, 0.5), p99Ms: percentile(delays, 0.99) };
}
