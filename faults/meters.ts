/** What happens to a meter: power cuts, its disk, its clock, and what its hardware reads. */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CometRpc, MeterClient, RpcError } from '../sdk/ts/src/index.ts';
import { openFileStore } from '../sdk/ts/src/node/file-store.ts';
import { FakeChain, OUTFIT } from '../sdk/ts/test/fake-chain.ts';
import { collect, scratch } from '../test/kit/electra.ts';
import { until } from '../test/kit/until.ts';
import { DAY } from './device.ts';
import { expectThat, type Fault } from './fault.ts';

const DEVICE = fileURLToPath(new URL('device.ts', import.meta.url));
const SAID_MS = 30_000;

interface Device {
  child: ChildProcess;
  text: () => string;
  /** the last slot that it said it had recorded */
  recorded: () => number;
  ended: Promise<{ code: number; out: string; err: string }>;
}

function device(store: string, slots = 100): Device {
  const child = fork(DEVICE, [store, String(slots)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: ['--no-warnings'] });
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  const recorded = () => Number([...text.matchAll(/^recorded (\d+)$/gm)].at(-1)?.[1] ?? -1);
  return { child, text: () => text, recorded, ended: collect(child) };
}

/** Gives `work` the folder of a store. */
async function withStore<T>(work: (store: string) => Promise<T>): Promise<T> {
  const folder = scratch('meter');
  try {
    return await work(join(folder.dir, 'store'));
  } finally {
    folder.remove();
  }
}

const logOf = (store: string): string => join(store, 'store.log');
const ALL_TRUE = 'stated 100\n';

/** To the end of its day, from wherever it is. */
async function finishes(store: string): Promise<string> {
  const { code, out, err } = await device(store).ended;
  expectThat(code === 0 && out.includes(ALL_TRUE), `the day was not stated as it was (${code}): ${err}${out.slice(-600)}`);
  return out;
}

/** Power fails again and again. */
const killed = (): Promise<string> =>
  withStore(async (store) => {
    let known = -1;
    for (const more of [7, 19, 2, 23, 11]) {
      const meter = device(store);
      await until(() => meter.recorded() >= known + more, SAID_MS, `${more} more slots`);
      meter.child.kill('SIGKILL');
      await meter.ended;
      expectThat(meter.recorded() >= known, 'what had been recorded was recorded anew');
      known = meter.recorded();
    }
    await finishes(store);
    return 'five cuts, one day, every quarter-hour as it was';
  });

/** After a boot the number in the lock is some other program's. */
const lockOfAnother = (): Promise<string> =>
  withStore(async (store) => {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      mkdirSync(store, { mode: 0o700 });
      for (const text of [String(other.pid), JSON.stringify({ pid: other.pid, began: '1', world: 'a boot before' }), '{"pid":']) {
        writeFileSync(join(store, 'lock'), text);
        const opened = await openFileStore(store);
        await opened.close();
      }
      return 'opened each time';
    } finally {
      other.kill('SIGKILL');
    }
  });

/** A meter that is only suspended keeps its store. */
const suspended = (): Promise<string> =>
  withStore(async (store) => {
    const first = device(store);
    await until(() => first.recorded() >= 3, SAID_MS, 'the first to record');
    first.child.kill('SIGSTOP');
    const second = await device(store).ended;
    first.child.kill('SIGCONT');
    expectThat(
      second.code === 1 && second.err.includes(`in use by process ${first.child.pid}`),
      `the second was not refused: ${second.err}`,
    );
    const { out } = await first.ended;
    expectThat(out.includes(ALL_TRUE), `the first did not go on: ${out.slice(-400)}`);
    return second.err.trim().slice(0, 120);
  });

/** The last line was torn, and old blocks of the disk follow it. */
const torn = (): Promise<string> =>
  withStore(async (store) => {
    const meter = device(store, 20);
    await meter.ended;
    const whole = readFileSync(logOf(store));
    const cut = whole.lastIndexOf(10, whole.length - 2) + 30;
    writeFileSync(
      logOf(store),
      Buffer.concat([whole.subarray(0, cut), whole.subarray(100, 900), Buffer.from('\n'), whole.subarray(0, 2000)]),
    );
    await finishes(store);
    return 'what was whole is there, the day is complete';
  });

const emptied = (): Promise<string> =>
  withStore(async (store) => {
    await device(store, 5).ended;
    const whole = readFileSync(logOf(store));
    const bitOff = Buffer.from(whole);
    bitOff[whole.length >> 1] ^= 4;
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(whole.length), bitOff]) {
      writeFileSync(logOf(store), bytes);
      const { code, err } = await device(store).ended;
      expectThat(
        code === 1 && /^store-damaged: .*store\.log/.test(err) && !/\n\s+at /.test(err),
        `expected a sentence, got ${code}: ${err}`,
      );
      expectThat(readFileSync(logOf(store)).equals(bytes), 'the damaged file was written to');
      expectThat(!existsSync(join(store, 'lock')), 'the store was left locked');
    }
    writeFileSync(logOf(store), whole); // the copy
    await finishes(store);
    return 'refused by name, untouched; goes on from its copy';
  });

const diskFull = (): Promise<string | { cannot: string }> =>
  withStore(async (store) => {
    mkdirSync(store);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', store]).status !== 0)
      return { cannot: 'a disk of its own can be mounted by root alone' };
    const filler = join(store, 'filler');
    try {
      const meter = device(store);
      await until(() => meter.recorded() >= 5, SAID_MS, 'some slots');
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k']);
      const ended = await Promise.race([
        meter.ended,
        until(() => /refused .*ENOSPC/.test(meter.text()), SAID_MS, 'no space').then(() => null),
      ]);
      rmSync(filler);
      if (ended === null) {
        const { out, err } = await meter.ended;
        expectThat(out.includes(ALL_TRUE), `it did not go on with space: ${err}${out.slice(-400)}`);
      } else await finishes(store);
      return 'refused each reading by name until there was space; the day is complete';
    } finally {
      spawnSync('umount', ['-l', store]);
    }
  });

/** Its clock is wrong for a while, either way. */
const clockOff = (byS: number) => (): Promise<string> =>
  withStore(async (store) => {
    const meter = device(store, 130);
    await until(() => meter.recorded() >= 20, SAID_MS, 'some slots');
    meter.child.send(byS);
    await new Promise((resolve) => setTimeout(resolve, 60));
    meter.child.send(0);
    const { code, out, err } = await meter.ended;
    expectThat(code === 0 && out.includes(ALL_TRUE), `the day was not stated as it was (${code}): ${err}${out.slice(-600)}`);
    expectThat(!out.includes('refused '), `a true reading was refused: ${/refused .*/.exec(out)?.[0]}`);
    return 'the day is stated as it was';
  });

/** What a gateway reads from broken or exchanged hardware. */
const badRegisters = (): Promise<string> =>
  withStore(async (store) => {
    const chain = new FakeChain((DAY + 9) * 86_400);
    const open = async () =>
      MeterClient.open({
        chainId: chain.chainId,
        outfit: OUTFIT,
        chain,
        store: await openFileStore(store),
        key: new Uint8Array(32).fill(0x11),
      });
    const first = await open();
    await first.startDay(DAY, 5_003_000n, 0n);
    const at = (slot: number, importRegisterWh: bigint) => ({ slot: DAY * 96 + slot, importRegisterWh, exportRegisterWh: 0n });
    await first.record(at(0, 5_004_000n));
    await first.close();
    const again = await open(); // what is known outlives the process
    const said: string[] = [];
    for (const [slot, wh] of [
      [4, 12n],
      [4, 4_294_967_295n],
      [400, 0n],
      [1, 5_003_999n],
    ] as const)
      await again.record(at(slot, wh)).catch((error: Error & { code: string }) => said.push(error.code));
    expectThat(said.join() === 'register-fell,out-of-range,register-fell,register-fell', `they came to: ${said.join()}`);
    await again.record(at(4, 5_004_400n));
    await again.close();
    return 'refused where they enter; the true one goes on';
  });

/** A node that never ends its answer; beside it an honest one. */
async function drippingNode(): Promise<string> {
  const drips = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(timer));
  });
  const status = {
    node_info: { network: 'electra-fake-00000001' },
    sync_info: { latest_block_height: '7', latest_block_time: '2026-01-01T00:00:00Z' },
  };
  const honest = createServer((_, response) => response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: status })));
  const listen = (server: typeof drips): Promise<string> =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
  const urls = [await listen(drips), await listen(honest)];
  try {
    const rpc = new CometRpc({ urls, timeoutMs: 1_000 });
    const startMs = performance.now();
    const first = await rpc.status().catch((error: unknown) => error);
    expectThat(first instanceof RpcError && first.code === 'network', `expected a network error, got ${String(first)}`);
    expectThat(performance.now() - startMs < 4_000, 'it was waited for too long');
    expectThat((await rpc.status()).height === 7, 'the honest node was not asked next');
    return `given up after ${Math.round(performance.now() - startMs)} ms, then the other was asked`;
  } finally {
    for (const server of [drips, honest]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

const quick = { quick: true };

export const meters: readonly Fault[] = [
  { ...quick, name: 'meter-killed', does: 'power fails five times in a meter’s day: nothing is lost or doubled', run: killed },
  { ...quick, name: 'meter-lock-left', does: 'a lock’s number is another program’s after a boot: the store opens', run: lockOfAnother },
  { ...quick, name: 'meter-suspended', does: 'a suspended meter keeps its store: a second one is refused', run: suspended },
  { ...quick, name: 'meter-line-torn', does: 'a torn last line with old blocks behind it: all before it counts', run: torn },
  { ...quick, name: 'meter-store-damaged', does: 'a store of zeros, of nothing, with a bit off: refused, untouched', run: emptied },
  { ...quick, name: 'meter-disk-full', does: 'a meter’s own disk fills up and is emptied: its day is complete', run: diskFull },
  { ...quick, name: 'meter-clock-ahead', does: 'a meter’s clock is two days and a half ahead for a while', run: clockOff(216_000) },
  { ...quick, name: 'meter-clock-behind', does: 'a meter’s clock is an hour behind for a while', run: clockOff(-3_600) },
  { ...quick, name: 'meter-exchanged', does: 'registers that fell or leapt over a gap, and a restart: refused', run: badRegisters },
  { ...quick, name: 'node-drips', does: 'a node’s answer never ends: given up, and another node is asked', run: drippingNode },
];
