/**
 * How soon a reading is readable: from the commit of the block that carries a meter's report, as the chain's node announces it, to the
 * moment the member sees that report in GraphQL. In between lie indexer (fetch, verify, write), vault (open), books (write) and API.
 *
 * The report is shown as provisional then; the second pair of figures counts until the next header has vouched for the block's results,
 * which is one block interval more.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { withDatabase } from '../src/cli/database.ts';
import { graphql, signInWithKey } from '../src/node/api/client.ts';
import { dataFolder } from '../src/node/processes/data-folder.ts';
import { type Figure, percentile } from './frame.ts';

/** Chain seconds per second at which the community must run: a quarter-hour every six seconds. */
export const RATE = 150;
const SAMPLES = 25;
const POLL_MS = 20; // a member may ask fifty times a second
const WAIT_MS = 240_000;
const MEMBER = 'rural-006';
const QUERY = '{ member { meters { edges { node { address lastReport { at provisional } } } } } }';

interface BlockEvent {
  result?: { data?: { value?: { block?: { header?: { height?: string } } } } };
}
interface Answer {
  member: { meters: { edges: { node: { address: string; lastReport: { at: string; provisional: boolean } | null } }[] } };
}
interface Seen {
  meter: string;
  slot: number;
  provisionalMs: number;
  finalMs: number;
}

/** Local time of each block's commit, by height, as the node announces it. */
function subscribe(rpcUrl: string, commits: Map<number, number>): WebSocket {
  const socket = new WebSocket(`${rpcUrl.replace('http', 'ws')}/websocket`);
  socket.on('open', () =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { query: `tm.event='NewBlock'` } })),
  );
  socket.on('message', (text) => {
    const atMs = performance.now();
    const height = (JSON.parse(String(text)) as BlockEvent).result?.data?.value?.block?.header?.height;
    if (height !== undefined) commits.set(Number(height), atMs);
  });
  return socket;
}

/** Watches one member's newest report as the member would, and notes when each was first seen, provisionally and for certain. */
async function watch(url: string, token: string): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const endMs = Date.now() + WAIT_MS; Date.now() < endMs; await sleep(POLL_MS)) {
    const { address, lastReport } = (await graphql<Answer>({ url }, QUERY, {}, token)).member.meters.edges[0].node;
    const nowMs = performance.now();
    if (!lastReport) continue;
    const slot = Date.parse(lastReport.at) / 900_000 - 1;
    let last = seen.at(-1);
    if (last?.slot !== slot) {
      if (seen.filter(({ finalMs }) => finalMs > 0).length > SAMPLES) break;
      last = { meter: address, slot, provisionalMs: nowMs, finalMs: 0 };
      seen.push(last);
    }
    if (!lastReport.provisional && last.finalMs === 0) last.finalMs = nowMs;
  }
  return seen.slice(1); // the first was there before the watch began
}

export async function benchLatency(data: string): Promise<Figure[]> {
  const { rpcUrls, apiUrl } = JSON.parse(readFileSync(join(data, 'run/endpoints.json'), 'utf8')) as { rpcUrls: string[]; apiUrl: string };
  const privKey = Uint8Array.from(Buffer.from(readFileSync(join(data, 'meters', MEMBER, 'wallet'), 'utf8').trim(), 'hex'));
  const { token } = await signInWithKey({ url: apiUrl, privKey });
  const commits = new Map<number, number>();
  const socket = subscribe(rpcUrls[0], commits);
  const seen = await watch(apiUrl, token).finally(() => socket.close());
  const heights = await withDatabase(
    dataFolder(data),
    'books',
    async (sql) =>
      new Map(
        (
          await sql<{ slot: number; height: number }[]>`
    select slot, height from chain.sealed_report where meter = ${seen[0]?.meter ?? ''} and slot = any(${seen.map(({ slot }) => slot)})`
        ).map(({ slot, height }) => [slot, height]),
      ),
  );
  const since = (slot: number, ms: number): number => ms - (commits.get(heights.get(slot) ?? 0) ?? NaN);
  const provisional = seen.map(({ slot, provisionalMs }) => since(slot, provisionalMs)).filter(Number.isFinite);
  const final = seen
    .filter(({ finalMs }) => finalMs > 0)
    .map(({ slot, finalMs }) => since(slot, finalMs))
    .filter(Number.isFinite);
  if (provisional.length < SAMPLES / 2) throw new Error(`only ${provisional.length} of ${SAMPLES} reports were seen`);
  return [
    {
      name: `report: commit to readable by GraphQL, p50 of ${provisional.length}`,
      value: percentile(provisional, 0.5),
      unit: 'ms',
      aim: { atMost: 250 },
    },
    {
      name: `report: commit to readable by GraphQL, p99 of ${provisional.length}`,
      value: percentile(provisional, 0.99),
      unit: 'ms',
      aim: { atMost: 1000 },
    },
    {
      name: `the same, no longer provisional, p50 of ${final.length}`,
      value: percentile(final, 0.5),
      unit: 'ms',
      note: 'the next block must vouch for the results: one block interval, about 1 s, is part of it',
    },
  ];
}
