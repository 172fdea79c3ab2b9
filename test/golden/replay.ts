/** A node that shows a recorded chain, and nothing else: what the golden index is made from. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { bodyOf } from '../kit/body.ts';

// JSON as it is on the wire, as far as it is looked into here.
interface Status {
  sync_info: object;
}
interface Block {
  block: { header: { validators_hash: string } };
}
interface Results {
  txs_results: { code: number }[] | null;
  finalize_block_events: { type: string; attributes: { key: string; value: string }[] }[] | null;
}

export interface Recording {
  chainId: string;
  /** of the last block */
  height: number;
  status: Status;
  genesis: unknown;
  /** from height 1 on */
  blocks: { block: Block; results: Results; commit: unknown }[];
  /** by validators_hash, as on the wire */
  validators: Record<string, unknown>;
  /** answers to abci_query in the state before the last block, by {@link proofKey} */
  proofs: Record<string, unknown>;
}

export interface ReplayingNode {
  url: string;
  stop(): Promise<void>;
}

interface Call {
  id: number;
  method: string;
  params: { height?: string; path?: string; data?: string; minHeight?: string; maxHeight?: string };
}

export const proofKey = ({ path, data }: Call['params']): string => `${path} ${data?.toLowerCase()}`;

export const readRecording = (): Recording =>
  JSON.parse(gunzipSync(readFileSync(new URL('./inputs/chain.json.gz', import.meta.url))).toString('utf8'));

/** Headers as a node lists them, the newest first. */
const metasOf = ({ blocks }: Recording, min: number, max: number): unknown[] =>
  blocks
    .slice(min - 1, max)
    .reverse()
    .map(({ block, results }) => ({ header: block.block.header, num_txs: String((results.txs_results ?? []).length), block_size: '2048' }));

function resultOf(recording: Recording, { method, params }: Call): unknown {
  const at = recording.blocks[Number(params.height ?? recording.height) - 1];
  switch (method) {
    case 'status':
      return {
        ...recording.status,
        sync_info: { ...recording.status.sync_info, latest_block_height: String(recording.height), catching_up: false },
      };
    case 'genesis':
      return { genesis: recording.genesis };
    case 'block':
      return at?.block;
    case 'block_results':
      return at?.results;
    case 'blockchain':
      return { last_height: String(recording.height), block_metas: metasOf(recording, Number(params.minHeight), Number(params.maxHeight)) };
    case 'commit':
      return at?.commit;
    case 'validators':
      return at && recording.validators[at.block.block.header.validators_hash];
    // The state at other heights was not recorded: the indexer asks again once it stands at the end.
    case 'abci_query':
      return Number(params.height) === recording.height - 1 ? recording.proofs[proofKey(params)] : undefined;
    default:
      return undefined;
  }
}

function answer(recording: Recording, call: Call): unknown {
  const result = resultOf(recording, call);
  const head = { jsonrpc: '2.0', id: call.id };
  return result === undefined
    ? { ...head, error: { code: -32603, message: 'Internal error', data: `not recorded: ${call.method}` } }
    : { ...head, result };
}

export async function startReplayingNode(recording: Recording): Promise<ReplayingNode> {
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === null) return;
    try {
      const calls = JSON.parse(body.toString()) as Call | Call[];
      response.end(JSON.stringify(Array.isArray(calls) ? calls.map((call) => answer(recording, call)) : answer(recording, calls)));
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
