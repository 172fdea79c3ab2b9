/** How the indexer talks to a node: batches, refusals, cut answers. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { bodyOf } from '../../../../test/kit/body.ts';
import type { Untyped } from '../../../../test/kit/untyped.ts';
import { Rpc } from './rpc.ts';

interface Call {
  id: number;
  method: string;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

async function serve(answer: (body: Untyped, request: IncomingMessage, response: ServerResponse) => string | undefined, options = {}) {
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === null) return;
    const text = answer(JSON.parse(body.toString()), request, response);
    if (text !== undefined) response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = new AbortController();
  const rpc = new Rpc(`http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}`, {
    signal: stop.signal,
    silenceMs: 300,
    ...options,
  });
  cleanups.push(
    () => rpc.close(),
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { rpc, stop };
}
const outcome = (work: Promise<unknown>) =>
  work.then(
    (result) => ({ result }),
    (error) => ({ code: error.code, message: error.message }),
  );
const CALLS = ['a', 'b', 'c'].map((method) => ({ method, params: {} }));

describe('an RPC request', () => {
  test('of several calls gives results in the calls’ order, however they come', async () => {
    const { rpc } = await serve((calls) =>
      JSON.stringify(calls.map(({ id, method }: Call) => ({ id, result: method.toUpperCase() })).reverse()),
    );
    expect(await rpc.batch(CALLS)).toEqual(['A', 'B', 'C']);
  });
  test('of more calls than a node takes at once goes in parts, whose results come in the calls’ order', async () => {
    const sizes: number[] = [];
    const { rpc } = await serve((body: Call[]) => {
      sizes.push(body.length);
      if (body.length > 10) return JSON.stringify({ error: { message: 'batch request exceeds maximum (10) allowed number of requests' } });
      return JSON.stringify(body.map(({ id, method }) => ({ id, result: method })));
    });
    const methods = Array.from({ length: 23 }, (_, i) => `m${i}`);
    expect(await rpc.batch(methods.map((method) => ({ method, params: {} })))).toEqual(methods);
    expect(sizes.sort((a, b) => a - b)).toEqual([3, 10, 10]);
  });
  test('of one call takes an object for an answer, as nodes send it', async () => {
    const { rpc } = await serve(({ id }) => JSON.stringify({ id, result: 5 }));
    expect(await rpc.call('status')).toBe(5);
  });
  test('says what the node refused, in its words and without the URL’s password', async () => {
    const { rpc } = await serve((calls) =>
      JSON.stringify(
        calls.map(({ id }: Call) => (id === 1 ? { id, error: { message: 'Internal error', data: 'no such height' } } : { id, result: 1 })),
      ),
    );
    expect(await outcome(rpc.batch(CALLS))).toEqual({
      code: 'rpc-refused',
      message: expect.stringMatching(/^node 127\.0\.0\.1:\d+ refused b: Internal error: no such height$/),
    });
  });
  test.each<[string, (response: ServerResponse) => string | undefined]>([
    ['no JSON', () => '<html>'],
    ['an answer missing', () => JSON.stringify([{ id: 0, result: 1 }])],
    ['null for a result', () => JSON.stringify([0, 1, 2].map((id) => ({ id, result: null })))],
    [
      'a cut connection',
      (response) => {
        response.destroy();
        return undefined;
      },
    ],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('[');
        setTimeout(() => response.destroy(), 20);
        return undefined;
      },
    ],
    ['silence', () => undefined],
  ])('is retryable after %s', async (_, answer) => {
    const { rpc } = await serve((_calls, _request, response) => answer(response));
    expect(await outcome(rpc.batch(CALLS))).toMatchObject({ code: 'rpc-unreachable' });
  });
  test('says by which status a proxy answered in the place of a node', async () => {
    const { rpc } = await serve((_calls, _request, response) => {
      response.statusCode = 429;
      return 'Too Many Requests';
    });
    expect(await outcome(rpc.batch(CALLS))).toEqual({
      code: 'rpc-unreachable',
      message: expect.stringMatching(/^node 127\.0\.0\.1:\d+ answered a with something other than JSON \(HTTP 429\)$/),
    });
  });
  test('has a deadline: an answer that drips without ever falling silent is given up', async () => {
    const drip = (_calls: unknown, _request: unknown, response: ServerResponse) => {
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
      return undefined;
    };
    const { rpc } = await serve(drip, { answerMs: 700 });
    const beganMs = performance.now();
    expect(await outcome(rpc.call('status'))).toMatchObject({ code: 'rpc-unreachable', message: expect.stringContaining('within 700 ms') });
    expect(performance.now() - beganMs).toBeGreaterThan(600);
  });
  test('that takes long, but ends in time, is answered', async () => {
    const slow = ({ id }: Call, _request: unknown, response: ServerResponse) => {
      const text = JSON.stringify({ id, result: 1 });
      const letters = [...text];
      const timer = setInterval(() => {
        const letter = letters.shift();
        if (letter !== undefined) return response.write(letter);
        clearInterval(timer);
        response.end();
      }, 20);
      return undefined;
    };
    const { rpc } = await serve(slow, { answerMs: 10_000 });
    expect(await rpc.call('status')).toBe(1);
  });
  test.each([
    ['status', 1024 * 1024],
    ['block', 6 * 1024 * 1024],
  ])('an answer to %s may have %d bytes and no more', async (method, bytesMax) => {
    const answerOf = (id: number, bytes: number) => `{"id":${id},"result":"${'x'.repeat(bytes - `{"id":${id},"result":""}`.length)}"}`;
    let bytes = bytesMax;
    const { rpc } = await serve(({ id }) => answerOf(id, bytes), { silenceMs: 10_000 }); // megabytes, whatever else the machine does
    expect(String(await rpc.call(method)).length).toBeGreaterThan(bytesMax - 50);
    bytes++;
    expect(await outcome(rpc.call(method))).toMatchObject({ code: 'rpc-unreachable', message: expect.stringContaining('more than') });
  });
  test('ends at once when the indexer stops', async () => {
    const { rpc, stop } = await serve(() => undefined, { silenceMs: 10_000 });
    const asked = outcome(rpc.call('status'));
    await sleep(30);
    stop.abort();
    expect(await asked).toMatchObject({ code: 'rpc-unreachable' });
  });
  test.each(['', 'localhost:26657', 'ws://127.0.0.1:1', 'file:///etc'])('is not made to %j', (url) => {
    expect(() => new Rpc(url, { signal: new AbortController().signal })).toThrow(/rpcUrls: expected http\(s\) URLs/);
  });
});
