/** A node's word that there is a new block: a hint, and no more; what it may cost, and when it is left. */
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { BlockHint, KEPT_BACK_MAX, MESSAGE_BYTES_MAX, MESSAGES_A_SECOND_MAX } from './hint.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

describe('the hint of a new block', () => {
  const said: string[] = [];
  const log = { debug: (about: unknown) => void said.push(JSON.stringify(about)) };
  async function announcer() {
    said.length = 0;
    let connections = 0;
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/websocket' });
    await new Promise((resolve) => server.once('listening', resolve));
    server.on('connection', (client) => {
      connections++;
      client.on('error', () => {});
      client.on('message', (text) => client.send(JSON.stringify({ id: JSON.parse(String(text)).id, result: {} })));
    });
    const hint = new BlockHint(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), log);
    cleanups.push(
      () => hint.close(),
      () =>
        new Promise((resolve) => {
          for (const client of server.clients) client.terminate();
          server.close(resolve);
        }),
    );
    const say = (text: string) => {
      for (const client of server.clients) client.send(text);
    };
    const announce = (height: unknown) => say(JSON.stringify({ result: { data: { value: { header: { height } } } } }));
    const connected = async () => {
      while (!hint.live) await sleep(5);
    };
    return { hint, say, announce, connected, server, connections: () => connections };
  }
  const signal = new AbortController().signal;

  test('wakes a waiting indexer', async () => {
    const { hint, announce, connected } = await announcer();
    await connected();
    const waited = hint.above(5, 10_000, signal).then(() => hint.height);
    announce('5');
    announce('6');
    expect(await waited).toBe(6);
    await hint.above(5, 10_000, signal); // already above
    hint.atMost(5);
    expect(hint.height).toBe(5);
  });
  test('takes nothing else for a block', async () => {
    const { hint, say, announce, connected } = await announcer();
    await connected();
    for (const text of ['', '{', 'null', '{"result":{}}', '[]']) say(text);
    for (const height of ['x', -1, null, 1.5, '1e99']) announce(height);
    await hint.above(0, 60, signal);
    expect(hint.height).toBe(0);
  });
  test('is not live when the node refuses the subscription or ends it', async () => {
    const { hint, say, connected } = await announcer();
    await connected();
    say(JSON.stringify({ id: 1, error: { message: 'subscription was canceled: client is not pulling messages fast enough' } }));
    while (hint.live) await sleep(5);
    await connected(); // and subscribes again
  });
  test('comes back when the node does, and until then waiting ends by time or stop', async () => {
    const { hint, announce, connected, server } = await announcer();
    await connected();
    for (const client of server.clients) client.terminate();
    while (hint.live) await sleep(5);
    await hint.above(0, 30, signal);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    await hint.above(0, 10_000, stop.signal);
    await connected();
    announce('3');
    await hint.above(0, 5_000, signal);
    expect(hint.height).toBe(3);
  });

  const left = async (hint: BlockHint, why: RegExp) => {
    await expect.poll(() => said.some((line) => why.test(line)), { timeout: 5_000 }).toBe(true);
    expect(hint.live).toBe(false);
  };
  test('is left for announcing blocks that the node does not have, and for longer the second time', async () => {
    const { hint, announce, connected, connections } = await announcer();
    await connected();
    announce(Number.MAX_SAFE_INTEGER);
    await hint.above(5, 5_000, signal);
    hint.atMost(5);
    await left(hint, /announced block 9007199254740991, and the node is at 5/);
    expect(hint.height).toBe(5);
    await connected();
    announce('9');
    await hint.above(5, 5_000, signal);
    hint.atMost(5);
    await sleep(1_500); // the first pause is a second, the next one two
    expect([hint.live, connections()]).toEqual([false, 2]);
  });
  test('is kept where one more block came between announcement and question', async () => {
    const { hint, announce, connected } = await announcer();
    await connected();
    announce('6');
    await hint.above(5, 5_000, signal);
    hint.atMost(5);
    expect([hint.live, hint.height, said]).toEqual([true, 5, []]);
  });
  test('is left when it keeps back blocks that polling finds, and not for one', async () => {
    const { hint, announce, connected } = await announcer();
    await connected();
    for (let height = 1; height < KEPT_BACK_MAX; height++) hint.found(height);
    expect(hint.live).toBe(true);
    announce(String(KEPT_BACK_MAX));
    await hint.above(KEPT_BACK_MAX - 1, 5_000, signal);
    for (let n = 1; n < KEPT_BACK_MAX; n++) hint.found(KEPT_BACK_MAX + n);
    expect(hint.live).toBe(true); // what was kept back before the announcement is forgotten
    hint.found(2 * KEPT_BACK_MAX);
    await left(hint, /kept back 3 blocks/);
  });
  test('is left for a message above its size, of which no more than that is kept', async () => {
    const { hint, say, connected } = await announcer();
    await connected();
    say(JSON.stringify({ pad: 'x'.repeat(MESSAGE_BYTES_MAX / 2) }));
    say(JSON.stringify({ pad: 'x'.repeat(MESSAGE_BYTES_MAX) }));
    await left(hint, /payload|size/i);
  });
  test('is left for more messages in a second than blocks can be', async () => {
    const { hint, say, connected } = await announcer();
    await connected();
    for (let i = 0; i <= MESSAGES_A_SECOND_MAX; i++) say('{}');
    await left(hint, /more than 100 messages in a second/);
  });
  test('is left when it does not begin: no handshake, a handshake that drips, no answer to the subscription', async () => {
    const mute = async (talk: (socket: Socket) => void) => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        talk(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      said.length = 0;
      const hint = new BlockHint(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), log, { beginMs: 300 });
      await expect.poll(() => said.some((line) => /does not begin|timed out/.test(line)), { timeout: 5_000 }).toBe(true);
      hint.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
    await mute(() => {});
    await mute((socket) => {
      let sent = 0;
      const drip = setInterval(() => socket.write('HTTP/1.1 101 Switching Protocols'.slice(sent++, sent) || ' '), 50);
      socket.on('close', () => clearInterval(drip));
    });
    const silent = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => silent.once('listening', resolve));
    const clients: WebSocket[] = [];
    silent.on('connection', (client) => clients.push(client));
    said.length = 0;
    const hint = new BlockHint(new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`), log, { beginMs: 300 });
    await left(hint, /does not begin/);
    hint.close();
    for (const client of clients) client.terminate();
    await new Promise((resolve) => silent.close(resolve));
  });
});
