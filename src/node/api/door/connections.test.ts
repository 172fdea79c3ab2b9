/** Connections over real sockets, all of this machine: what of one address is the other's as well, but for a proxy that is named. */
import { EventEmitter } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../../../../test/kit/until.ts';
import { TrustedProxies } from './addresses.ts';
import type { ConnectionLimits } from './connections.ts';
import { Connections } from './connections.ts';

const LIMITS: ConnectionLimits = { perAddress: 3, all: 100, pipelined: 2, silentMs: 60, turnAwayMs: 50, turningAway: 2 };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function door(limits: Partial<ConnectionLimits> = {}, trusted = '') {
  const connections = new Connections({ ...LIMITS, ...limits }, new TrustedProxies(trusted));
  const held: (() => void)[] = [];
  const server = createServer((req, res) => {
    if (!connections.begin(req, res)) return;
    if (req.url === '/refused') connections.rest(req);
    if (req.url !== '/') held.push(() => res.end('later'));
    else res.end('ok');
  });
  connections.guard(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  cleanups.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => connections.close(),
  );
  const open = async (): Promise<Socket & { gone: boolean }> => {
    const socket = Object.assign(connect(port, '127.0.0.1'), { gone: false });
    socket.on('error', () => {});
    socket.on('close', () => {
      socket.gone = true;
    });
    socket.resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    cleanups.push(() => socket.destroy());
    return socket;
  };
  const ask = (path = '/') =>
    new Promise<string>((resolve) => {
      const req = request({ port, path, agent: false }, (res) => {
        let text = '';
        res.on('data', (chunk) => {
          text += chunk;
        });
        res.on('end', () => resolve(text));
      });
      req.on('error', () => resolve('cut'));
      req.end();
    });
  return { connections, held, open, ask };
}

describe('silent connections', () => {
  test('keep nobody out: one that has long been silent gives way', async () => {
    const { open, ask, connections } = await door();
    const silent = [await open(), await open(), await open()];
    await until(async () => connections.size === 3, 2_000, 'three connections');
    await sleep(80);
    expect(await ask()).toBe('ok');
    await until(async () => silent[0].gone, 2_000, 'the first to go');
    expect(silent.map(({ gone }) => gone)).toEqual([true, false, false]);
  });
  test('that have just come stay, and one more is turned away, late', async () => {
    const { open, ask } = await door({ silentMs: 60_000 });
    for (let i = 0; i < 3; i++) await open();
    const beganMs = performance.now();
    expect(await ask()).toBe('cut');
    expect(performance.now() - beganMs).toBeGreaterThan(40);
  });
  test('of all addresses together give way too', async () => {
    const { open, ask } = await door({ perAddress: 100, all: 3 });
    for (let i = 0; i < 3; i++) await open();
    await sleep(80);
    expect(await ask()).toBe('ok');
  });
  test('of all addresses together are bounded where none of them has long been silent', async () => {
    const { open, ask, connections } = await door({ perAddress: 100, all: 3, silentMs: 60_000 });
    for (let i = 0; i < 3; i++) await open();
    expect(await ask()).toBe('cut');
    expect(connections.size).toBe(3);
  });
  test('are counted from the last answer: who has just asked stays, and the one silent for longest goes', async () => {
    const { open, ask, connections } = await door({ silentMs: 800 });
    const all = [await open(), await open(), await open()];
    await until(async () => connections.size === 3, 2_000, 'three connections');
    await sleep(820);
    const answered = new Promise((resolve) => all[0].once('data', resolve));
    all[0].write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await answered;
    await open();
    await until(async () => all[1].gone, 2_000, 'the one silent for longest to go');
    await open();
    await until(async () => all[2].gone, 2_000, 'the next one to go');
    expect(await ask()).toBe('cut');
    expect(all[0].gone).toBe(false);
  });
  test('of a named proxy are its clients’, and only the bound of all holds', async () => {
    const { open, ask, connections } = await door({ silentMs: 60_000 }, 'loopback');
    for (let i = 0; i < 10; i++) await open();
    expect(await ask()).toBe('ok');
    expect(connections.turnedAway).toBe(0);
  });
});

test('a connection with a request under way does not give way', async () => {
  const { held, ask } = await door();
  const answers = [ask('/held'), ask('/held'), ask('/held')];
  await until(async () => held.length === 3, 2_000, 'three requests');
  await sleep(80);
  expect(await ask()).toBe('cut');
  for (const end of held) end();
  expect(await Promise.all(answers)).toEqual(['later', 'later', 'later']);
  expect(await ask()).toBe('ok');
});

test('a connection whose request only waits for its refusal gives way', async () => {
  const { held, ask } = await door();
  const answers = [ask('/refused'), ask('/refused'), ask('/refused')];
  await until(async () => held.length === 3, 2_000, 'three requests');
  await sleep(80);
  expect(await ask()).toBe('ok');
  for (const end of held) end();
  expect((await Promise.all(answers)).sort()).toEqual(['cut', 'later', 'later']);
});

test('who was turned away leaves room for the next to be turned away late', async () => {
  const { open, ask } = await door({ silentMs: 60_000, turningAway: 1 });
  for (let i = 0; i < 3; i++) await open();
  for (let i = 0; i < 3; i++) {
    const beganMs = performance.now();
    expect(await ask()).toBe('cut');
    expect(performance.now() - beganMs).toBeGreaterThan(40);
  }
});

test('the end of the service cuts those that wait to be turned away', async () => {
  const { open, connections } = await door({ silentMs: 60_000, turnAwayMs: 60_000 });
  for (let i = 0; i < 3; i++) await open();
  const waiting = await open();
  await until(async () => connections.turnedAway === 1, 2_000, 'one to be turned away');
  expect(waiting.gone).toBe(false);
  connections.close();
  await until(async () => waiting.gone, 2_000, 'it to be cut');
});

test('more than so many waiting to be turned away are cut at once', async () => {
  const { open } = await door({ silentMs: 60_000, turnAwayMs: 60_000 });
  const all: Awaited<ReturnType<typeof open>>[] = [];
  for (let i = 0; i < 7; i++) all.push(await open());
  await until(async () => all.filter(({ gone }) => gone).length === 2, 2_000, 'two to be cut');
});

test('requests sent ahead on one connection are bounded', async () => {
  const { open, held, connections } = await door();
  const socket = await open();
  socket.write('GET /held HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3));
  await until(async () => socket.gone, 2_000, 'the connection to be cut');
  expect([held.length, connections.size]).toEqual([2, 0]);
});

describe('a connection that is turned away', () => {
  /** As a server is handed it; what it does by itself a test does. */
  class Coming extends EventEmitter {
    remoteAddress: string | undefined = '192.0.2.7';
    isPaused = false;
    pause(): void {
      this.isPaused = true;
    }
    destroy(): void {
      this.emit('close');
    }
  }
  const coming = (limits: Partial<ConnectionLimits> = {}) => {
    const connections = new Connections({ ...LIMITS, ...limits }, new TrustedProxies(''));
    const server = new EventEmitter();
    const served: unknown[] = [];
    server.on('connection', (socket) => served.push(socket));
    connections.guard(server as Server);
    const come = (one = new Coming()): Coming => {
      server.emit('connection', one);
      return one;
    };
    cleanups.push(() => connections.close());
    return { connections, served, come };
  };

  test('is read no further, and may break without harm; one that is taken is read', () => {
    const { served, come } = coming({ perAddress: 1, silentMs: 60_000 });
    const taken = come();
    const turnedAway = come();
    expect([taken.isPaused, turnedAway.isPaused]).toEqual([false, true]);
    expect(() => turnedAway.emit('error', new Error('reset'))).not.toThrow();
    expect(served).toEqual([taken]);
  });

  test('is one that had gone before it was taken, and it counts as nobody’s', () => {
    const { connections, served, come } = coming();
    come(Object.assign(new Coming(), { remoteAddress: undefined }));
    expect([connections.size, connections.addresses, served.length]).toEqual([0, 0, 0]);
    come();
    expect([connections.size, connections.addresses, served.length]).toEqual([1, 1, 1]);
  });

  test('nothing is kept of an address whose last connection has gone', () => {
    const { connections, come } = coming();
    const [one, other] = [come(), come()];
    one.destroy();
    expect([connections.size, connections.addresses]).toEqual([1, 1]);
    other.destroy();
    expect([connections.size, connections.addresses]).toEqual([0, 0]);
  });
});
