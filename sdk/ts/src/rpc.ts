/**
 * The few calls of a CometBFT 0.38 node that a meter needs, as JSON-RPC over fetch: the same in Node and browsers, no WebSocket. Several
 * URLs may be given: after a network error the next one is asked. Every error is an `RpcError`: `network` means that nothing is known about
 * what happened (a broadcast may have arrived), `answer` that the node did answer and refused. A whole answer has a deadline and a size, so
 * that a node that drips or pours is one that does not answer.
 */
import { fromBase64, fromHex, toBase64 } from '@cosmjs/encoding';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ElectraError, laterFor } from '../../../src/protocol/values/errors.ts';
import { boundedText } from './bounded.ts';

const MIB = 1024 * 1024;
/** Of blocks that hold at most 2 MiB, in base64, and of what came of them; anything else is small. */
const BLOCK_BYTES_MAX: Record<string, number> = { block: 6 * MIB, block_results: 16 * MIB };

export class RpcError extends ElectraError<'network' | 'answer'> {
  static override retryOf = laterFor('network');
  /** `codespace/number` of a query that the application refused, e.g. `sdk/22` for not found. */
  readonly refusal: string | undefined;

  /** The node's own words, where it refused a call: CometBFT has one code for all refusals. */
  readonly said: string;

  /** Of `network`: the system's name of what happened, e.g. `ECONNREFUSED`, `timeout`. */
  readonly reason: string | undefined;

  constructor(
    code: 'network' | 'answer',
    message: string,
    { refusal, said = '', reason }: { refusal?: string; said?: string; reason?: string } = {},
  ) {
    super(code, message);
    this.refusal = refusal;
    this.said = said;
    this.reason = reason;
  }
}

export interface RpcOptions {
  /** One or more http(s) URLs of nodes of the same chain. */
  urls: readonly string[];
  /** For a whole answer, however it comes. */
  timeoutMs?: number;
  fetch?: typeof globalThis.fetch;
}

/** A chain's answer to a transaction: code 0 is success; a refusal has a codespace and a log. */
export interface TxAnswer {
  code: number;
  codespace: string;
  log: string;
}

export interface TxFound extends TxAnswer {
  height: number;
}

export interface NodeStatus {
  chainId: string;
  height: number;
  /** RFC 3339, nanoseconds kept. */
  blockTime: string;
}

/** A query's protobuf answer and the height of the state that it was read from. */
export interface QueryAnswer {
  value: Uint8Array;
  height: number;
}

// What CometBFT answers, as far as it is read here. A node may leave out what is zero or empty.
interface TxResult {
  code?: number;
  codespace?: string;
  log?: string;
}

interface QueryResult extends TxResult {
  value?: string;
  height?: string;
}

interface StatusResult {
  node_info: { network: string };
  sync_info: { latest_block_height: string; latest_block_time: string };
}

interface BlockResult {
  block: { data: { txs?: string[] | null } };
}

interface BlockResults {
  txs_results: TxResult[];
}

export class CometRpc {
  readonly #urls: readonly string[];
  readonly #timeoutMs: number;
  readonly #fetch: typeof globalThis.fetch;
  #current = 0;
  #id = 0;

  constructor({ urls, timeoutMs = 10_000, fetch = globalThis.fetch }: RpcOptions) {
    if (urls.length === 0) throw new RpcError('answer', 'urls: expected at least one RPC address');
    this.#urls = urls;
    this.#timeoutMs = timeoutMs;
    this.#fetch = fetch;
  }

  /** The next call goes to the next node. */
  leave(): void {
    this.#current++;
  }

  /** A client of the nodes beside the current one, or undefined where there is one only. */
  others(): CometRpc | undefined {
    const current = this.#current % this.#urls.length;
    const urls = [...this.#urls.slice(current + 1), ...this.#urls.slice(0, current)];
    return urls.length === 0 ? undefined : new CometRpc({ urls, timeoutMs: this.#timeoutMs, fetch: this.#fetch });
  }

  /** Calls a method on the current node; after a network error the next call goes to the next one. */
  async call<T = unknown>(method: string, params: Record<string, unknown>): Promise<T> {
    const url = this.#urls[this.#current % this.#urls.length];
    let answer: { result?: T | null; error?: { message?: string; data?: string } } | null;
    try {
      const response = await this.#fetch.call(globalThis, url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method, params }),
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      answer = JSON.parse(await boundedText(response, BLOCK_BYTES_MAX[method] ?? MIB));
    } catch (error) {
      this.#current++;
      throw new RpcError('network', `${method}: no answer from ${new URL(url).host} (${reason(error)})`, { reason: reason(error) });
    }
    if (answer?.error) {
      const said = `${answer.error.message ?? 'refused'}${answer.error.data ? `: ${answer.error.data}` : ''}`;
      throw new RpcError('answer', `${method}: ${said}`, { said });
    }
    if (answer?.result === undefined || answer.result === null)
      throw new RpcError('network', `${method}: ${new URL(url).host} sent no JSON-RPC result`);
    return answer.result;
  }

  async status(): Promise<NodeStatus> {
    const { node_info: node, sync_info: sync } = await this.call<StatusResult>('status', {});
    return { chainId: String(node.network), height: Number(sync.latest_block_height), blockTime: String(sync.latest_block_time) };
  }

  /** A gRPC query over abci_query, e.g. `/electra.meter.v1.Query/NodeKeys`. */
  async query(path: string, request: Uint8Array): Promise<QueryAnswer> {
    const { response } = await this.call<{ response: QueryResult }>('abci_query', { path, data: bytesToHex(request), prove: false });
    if (Number(response.code ?? 0) !== 0) {
      throw new RpcError('answer', `${path}: ${response.log ?? 'refused'}`, { refusal: `${response.codespace ?? ''}/${response.code}` });
    }
    return { value: response.value ? fromBase64(response.value) : new Uint8Array(), height: Number(response.height ?? 0) };
  }

  /** Hands a transaction to the node's mempool and returns the verdict of CheckTx. */
  async broadcast(txBytes: Uint8Array): Promise<TxAnswer> {
    const result = await this.call<TxResult>('broadcast_tx_sync', { tx: toBase64(txBytes) });
    return { code: Number(result.code ?? 0), codespace: String(result.codespace ?? ''), log: String(result.log ?? '') };
  }

  /** The included transaction with this hash, or undefined when the node knows none. */
  async tx(hash: string): Promise<TxFound | undefined> {
    let found: { height: unknown; tx_result: TxResult };
    try {
      found = await this.call('tx', { hash: toBase64(fromHex(hash)), prove: false });
    } catch (error) {
      if (error instanceof RpcError && error.code === 'answer' && /not found/i.test(error.said)) return undefined;
      throw error;
    }
    const { tx_result: result } = found;
    return {
      height: Number(found.height),
      code: Number(result.code ?? 0),
      codespace: String(result.codespace ?? ''),
      log: String(result.log ?? ''),
    };
  }

  async block(height: number): Promise<BlockResult> {
    return this.call('block', { height: String(height) });
  }

  async blockResults(height: number): Promise<BlockResults> {
    return this.call('block_results', { height: String(height) });
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause as { code?: string } | undefined;
  return cause?.code ?? (error.name === 'TimeoutError' ? 'timeout' : error.message);
}
