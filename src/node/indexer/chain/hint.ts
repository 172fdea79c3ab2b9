/**
 * A WebSocket that says when a block was made. Only a hint: it may lose blocks, repeat them or be down, and polling then finds them. Where
 * the index goes on is the cursor's business alone.
 */
import type { Logger } from 'pino';

const RECONNECT_MS = 1_000;
const SUBSCRIBE_ID = 1;

export class BlockHint {
  readonly #url: string;
  readonly #log: Pick<Logger, 'debug'>;
  #socket: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #height = 0;
  #subscribed = false;
  #wake: (() => void) | undefined;

  constructor(rpcUrl: URL, log: Pick<Logger, 'debug'>) {
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

  /** After an announcement that did not come true. */
  forget(): void {
    this.#height = 0;
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
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () =>
      socket.send(
        JSON.stringify({ jsonrpc: '2.0', id: SUBSCRIBE_ID, method: 'subscribe', params: { query: "tm.event='NewBlockHeader'" } }),
      );
    socket.onmessage = ({ data }) => this.#announced(data);
    socket.onerror = () => this.#log.debug('the WebSocket of the node is away; polling');
    socket.onclose = () => {
      this.#subscribed = false;
      if (!this.#closed) this.#timer = setTimeout(() => this.#connect(), RECONNECT_MS);
    };
  }

  #announced(data: unknown): void {
    let message: { id?: unknown; error?: unknown; result?: { data?: { value?: { header?: { height?: unknown } } } } };
    try {
      message = JSON.parse(String(data)) ?? {};
    } catch {
      return;
    }
    // A node refuses a subscription, or ends one that it finds too slow, by an error: then begin again.
    if (message.error) {
      this.#socket?.close();
      return;
    }
    if (message.id === SUBSCRIBE_ID && message.result) this.#subscribed = true;
    const height = Number(message.result?.data?.value?.header?.height);
    if (!Number.isSafeInteger(height) || height <= this.#height) return;
    this.#height = height;
    this.#wake?.();
  }
}
