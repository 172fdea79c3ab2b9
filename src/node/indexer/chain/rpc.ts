/**
 * JSON-RPC over HTTP to one CometBFT node, on kept-alive connections, several calls to a request.
 *
 * Raw JSON instead of a client library: exact times and hashes (see src/protocol/comet), and one request for many blocks. Traps: a node
 * takes at most ten calls in a batch (`max_request_batch_size`; GROUP_BLOCKS in node.ts keeps below it), and answers a batch of one with
 * an object instead of a list.
 */
import http from 'node:http';
import https from 'node:https';
import { RetryableError } from '../errors.ts';

const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

export interface RpcCall {
  method: string;
  params: Record<string, unknown>;
}

/** A node's refusal of a call. CometBFT has one code for all of them, so `said`, its own words, is all there is to tell them apart by. */
export class RpcRefusal extends RetryableError {
  readonly said: string;

  constructor(node: string, method: string, said: string) {
    super('rpc-refused', `node ${node} refused ${method}: ${said}`);
    this.said = said;
  }
}

interface Answer {
  id: number;
  result?: unknown;
  error?: { message?: string; data?: string };
}

export class Rpc {
  /** host and port, for messages: a URL may hold a password */
  readonly name: string;
  readonly url: URL;
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;

  constructor(
    url: string,
    { timeoutMs = 10_000, connections = 8, signal }: { timeoutMs?: number; connections?: number; signal: AbortSignal },
  ) {
    this.url = parseUrl(url);
    this.name = this.url.host;
    const secure = this.url.protocol === 'https:';
    this.#agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: connections });
    this.#request = secure ? https.request : http.request;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
  }

  async call(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
    return (await this.batch([{ method, params }]))[0];
  }

  /** The results in the calls' order. @throws RetryableError `rpc-unreachable`, RpcRefusal */
  async batch(calls: readonly RpcCall[]): Promise<unknown[]> {
    const requests = calls.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }));
    const text = await this.#post(JSON.stringify(requests.length === 1 ? requests[0] : requests));
    let answers: Answer[];
    try {
      const parsed = JSON.parse(text);
      answers = Array.isArray(parsed) ? parsed : [parsed];
    } catch {
      throw new RetryableError('rpc-unreachable', `node ${this.name} answered ${calls[0].method} with something other than JSON`);
    }
    const results = new Map(answers.map((answer) => [answer?.id, answer]));
    return calls.map(({ method }, id) => {
      const answer = results.get(id) ?? answers[0];
      if (answer?.error) throw new RpcRefusal(this.name, method, [answer.error.message, answer.error.data].filter(Boolean).join(': '));
      if (answer?.id !== id || answer.result === undefined || answer.result === null)
        throw new RetryableError('rpc-unreachable', `node ${this.name} gave no answer to ${method}`);
      return answer.result;
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new RetryableError('rpc-unreachable', `node ${this.name} cannot be reached (${why})`));
      const request = this.#request(
        this.url,
        {
          method: 'POST',
          agent: this.#agent,
          signal: this.#signal,
          timeout: this.#timeoutMs,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > ANSWER_BYTES_MAX) response.destroy(new Error('answer too large'));
            else chunks.push(chunk);
          });
          response.on('error', (error) => fail(error.message));
          response.on('end', () => (response.complete ? resolve(Buffer.concat(chunks).toString('utf8')) : fail('answer cut off')));
        },
      );
      request.on('timeout', () => request.destroy(new Error(`no answer within ${this.#timeoutMs} ms`)));
      request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      request.end(body);
    });
  }
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new TypeError(`rpcUrls: expected http(s) URLs, got ${JSON.stringify(url)}`);
  return parsed;
}
