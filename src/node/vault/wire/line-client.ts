/**
 * The other end of line-server.ts. One connection, opened when needed and opened again after a loss; many calls may be under way. What was
 * under way when the connection broke fails with VaultError `unreachable`: the caller decides whether to ask again. Holds no key.
 */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { VaultError } from '../errors.ts';
import { kernelPath } from './socket-path.ts';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

export class LineClient {
  readonly #path: string;
  readonly #name: string;
  readonly #timeoutMs: number;
  #socket: Socket | undefined;
  #opening: Promise<Socket> | undefined;
  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();

  constructor({ path, name, timeoutMs = 60_000 }: { path: string; name: string; timeoutMs?: number }) {
    this.#path = path;
    this.#name = name;
    this.#timeoutMs = timeoutMs;
  }

  async call(method: string, params?: unknown): Promise<unknown> {
    const socket = await this.#connected();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(this.#lost(`no answer to ${method} within ${this.#timeoutMs / 1000} s`));
      }, this.#timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#drop('closed');
  }

  #lost(why: string): VaultError {
    return new VaultError('unreachable', `the ${this.#name} at ${this.#path}: ${why}`);
  }

  #drop(why: string): void {
    this.#socket = undefined;
    this.#opening = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#lost(why));
    }
    this.#waiting.clear();
  }

  #connected(): Promise<Socket> {
    if (this.#socket && !this.#socket.destroyed) return Promise.resolve(this.#socket);
    this.#opening ??= new Promise<Socket>((resolve, reject) => {
      let kernel: ReturnType<typeof kernelPath>;
      try {
        kernel = kernelPath(this.#path);
      } catch (error) {
        this.#opening = undefined;
        reject((error as { code?: string }).code === 'ENOENT' ? this.#lost('not running') : error);
        return;
      }
      const socket = connect(kernel.path);
      let rest = '';
      socket.setEncoding('utf8');
      socket.once('connect', () => {
        kernel.release();
        this.#socket = socket;
        this.#opening = undefined;
        resolve(socket);
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (this.#socket === socket) return; // 'close' follows
        kernel.release();
        this.#opening = undefined;
        reject(this.#lost(error.code === 'EACCES' ? 'belongs to another user' : 'not running'));
      });
      socket.on('close', () => {
        if (this.#socket === socket) this.#drop('the connection broke');
      });
      socket.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        for (const line of lines) this.#answer(line);
      });
    });
    return this.#opening;
  }

  #answer(line: string): void {
    const { id, result, error } = JSON.parse(line) as { id: number; result?: unknown; error?: { code: string; message: string } };
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error) waiting.reject(new VaultError(error.code, error.message));
    else waiting.resolve(result);
  }
}
