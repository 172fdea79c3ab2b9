/**
 * A Unix socket that answers one JSON request per line: {"id", "method", "params"} → {"id", "result"} or {"id", "error": {code, message}}.
 * Only our own user can connect (mode 0600 from the first moment: the umask is set while the socket is bound), or, where the folder is
 * made for a pair of users, its group. Limits on everything: a
 * line too long ends the connection, a request too many waits. An unexpected error is told by its code, never by its text or stack.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, statSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Log } from '../../shared/log.ts';
import { VaultError } from '../errors.ts';
import { kernelPath } from './socket-path.ts';

export type Handler = (method: string, params: unknown) => Promise<unknown>;
function alive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/** Listens until `close`. A socket that a crash left behind is replaced; one that still answers is refused: VaultError in-use. */
export async function serveLines({
  path,
  handle,
  lineMaxBytes,
  log,
  name,
}: {
  path: string;
  handle: Handler;
  lineMaxBytes: number;
  log: Pick<Log, 'error'>;
  name: string;
}): Promise<{ close(): Promise<void> }> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // A folder that belongs to a pair of users (setgid, open to its group) hands its group on to the socket.
  const mode = (statSync(dirname(path)).mode & 0o2070) === 0o2070 ? 0o660 : 0o600;
  const kernel = kernelPath(path);
  if (existsSync(path)) {
    if (!lstatSync(path).isSocket()) throw new VaultError('in-use', `${path} exists and is no socket`);
    if (await alive(kernel.path)) throw new VaultError('in-use', `${path}: another ${name} answers here already`);
    rmSync(path);
  }
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    converse(socket, { handle, lineMaxBytes, log, name });
  });
  await listen(server, kernel.path, mode);
  chmodSync(path, mode);
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      rmSync(path, { force: true });
      kernel.release();
    },
  };
}

function listen(server: Server, path: string, mode: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const umask = process.umask(0o777 & ~mode);
    try {
      server.once('error', reject);
      server.listen(path, () => resolve());
    } finally {
      process.umask(umask);
    }
  });
}

const PARALLEL_MAX = 16;

function converse(
  socket: Socket,
  { handle, lineMaxBytes, log, name }: { handle: Handler; lineMaxBytes: number; log: Pick<Log, 'error'>; name: string },
): void {
  let chunks: Buffer[] = [];
  let length = 0;
  let running = 0;
  const say = (answer: object) => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
  };
  const answer = async (line: string) => {
    running++;
    if (running >= PARALLEL_MAX) socket.pause();
    try {
      say(await respond(line, handle, log, name));
    } finally {
      running--;
      if (running < PARALLEL_MAX) socket.resume();
    }
  };
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    for (;;) {
      const end = chunk.indexOf(10);
      if (end < 0) break;
      chunks.push(chunk.subarray(0, end));
      chunk = chunk.subarray(end + 1);
      const line = Buffer.concat(chunks).toString('utf8');
      chunks = [];
      length = 0;
      if (line !== '') void answer(line);
    }
    if (chunk.length > 0) chunks.push(chunk);
    length += chunk.length;
    if (length > lineMaxBytes) {
      say({ id: null, error: { code: 'too-large', message: `a request may have ${lineMaxBytes} bytes` } });
      socket.end();
      socket.removeAllListeners('data');
    }
  });
}

async function respond(line: string, handle: Handler, log: Pick<Log, 'error'>, name: string): Promise<object> {
  let id: unknown = null;
  try {
    let request: { id?: unknown; method?: unknown; params?: unknown } | null;
    try {
      request = JSON.parse(line);
    } catch {
      throw new VaultError('bad-request', 'expected one JSON object per line');
    }
    if (typeof request !== 'object' || request === null) throw new VaultError('bad-request', 'expected one JSON object per line');
    if (typeof request.id !== 'number' && typeof request.id !== 'string')
      throw new VaultError('bad-request', 'id: expected a number or a string');
    id = request.id;
    if (typeof request.method !== 'string') throw new VaultError('bad-request', 'method: expected a string');
    return { id, result: await handle(request.method, request.params) };
  } catch (error) {
    if (error instanceof VaultError) return { id, error: { code: error.code, message: error.message } };
    log.error({ code: (error as { code?: string }).code, kind: (error as Error).name }, `${name}: unexpected error`);
    return { id, error: { code: 'internal', message: `the ${name} failed on this request; its log has the code` } };
  }
}
