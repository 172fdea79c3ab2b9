/**
 * A WebSocket that says when a block was made. Only a hint: it may lose blocks, repeat them or be down, and polling then finds them. Where
 * the index goes on is the cursor's business alone. What it may cost is bounded: the size of a message, how many there are in a second, how
 * long it takes to begin; and one that pours, announces what is not there, or keeps back what is, is left, for longer each time.
 */
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import { growingMs } from '../../../protocol/values/backoff.ts';

const RECONNECT_MS = 1_000;
const RECONNECT_MS_MAX = 60_000;
const SUBSCRIBE_ID = 1;
/** A header's event has about 2 KiB. */
export const MESSAGE_BYTES_MAX = 64 * 1024;
/** Blocks come once a second or slower; a node that catches up, or was suspended, tells some together. */
export const MESSAGES_A_SECOND_MAX = 100;
/** From the connection to the answer to the subscription. */
const BEGIN_MS = 10_000;
/** So many blocks in a row that polling found and nobody announced. */
export const KEPT_BACK_MAX = 3;
/** After so long without a fault the faults before are forgotten. */
const STEADY_MS = 60_000;

interface Announcement {
  id?: unknown;
  error?: unknown;
  result?: { data?: { value?: { header?: { height?: unknown } } } };
}

export class BlockHint {
  readonly #url: string;
  readonly #log: Pick<Logger, 'debug'>;
  #socket: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #beginMs: number;
  #faults = 0;
  #keptBack = 0;
  #openedMs = 0;
  /** messages of the second that began then */
  #second = { startMs: 0, messages: 0 };
  #closed = false;
  #height = 0;
  #subscribed = false;
  #wake: (() => void) | undefined;

  constructor(rpcUrl: URL, log: Pick<Logger, 'debug'>, { beginMs = BEGIN_MS }: { beginMs?: number } = {}) {
    this.#beginMs = beginMs;
    const url = new URL('websocket', rpcUrl.href.endsWith('/') ? rpcUrl : `${rpcUrl.href}/`);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#url = url.href;
    this.#log = log;
    this.#connect();
  }

  /** Whether new blocks are being announced just now. */
  get live(): boolean {
    return this.#subscribed;
  }

  /** Greatest height announced so far. */
  get height(): number {
    return this.#height;
  }

  /** What the node itself says its height is, after an announcement that did not come true: nothing above it counts. */
  atMost(height: number): void {
    if (this.#height <= height) return;
    const lie = this.#height > height + 1; // one more may have come meanwhile
    if (lie) this.#leave(`it announced block ${this.#height}, and the node is at ${height}`);
    this.#height = height;
  }

  /** A block that polling found. */
  found(height: number): void {
    if (!this.#subscribed || height <= this.#height) return;
    if (++this.#keptBack >= KEPT_BACK_MAX) this.#leave(`it kept back ${this.#keptBack} blocks, the last at ${height}`);
  }

  /** Resolves at an announcement above `height`, after `timeoutMs`, or when the signal aborts. */
  async above(height: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#height > height || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener('abort', done);
      this.#wake = () => {
        if (this.#height > height) done();
      };
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, { maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false, handshakeTimeout: this.#beginMs });
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#leave('it does not begin'), this.#beginMs);
    const query = "tm.event='NewBlockHeader'";
    socket.on('open', () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: SUBSCRIBE_ID, method: 'subscribe', params: { query } })));
    socket.on('message', (data) => this.#hear(String(data)));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('WS_ERR'))
        this.#leave(error.message); // too large, or not the protocol
      else this.#log.debug({ reason: error.message }, 'the WebSocket of the node is away; polling');
    });
    socket.on('close', () => this.#again());
  }

  #again(): void {
    this.#subscribed = false;
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => this.#connect(), growingMs(this.#faults, RECONNECT_MS, RECONNECT_MS_MAX));
  }

  #leave(reason: string): void {
    if (this.#socket?.readyState === WebSocket.CLOSED) return;
    this.#faults++;
    this.#subscribed = false;
    this.#log.debug({ reason }, 'the WebSocket of the node is left for a while; polling');
    this.#socket?.terminate();
  }

  #hear(data: string): void {
    if (!this.#subscribed && this.#socket?.readyState !== WebSocket.OPEN) return; // left, and still to be read
    const nowMs = performance.now();
    if (nowMs - this.#second.startMs > 1_000) this.#second = { startMs: nowMs, messages: 0 };
    if (++this.#second.messages > MESSAGES_A_SECOND_MAX) {
      this.#leave(`it sent more than ${MESSAGES_A_SECOND_MAX} messages in a second`);
      return;
    }
    let message: Announcement;
    try {
      message = JSON.parse(data) ?? {};
    } catch {
      return;
    }
    // A node refuses a subscription, or ends one that it finds too slow, by an error: then begin again.
    if (message.error) {
      this.#socket?.terminate();
      return;
    }
    if (message.id === SUBSCRIBE_ID && message.result) this.#begun(nowMs);
    const height = Number(message.result?.data?.value?.header?.height);
    if (!Number.isSafeInteger(height) || height <= this.#height) return;
    this.#height = height;
    this.#keptBack = 0;
    if (nowMs - this.#openedMs > STEADY_MS) this.#faults = 0;
    this.#wake?.();
  }

  #begun(nowMs: number): void {
    clearTimeout(this.#timer);
    this.#openedMs = nowMs;
    this.#keptBack = 0;
    this.#subscribed = true;
  }
}
