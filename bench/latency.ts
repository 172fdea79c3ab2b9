/**
 * How soon after a block's commit its verified rows are readable by GraphQL: from the chain's own event to the moment `service.height` shows the
 * block. Results of a block are vouched for by the next header (last_results_hash), so one block interval is part of it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { graphql } from '../src/api/client.ts';
import { percentile, type Figure } from './frame.ts';

const SAMPLES = 30;
const POLL_MS = 4;
const WAIT_MS = 120_000;

interface BlockEvent { result?: { data?: { value?: { block?: { header?: { height?: string } } } } } }

/** Local time of each block's commit, by height, as the node announces it. */
function subscribe(rpcUrl: string, commits: Map<number, number>): WebSocket {
  const socket = new WebSocket(`${rpcUrl.replace('http', 'ws')}/websocket`);
  socket.on('open', () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { query: `tm.event='NewBlock'` } })));
  socket.on('message', (text) => {
    const atMs = performance.now();
    const height = (JSON.parse(String(text)) as BlockEvent).result?.data?.value?.block?.header?.height;
    if (height !== undefined) commits.set(Number(height), atMs);
  });
  return socket;
}

export async function benchLatency(data: string): Promise<Figure[]> {
  const { rpcUrls, apiUrl } = JSON.parse(readFileSync(join(data, 'run/endpoints.json'), 'utf8')) as { rpcUrls: string[]; apiUrl: string };
  const commits = new Map<number, number>();
  const socket = subscribe(rpcUrls[0], commits);
  const [fromCommit, fromNextCommit]: [number[], number[]] = [[], []];
  try {
    let seen = 0;
    for (const endMs = Date.now() + WAIT_MS; fromCommit.length < SAMPLES && Date.now() < endMs; await sleep(POLL_MS)) {
      const { service } = await graphql<{ service: { height: number | null } }>({ url: apiUrl }, '{ service { height } }');
      const height = service.height ?? 0;
      const [commitMs, nextMs] = [commits.get(height), commits.get(height + 1)];
      if (height === seen || commitMs === undefined || nextMs === undefined) continue;
      seen = height;
      fromCommit.push(performance.now() - commitMs);
      fromNextCommit.push(performance.now() - nextMs);
    }
  } finally {
    socket.close();
  }
  if (fromCommit.length < SAMPLES) throw new Error(`only ${fromCommit.length} of ${SAMPLES} blocks were seen`);
  const limit = 'the next block, whose header vouches for the results: one block interval (1 s here); the line below counts from it';
  return [
    { name: `commit to readable by GraphQL, p50 of ${SAMPLES}`, value: percentile(fromCommit, 0.5), unit: 'ms', aim: { atMost: 250 }, limit },
    { name: `commit to readable by GraphQL, p99 of ${SAMPLES}`, value: percentile(fromCommit, 0.99), unit: 'ms', aim: { atMost: 1000 }, limit },
    { name: 'from the vouching block to readable, p50', value: percentile(fromNextCommit, 0.5), unit: 'ms' },
    { name: 'from the vouching block to readable, p99', value: percentile(fromNextCommit, 0.99), unit: 'ms' },
  ];
}
