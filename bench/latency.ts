/**
 * How soon after its commit a reading is readable by GraphQL: a community whose chain clock runs fast, one member's reports, each timed from the
 * chain's own event to the moment the member's `lastReport` shows it. In between: indexed with verification, opened by the vault, booked.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { createFleet, walletKey } from '../simulator/keys.ts';
import { graphql, signInWithKey } from '../src/api/client.ts';
import { percentile, type Figure } from './frame.ts';

const SAMPLES = 30;
const POLL_MS = 4;
const WAIT_MS = 30_000;

interface Last { member: { meter: { lastReport: { day: string; slot: number } | null } } }

/** `commits` yields the local time of each commit of a transaction of `sender`. */
function subscribe(rpcUrl: string, sender: string, onCommit: (atMs: number) => void): WebSocket {
  const socket = new WebSocket(`${rpcUrl.replace('http', 'ws')}/websocket`);
  socket.on('open', () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { query: `tm.event='Tx' AND message.sender='${sender}'` } })));
  socket.on('message', (text) => {
    const atMs = performance.now();
    if (JSON.parse(String(text)).result?.data) onCommit(atMs);
  });
  return socket;
}

export async function benchLatency(data: string): Promise<Figure[]> {
  const { rpcUrls, apiUrl } = JSON.parse(readFileSync(join(data, 'run/endpoints.json'), 'utf8')) as { rpcUrls: string[]; apiUrl: string };
  const [first] = await createFleet({ dir: data, community: 'rural' });
  const { token } = await signInWithKey({ url: apiUrl, address: first.memberAddress, privKey: await walletKey(data, first.member) });
  const last = async () => {
    const answer = await graphql<Last>({ url: apiUrl }, 'query ($a: String!) { member { meter(address: $a) { lastReport { day slot } } } }', { a: first.meterAddress }, token);
    const report = answer.member.meter.lastReport;
    return report ? `${report.day} ${report.slot}` : '';
  };
  const latencies: number[] = [];
  let committedMs: number | null = null;
  const socket = subscribe(rpcUrls[0], first.meterAddress, (atMs) => { committedMs ??= atMs; });
  try {
    let before = await last();
    for (const endMs = Date.now() + SAMPLES * WAIT_MS; latencies.length < SAMPLES && Date.now() < endMs; await sleep(POLL_MS)) {
      const now = await last();
      if (now === before) continue;
      // A report seen before its event arrived was readable at once.
      latencies.push(committedMs === null ? 0 : performance.now() - committedMs);
      [before, committedMs] = [now, null];
    }
  } finally {
    socket.close();
  }
  if (latencies.length < SAMPLES) throw new Error(`only ${latencies.length} of ${SAMPLES} reports arrived`);
  return [
    { name: `commit to readable by GraphQL, p50 of ${SAMPLES}`, value: percentile(latencies, 0.5), unit: 'ms', aim: { atMost: 250 } },
    { name: `commit to readable by GraphQL, p99 of ${SAMPLES}`, value: percentile(latencies, 0.99), unit: 'ms', aim: { atMost: 1000 } },
  ];
}
