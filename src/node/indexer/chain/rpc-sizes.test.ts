/** All answers of a node that are under way together have a size, too, and what one took is given back when it ends. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rpc } from './rpc.ts';

vi.mock('./answer-limits.ts', async (original) => ({
  ...(await original<typeof import('./answer-limits.ts')>()),
  UNDER_WAY_BYTES_MAX: 100_000,
}));

const waiting: ServerResponse[] = [];
let server: Server;
let rpc: Rpc;
beforeEach(async () => {
  waiting.length = 0;
  server = createServer((request, response) => {
    request.resume();
    response.write(`{"id":0,"result":"${'x'.repeat(60_000)}`); // the end comes when the test says so
    waiting.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  rpc = new Rpc(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { signal: new AbortController().signal });
});
afterEach(async () => {
  rpc.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const asked = async (count: number): Promise<void> => {
  await vi.waitFor(() => expect(waiting).toHaveLength(count));
};

test('two that fit each, and not together: the later one is given up, the other answered', async () => {
  const first = rpc.call('status');
  await asked(1);
  await new Promise((resolve) => setTimeout(resolve, 100)); // its bytes are here
  await expect(rpc.call('status')).rejects.toThrow(/together are too large/);
  waiting[0].end('"}');
  expect(await first).toHaveLength(60_000);
});

test('one after the other, as many as one likes', async () => {
  for (let n = 1; n <= 4; n++) {
    const one = rpc.call('status');
    await asked(n);
    waiting[n - 1].end('"}');
    expect(await one).toHaveLength(60_000);
  }
});
