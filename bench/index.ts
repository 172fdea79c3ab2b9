/**
 * The index: sealed transactions and blocks a second when reading a chain from its beginning, and milliseconds from a block's commit to its
 * rows when following one. Verification on, real Postgres, the indexer in a process of its own.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestChain, TestMessage, TestMeter } from '../test/kit/chain.ts';
import { message, startTestChain, TEST_DAY } from '../test/kit/chain.ts';
import { startTestPostgres } from '../test/kit/postgres.ts';
import type { Figure } from './frame.ts';
import { percentile } from './frame.ts';
import { startBenchChain } from './index-chain.ts';

interface Line {
  atMs: number;
  height?: number;
  txs?: number;
  cpuS?: number;
  residentMb?: number;
}

/** Runs the indexer until `enough`, and returns everything it said. */
async function indexWhile(rpcUrl: string, databaseUrl: string, enough: (line: Line) => boolean | Promise<boolean>): Promise<Line[]> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../test/kit/index-process.ts', import.meta.url)), rpcUrl, databaseUrl], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines: Line[] = [];
  try {
    for await (const text of createInterface({ input: child.stdout! })) {
      const line = JSON.parse(text) as Line;
      lines.push(line);
      if (line.height !== undefined && (await enough(line))) child.kill('SIGTERM');
    }
  } finally {
    child.kill('SIGTERM'); // whatever went wrong here
  }
  return lines;
}

async function backfill(): Promise<Figure[]> {
  const [chain, database] = await Promise.all([startBenchChain((text) => process.stderr.write(`${text}\n`)), startTestPostgres()]);
  try {
    const indexed = indexWhile(chain.rpcUrl, database.urls.indexer, ({ height }) => height! >= chain.height);
    const lines = await Promise.race([indexed, chain.away]);
    const [begin, end, usage] = [lines[0], lines.find(({ height }) => height !== undefined && height >= chain.height)!, lines.at(-1)!];
    const seconds = (end.atMs - begin.atMs) / 1000;
    const about =
      `a chain of ${chain.height} blocks and ${end.txs} sealed transactions, one node, same machine; indexer's CPU ` +
      `${usage.cpuS!.toFixed(1)} s of ${seconds.toFixed(1)} s`;
    return [
      {
        name: 'sealed transactions indexed, verification on',
        value: end.txs! / seconds,
        unit: 'tx/s',
        aim: { atLeast: 2_000 },
        note: about,
      },
      { name: 'blocks indexed', value: end.height! / seconds, unit: 'blocks/s' },
      { name: 'indexer, resident memory at most', value: usage.residentMb!, unit: 'MB' },
    ];
  } finally {
    await Promise.all([chain.stop(), database.stop()]);
  }
}

const LIVE_BLOCKS = 120;
/** A meter reports at most one slot per block, and the indexer takes some blocks to stop: so many are over when the chain begins. */
export const LIVE_SLOTS = 3 * LIVE_BLOCKS;

/** The chain that is followed. Each meter of it can report `LIVE_SLOTS` slots from its first day on. */
export const startLiveChain = (): Promise<TestChain> =>
  startTestChain({ lightMeters: 8, timeoutCommit: '150ms', firstDay: TEST_DAY - Math.ceil(LIVE_SLOTS / 96) });

export const report = (meter: TestMeter, slot: number): TestMessage =>
  message('Report', { meter: meter.address, slot, keyEpoch: 1, sealed: randomBytes(112) });

/** From the node's announcement of a block to the line that the indexer writes once the rows are committed. */
async function live(): Promise<Figure[]> {
  const [chain, database] = await Promise.all([startLiveChain(), startTestPostgres()]);
  const announced = new Map<number, number>();
  const socket = new WebSocket(`${chain.rpcUrl.replace('http', 'ws')}/websocket`);
  socket.onopen = () =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { query: "tm.event='NewBlockHeader'" } }));
  socket.onmessage = ({ data }) => {
    const height = Number(JSON.parse(String(data)).result?.data?.value?.header?.height);
    if (height) announced.set(height, performance.timeOrigin + performance.now());
  };
  let reporting = true;
  const meters = Promise.all(
    chain.meters.map(async (meter, i) => {
      for (let slot = chain.firstDay * 96; reporting; slot++) {
        await chain.send(meter, [report(meter, slot)]);
        await sleep(20 * i);
      }
    }),
  );
  meters.catch(() => {}); // a refusal is said below, once the indexer has ended
  try {
    const lines = await indexWhile(chain.rpcUrl, database.urls.indexer, () => announced.size > LIVE_BLOCKS);
    reporting = false;
    await meters;
    const delays = [...announced]
      .map(([height, atMs]) => (lines.find((line) => line.height !== undefined && line.height >= height)?.atMs ?? NaN) - atMs)
      .slice(20)
      .filter(Number.isFinite);
    return [
      { name: 'from commit to row, p50', value: percentile(delays, 0.5), unit: 'ms', aim: { atMost: 100 } },
      { name: 'from commit to row, p99', value: percentile(delays, 0.99), unit: 'ms', aim: { atMost: 500 } },
    ];
  } finally {
    socket.close();
    await Promise.all([chain.stop(), database.stop()]);
  }
}

export async function benchIndex(): Promise<Figure[]> {
  return [...(await backfill()), ...(await live())];
}
