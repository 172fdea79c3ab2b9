/**
 * A node that shows a made chain: JSON-RPC by POST, single or in batches, and a WebSocket that announces blocks. Texts are kept as they
 * were made, so that serving costs next to nothing and whoever reads is what is measured. `show` lets the chain grow.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { type MadeChain, PARTS } from './made-chain.ts';

export interface MadeNode {
  url: string;
  /** up to which block the chain is shown */
  height(): number;
  /** shows it up to another block, and announces that */
  show(height: number): void;
  stop(): Promise<void>;
}

type Part = (typeof PARTS)[number];
interface Call {
  id: number | string;
  method: string;
  params?: Record<string, unknown>;
}

const TAB = 9;
const LINE = 10;
/** As CometBFT: a range of headers is no longer. */
const METAS_MAX = 20;
const STARTED = '2026-07-01T09:00:00Z';

/** Where each part of each block lies in the file. */
function layOut(file: Buffer): Record<Part, Buffer>[] {
  const blocks: Record<Part, Buffer>[] = [];
  for (let at = 0; at < file.length; ) {
    const parts = {} as Record<Part, Buffer>;
    for (const [i, part] of PARTS.entries()) {
      const end = file.indexOf(i === PARTS.length - 1 ? LINE : TAB, at);
      parts[part] = file.subarray(at, end);
      at = end + 1;
    }
    blocks.push(parts);
  }
  return blocks;
}

class Shown {
  readonly chain: MadeChain;
  height: number;
  readonly #blocks: Record<Part, Buffer>[];
  readonly #genesis: Buffer;
  readonly #validators: unknown[];

  constructor(chain: MadeChain, height: number) {
    this.chain = chain;
    this.height = height;
    this.#blocks = layOut(readFileSync(join(chain.dir, 'blocks')));
    this.#genesis = readFileSync(join(chain.dir, 'genesis.json'));
    this.#validators = JSON.parse(readFileSync(join(chain.dir, 'validators.json'), 'utf8')) as unknown[];
  }

  /** The answer as pieces of JSON text. */
  answer({ id, method, params = {} }: Call): (string | Buffer)[] {
    const result = this.#result(method, params);
    const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`;
    if (typeof result !== 'string') return [`${head}"result":`, ...result, '}'];
    return [`${head}"error":${JSON.stringify({ code: -32603, message: 'Internal error', data: result })}}`];
  }

  /** Pieces, or the words of a refusal. */
  #result(method: string, params: Record<string, unknown>): (string | Buffer)[] | string {
    const height = Number(params.height ?? this.height);
    if (method === 'status') return [JSON.stringify(this.#status())];
    if (method === 'health') return ['{}'];
    if (method === 'genesis') return ['{"genesis":', this.#genesis, '}'];
    if (method === 'blockchain') return this.#metas(Number(params.minHeight ?? 1), Number(params.maxHeight ?? this.height));
    if (method === 'abci_info') return [JSON.stringify({ response: { last_block_height: String(this.height) } })];
    if (!(height >= 1 && height <= this.height))
      return `height ${height} must be less than or equal to the current blockchain height ${this.height}`;
    const parts = this.#blocks[height - 1];
    if (method === 'block') return [parts.block];
    if (method === 'block_results') return [parts.results];
    if (method === 'commit') return [parts.commit];
    if (method === 'validators')
      return [JSON.stringify({ block_height: String(height), validators: this.#validators, count: '4', total: '4' })];
    return `${method}: not of this node`;
  }

  /** The newest first. */
  #metas(min: number, max: number): (string | Buffer)[] | string {
    const to = Math.min(max, this.height);
    const from = Math.max(1, min, to - METAS_MAX + 1);
    if (from > to) return `min height ${from} can't be greater than max height ${to}`;
    const metas = Array.from({ length: to - from + 1 }, (_, i) => this.#blocks[to - i - 1].meta);
    return [`{"last_height":"${this.height}","block_metas":[`, ...metas.flatMap((meta, i) => (i === 0 ? [meta] : [',', meta])), ']}'];
  }

  #status() {
    return {
      node_info: {
        protocol_version: { p2p: '8', block: '11', app: '0' },
        network: this.chain.chainId,
        version: '0.38.23',
        channels: '40',
        id: '00'.repeat(20),
        listen_addr: 'tcp://127.0.0.1:26656',
        moniker: 'made',
        other: { tx_index: 'on', rpc_address: 'tcp://127.0.0.1:26657' },
      },
      sync_info: {
        latest_block_hash: '00'.repeat(32),
        latest_app_hash: '00'.repeat(32),
        latest_block_height: String(this.height),
        latest_block_time: new Date().toISOString(),
        earliest_block_hash: '00'.repeat(32),
        earliest_app_hash: '00'.repeat(32),
        earliest_block_height: '1',
        earliest_block_time: STARTED,
        catching_up: false,
      },
      validator_info: {
        address: '00'.repeat(20),
        pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.alloc(32).toString('base64') },
        voting_power: '0',
      },
    };
  }
}

async function serve(shown: Shown, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Call | Call[];
  const pieces = Array.isArray(asked)
    ? ['[', ...asked.flatMap((call, i) => (i === 0 ? shown.answer(call) : [',', ...shown.answer(call)])), ']']
    : shown.answer(asked);
  const body = Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

/** Answers subscriptions, and returns what announces a block to all of them. */
function announcing(sockets: WebSocketServer): (height: number) => void {
  const subscribed = new Map<WebSocket, Call['id']>();
  sockets.on('connection', (socket) => {
    socket.on('message', (text) => {
      const { id, method } = JSON.parse(String(text)) as Call;
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
      if (method === 'subscribe') subscribed.set(socket, id);
    });
    socket.on('close', () => subscribed.delete(socket));
    socket.on('error', () => subscribed.delete(socket));
  });
  return (height) => {
    const data = { type: 'tendermint/event/NewBlockHeader', value: { header: { height: String(height) } } };
    for (const [socket, id] of subscribed)
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: { query: "tm.event='NewBlockHeader'", data } }));
  };
}

/** `height`: how much of the chain is shown at first. */
export async function serveMadeChain(chain: MadeChain, height = chain.height): Promise<MadeNode> {
  const shown = new Shown(chain, height);
  const server = createServer((request, response) => void serve(shown, request, response).catch(() => request.socket.destroy()));
  const sockets = new WebSocketServer({ server });
  const announce = announcing(sockets);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    height: () => shown.height,
    show: (to) => {
      shown.height = to;
      announce(to);
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
