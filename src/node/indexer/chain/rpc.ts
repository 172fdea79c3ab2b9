/**
 * JSON-RPC over HTTP to one CometBFT node, on kept-alive connections, several calls to a request.
 *
 * Raw JSON instead of a client library: exact times and hashes (see src/protocol/comet), and one request for many blocks. Traps: a node
 * takes at most ten calls in a batch (`max_request_batch_size`), so more of them go as several requests, and answers a batch of one with
 * an object instead of a list; and a socket's own time-out counts silence, which a node that drips never lets pass: whole answers have a
 * deadline of their own (answer-limits.ts).
 */
import http from 'node:http';
import https from 'node:https';
import { RetryableError } from '../errors.ts';
import { answerLimit, UNDER_WAY_BYTES_MAX } from './answer-limits.ts';
import { withoutEvents } from './without-events.ts';

/** CometBFT's own default. GROUP_BLOCKS and METAS_MAX (node.ts) make the most of one request. */
const CALLS_MAX = 10;

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

interface HttpAnswer {
  /** counts for nothing but a message: nodes answer refusals in JSON with a status of their own */
  status: number | undefined;
  body: Buffer;
}

export class Rpc {
  /** host and port, for messages: a URL may hold a password */
  readonly name: string;
  readonly url: URL;
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;
  readonly #silenceMs: number;
  readonly #answerMs: number;
  readonly #signal: AbortSignal;
  #underWayBytes = 0;

  /** `silenceMs`: without a byte; `answerMs`: for any whole answer, where that is less than its method's own time. */
  constructor(
    url: string,
    {
      silenceMs = 10_000,
      answerMs = Infinity,
      connections = 8,
      signal,
    }: { silenceMs?: number; answerMs?: number; connections?: number; signal: AbortSignal },
  ) {
    this.url = parseUrl(url);
    this.name = this.url.host;
    const secure = this.url.protocol === 'https:';
    this.#agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: connections });
    this.#request = secure ? https.request : http.request;
    this.#silenceMs = silenceMs;
    this.#answerMs = answerMs;
    this.#signal = signal;
  }

  async call(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
    return (await this.batch([{ method, params }]))[0];
  }

  /** The results in the calls' order. @throws RetryableError `rpc-unreachable`, RpcRefusal */
  async batch(calls: readonly RpcCall[]): Promise<unknown[]> {
    const parts = Array.from({ length: Math.ceil(calls.length / CALLS_MAX) }, (_, i) => calls.slice(i * CALLS_MAX, (i + 1) * CALLS_MAX));
    return (await Promise.all(parts.map((part) => this.#ask(part)))).flat();
  }

  async #ask(calls: readonly RpcCall[]): Promise<unknown[]> {
    const requests = calls.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }));
    const limit = answerLimit(calls.map(({ method }) => method));
    const { status, body } = await this.#post(JSON.stringify(requests.length === 1 ? requests[0] : requests), {
      bytes: limit.bytes,
      ms: Math.min(limit.ms, this.#answerMs),
    });
    let answers: Answer[];
    try {
      const told = calls.some(({ method }) => method === 'block_results') ? withoutEvents(body) : body;
      const parsed = JSON.parse(told.toString('utf8'));
      answers = Array.isArray(parsed) ? parsed : [parsed];
    } catch {
      throw new RetryableError(
        'rpc-unreachable',
        `node ${this.name} answered ${calls[0].method} with something other than JSON (HTTP ${status})`,
      );
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

  #post(body: string, limit: { bytes: number; ms: number }): Promise<HttpAnswer> {
    return new Promise<HttpAnswer>((resolve, reject) => {
      const request = this.#request(
        this.url,
        {
          method: 'POST',
          agent: this.#agent,
          signal: this.#signal,
          timeout: this.#silenceMs,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (response) =>
          this.#read(response, limit.bytes).then(
            settle((body) => resolve({ status: response.statusCode, body })),
            fail,
          ),
      );
      let deadline: NodeJS.Timeout | undefined;
      // From when it has a connection of its own: those before it have deadlines, so waiting for one ends too.
      request.once('socket', () => {
        deadline = setTimeout(() => request.destroy(new Error(`no whole answer within ${limit.ms} ms`)), limit.ms);
      });
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(deadline);
          end(value);
        };
      const fail = settle((error: NodeJS.ErrnoException) =>
        reject(new RetryableError('rpc-unreachable', `node ${this.name} cannot be reached (${error.code ?? error.message})`)),
      );
      request.on('timeout', () => request.destroy(new Error(`no answer within ${this.#silenceMs} ms`)));
      request.on('error', fail);
      request.end(body);
    });
  }

  /** The whole answer, unless it passes its own size, or all answers under way theirs. */
  #read(response: http.IncomingMessage, bytesMax: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    return new Promise<Buffer>((resolve, reject) => {
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        this.#underWayBytes += chunk.length;
        chunks.push(chunk);
        if (size > bytesMax) response.destroy(new Error(`its answer has more than ${bytesMax} bytes`));
        else if (this.#underWayBytes > UNDER_WAY_BYTES_MAX) response.destroy(new Error('its answers together are too large'));
      });
      response.on('error', reject);
      response.on('end', () => (response.complete ? resolve(Buffer.concat(chunks)) : reject(new Error('answer cut off'))));
    }).finally(() => {
      this.#underWayBytes -= size;
    });
  }
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new TypeError(`rpcUrls: expected http(s) URLs, got ${JSON.stringify(url)}`);
  return parsed;
}
