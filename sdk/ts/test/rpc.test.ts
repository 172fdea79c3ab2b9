import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { bodyOf } from '../../../test/kit/body.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { CometRpc, rpcChain, sharedChain, txHash } from '../src/index.ts';

type Handler = (method: string, params: Untyped) => unknown;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A node that answers as told: a result, an `error` object, or nothing at all. */
async function fakeNode(handler: Handler): Promise<{ url: string; calls: string[] }> {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === null) return;
    const { id, method, params } = JSON.parse(body.toString());
    calls.push(method);
    const result = await handler(method, params);
    if (result === undefined) return void request.socket.destroy();
    const isError = typeof result === 'object' && result !== null && 'error' in result;
    response.end(typeof result === 'string' ? result : JSON.stringify({ jsonrpc: '2.0', id, ...(isError ? result : { result }) }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

const status = (height: number) => ({
  node_info: { network: 'electra-x-00000001' },
  sync_info: { latest_block_height: String(height), latest_block_time: '2026-11-22T00:00:00.123456789Z' },
});

describe('the RPC client', () => {
  test("reads a node's status", async () => {
    const { url } = await fakeNode(() => status(7));
    expect(await new CometRpc({ urls: [url] }).status()).toEqual({
      chainId: 'electra-x-00000001',
      height: 7,
      blockTime: '2026-11-22T00:00:00.123456789Z',
    });
  });

  test('asks the next node after a network error', async () => {
    const dead = await fakeNode(() => undefined);
    const alive = await fakeNode(() => status(7));
    const rpc = new CometRpc({ urls: [dead.url, alive.url] });
    await expect(rpc.status()).rejects.toMatchObject({ code: 'network' });
    expect((await rpc.status()).height).toBe(7);
  });

  test('leaves a node that drips for the next one, once the time for a whole answer is over', async () => {
    const dripping = createServer((_, response) => {
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    });
    servers.push(dripping);
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
    const alive = await fakeNode(() => status(7));
    const rpc = new CometRpc({ urls: [`http://127.0.0.1:${(dripping.address() as AddressInfo).port}`, alive.url], timeoutMs: 400 });
    await expect(rpc.status()).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('timeout') });
    expect((await rpc.status()).height).toBe(7);
  });

  test.each([
    ['status', 1],
    ['block', 6],
  ])('reads an answer to %s up to %d MiB, and no further', async (method, mib) => {
    let bytes = mib * 1024 * 1024;
    const around = '{"result":""}'.length;
    const { url } = await fakeNode(() => `{"result":"${'x'.repeat(bytes - around)}"}`);
    const rpc = new CometRpc({ urls: [url] });
    expect(String(await rpc.call(method, {})).length).toBe(bytes - around);
    bytes++;
    await expect(rpc.call(method, {})).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('more than') });
  });

  test('does not read on where an answer without a length pours', async () => {
    const pouring = createServer((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', pour);
      pour();
    });
    servers.push(pouring);
    await new Promise<void>((resolve) => pouring.listen(0, '127.0.0.1', resolve));
    const rpc = new CometRpc({ urls: [`http://127.0.0.1:${(pouring.address() as AddressInfo).port}`], timeoutMs: 20_000 });
    await expect(rpc.status()).rejects.toMatchObject({ code: 'network', message: expect.stringContaining('more than') });
  });

  test('tells what nobody knows (network) from what the node refused (answer)', async () => {
    const broken: [unknown, string][] = [
      [undefined, 'network'],
      ['<html>', 'network'],
      ['{}', 'network'],
      [{ error: { code: -32603, message: 'Internal error', data: 'mempool is full' } }, 'answer'],
    ];
    for (const [answer, code] of broken) {
      const { url } = await fakeNode(() => answer);
      await expect(new CometRpc({ urls: [url] }).broadcast(new Uint8Array(3)), JSON.stringify(answer)).rejects.toMatchObject({
        name: 'RpcError',
        code,
      });
    }
    const slow = await fakeNode(() => new Promise(() => {}));
    await expect(new CometRpc({ urls: [slow.url], timeoutMs: 50 }).status()).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('timeout'),
    });
  });

  test('says which transaction it does not know by undefined, and other refusals by an error', async () => {
    const absent = await fakeNode(() => ({ error: { message: 'Internal error', data: 'tx (AB) not found, err: %!w(<nil>)' } }));
    expect(await new CometRpc({ urls: [absent.url] }).tx('AB')).toBeUndefined();
    const unindexed = await fakeNode(() => ({ error: { message: 'Internal error', data: 'transaction indexing is disabled' } }));
    await expect(new CometRpc({ urls: [unindexed.url] }).tx('AB')).rejects.toMatchObject({ code: 'answer' });
  });

  test('takes a transaction that the mempool has already as accepted', async () => {
    const { url } = await fakeNode(() => ({ error: { message: 'Internal error', data: 'tx already exists in cache' } }));
    expect(await rpcChain(new CometRpc({ urls: [url] })).broadcast(new Uint8Array(3))).toMatchObject({ code: 0 });
  });

  test('tells an account that is not there from a query that failed', async () => {
    const absent = await fakeNode(() => ({ response: { code: 22, codespace: 'sdk', log: 'account not found' } }));
    expect(await rpcChain(new CometRpc({ urls: [absent.url] })).account('electra1x')).toBeUndefined();
    const failed = await fakeNode(() => ({ response: { code: 18, codespace: 'sdk', log: 'invalid request' } }));
    await expect(rpcChain(new CometRpc({ urls: [failed.url] })).account('electra1x')).rejects.toMatchObject({ refusal: 'sdk/18' });
  });

  test('needs an address', () => expect(() => new CometRpc({ urls: [] })).toThrow('urls: expected'));
});

describe('a shared chain', () => {
  const tx = new Uint8Array([1, 2, 3]);

  /** A node whose chain grows by a block at each look; the transaction is in block 3. */
  function growing(code: number): Handler {
    let height = 1;
    return (method, params) => {
      if (method === 'status') return status(height++);
      if (method === 'broadcast_tx_sync') return { code: 0 };
      if (method === 'block')
        return {
          block: {
            data: { txs: params.height === '3' ? [Buffer.from([9]).toString('base64'), Buffer.from(tx).toString('base64')] : null },
          },
        };
      if (method === 'block_results') return { txs_results: [{ code: 5 }, code === 0 ? {} : { code, codespace: 'meter', log: 'no' }] };
      if (method === 'tx') return { error: { message: 'Internal error', data: 'tx not found' } };
      return { response: { value: '', height: '1' } };
    };
  }

  async function included(code: number) {
    const node = await fakeNode(growing(code));
    const chain = sharedChain(new CometRpc({ urls: [node.url] }), { pollMs: 5 });
    await chain.broadcast(tx);
    for (let i = 0; i < 100; i++) {
      const found = await chain.tx(txHash(tx));
      if (found) return { found, calls: node.calls };
      await chain.nextBlock!();
    }
    return { found: undefined, calls: node.calls };
  }

  test('finds a transaction in the block that holds it, without asking for it by hash', async () => {
    const { found, calls } = await included(0);
    expect(found).toEqual({ height: 3, code: 0, codespace: '', log: '' });
    expect(calls).not.toContain('tx');
    expect(calls.filter((method) => method === 'block_results')).toHaveLength(1);
  });

  test('passes on a refusal in a block', async () => {
    expect((await included(22)).found).toEqual({ height: 3, code: 22, codespace: 'meter', log: 'no' });
  });

  test('asks the node for a transaction of an earlier life', async () => {
    const node = await fakeNode(growing(0));
    expect(await sharedChain(new CometRpc({ urls: [node.url] })).tx('AB')).toBeUndefined();
    expect(node.calls).toEqual(['tx']);
  });

  test('asks for node keys and status once for many meters, and again after a failure', async () => {
    let healthy = false;
    const node = await fakeNode(() => (healthy ? { response: { value: '', height: '1' } } : undefined));
    const chain = sharedChain(new CometRpc({ urls: [node.url] }));
    await expect(chain.nodeKeys()).rejects.toMatchObject({ code: 'network' });
    healthy = true;
    await Promise.all(Array.from({ length: 50 }, () => [chain.nodeKeys(), chain.status()]).flat());
    expect(node.calls).toHaveLength(3);
  });
});
