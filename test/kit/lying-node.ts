/**
 * A node between its client and a real one: it passes answers on, may change them, may hide blocks above a height, may be away or drip, and
 * may answer in whatever other way.
 */

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from './body.ts';
import type { Untyped } from './untyped.ts';

export interface LyingNode {
  url: string;
  /** no block above it is shown */
  maxHeight: number;
  /** connections are cut */
  down: boolean;
  /** a space now and then, and never an answer */
  drips: boolean;
  /** answers in a way of its own; `whole` is what it would have said */
  instead: ((response: ServerResponse, whole: string) => void) | undefined;
  /** changes a result before it is passed on; JSON as it is on the wire */
  alter: (method: string, params: Call['params'], result: Untyped) => void;
  /** the words of a refusal, where a call is to be refused */
  refuse: (method: string, params: Call['params']) => string | undefined;
  /** asked so far, by method */
  asked: Record<string, number>;
  stop(): Promise<void>;
}

interface Call {
  id: number;
  method: string;
  params: { height?: string; maxHeight?: string };
}

export async function startLyingNode(target: string): Promise<LyingNode> {
  const node: LyingNode = {
    url: '',
    maxHeight: Infinity,
    down: false,
    drips: false,
    instead: undefined,
    alter: () => {},
    refuse: () => undefined,
    asked: {},
    stop: async () => {},
  };
  const answer = async (call: Call) => {
    node.asked[call.method] = (node.asked[call.method] ?? 0) + 1;
    const above = Number(call.params.height ?? call.params.maxHeight ?? 0) > node.maxHeight;
    const refusal = above
      ? `height ${call.params.height} must be less than or equal to the current blockchain height ${node.maxHeight}`
      : node.refuse(call.method, call.params);
    if (refusal) return { jsonrpc: '2.0', id: call.id, error: { code: -32603, message: 'Internal error', data: refusal } };
    const response = await fetch(target, { method: 'POST', body: JSON.stringify(call), headers: { 'content-type': 'application/json' } });
    const told = (await response.json()) as { result?: Untyped };
    if (told.result && call.method === 'status') {
      const sync = told.result.sync_info;
      sync.latest_block_height = String(Math.min(Number(sync.latest_block_height), node.maxHeight));
    }
    if (told.result) node.alter(call.method, call.params, told.result);
    return told;
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === null) return;
    if (node.down) return request.socket.destroy();
    if (node.drips) {
      const dripping = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(dripping));
      return;
    }
    try {
      const calls = JSON.parse(body.toString()) as Call | Call[];
      const answers = Array.isArray(calls) ? await Promise.all(calls.map(answer)) : await answer(calls);
      const whole = JSON.stringify(answers);
      if (node.instead) node.instead(response, whole);
      else response.end(whole);
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  node.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  node.stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return node;
}
