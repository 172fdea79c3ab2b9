/**
 * The chain that the index benchmark reads: one validator, at least 2,000 blocks and 5,000 sealed transactions of many meters, rosters
 * frozen on the way. Making it takes some minutes (a chain makes blocks at its own pace), so it is kept in .cache and only served again
 * later, its commit timeout set to an hour so that it stays as it is. An electrad that cannot serve what an older one made gets a new one.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import type { AccountState } from '../sdk/ts/src/index.ts';
import { CometRpc, signTx } from '../sdk/ts/src/index.ts';
import type { TestChain, TestMeter } from '../test/kit/chain.ts';
import { ELECTRAD, encodeMessage, message, startTestChain, TEST_DAY } from '../test/kit/chain.ts';
import { until } from '../test/kit/until.ts';

const FOLDER = fileURLToPath(new URL('../.cache/bench-chain', import.meta.url));
const BLOCKS = 2_100;
const TXS = 12_000;
const METERS = 160;
const PAST_DAYS = 25;

export interface BenchChain {
  chainId: string;
  height: number;
  txs: number;
}
export interface ServedChain extends BenchChain {
  rpcUrl: string;
  /** rejects when the chain ends without being asked: whoever reads it would wait for it in vain */
  away: Promise<never>;
  stop(): Promise<void>;
}

/** The kept chain behind an RPC address, made first where there is none that can be served. */
export async function startBenchChain(log: (text: string) => void): Promise<ServedChain> {
  const file = join(FOLDER, 'bench.json');
  if (existsSync(file)) {
    try {
      return { ...(JSON.parse(readFileSync(file, 'utf8')) as BenchChain), ...(await serve()) };
    } catch (error) {
      log(`the kept chain cannot be served (${(error as Error).message})`);
    }
  }
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  log(`making a chain of ${BLOCKS} blocks and ${TXS} sealed transactions (kept in .cache) …`);
  const made = await makeChain();
  writeFileSync(`${file}.new`, JSON.stringify(made));
  renameSync(`${file}.new`, file);
  return { ...made, ...(await serve()) };
}

async function makeChain(): Promise<BenchChain> {
  const chain = await startTestChain({
    dir: FOLDER,
    lightMeters: METERS,
    firstDay: TEST_DAY - PAST_DAYS,
    timeoutCommit: '20ms',
    params: { graceS: 1, graceBlocks: 1_500 },
  });
  try {
    const txs = await fill(chain);
    await chain.reach(BLOCKS, 600_000);
    const height = await chain.height();
    await chain.halt();
    const config = join(chain.homes[0], 'config', 'config.toml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/^timeout_commit = .*$/m, 'timeout_commit = "1h"'));
    return { chainId: chain.chainId, height, txs };
  } finally {
    await chain.stop();
  }
}

/** Spreads the transactions over the blocks. A meter has one in flight at a time: its turn comes again after many blocks. */
async function fill(chain: TestChain): Promise<number> {
  const meters = chain.meters.slice(1);
  const accounts = new Map<string, AccountState>(
    await Promise.all(meters.map(async (meter) => [meter.address, (await chain.chain.account(meter.address))!] as const)),
  );
  const perBlock = Math.ceil(TXS / (BLOCKS - 50));
  let sent = 0;
  for (let height = await chain.height(); sent < TXS; height = await nextBlock(chain, height)) {
    await Promise.all(
      Array.from({ length: perBlock }, async () => {
        const turn = sent++;
        const meter = meters[turn % meters.length];
        const account = accounts.get(meter.address)!;
        const tx = await signTx(
          {
            messages: [encodeMessage(reading(chain.firstDay, meter, Math.floor(turn / meters.length)))],
            chainId: chain.chainId,
            ...account,
          },
          meter.signer,
        );
        accounts.set(meter.address, { ...account, sequence: account.sequence + 1n });
        const answer = await chain.broadcast(tx.bytes);
        if (answer.code !== 0) throw new Error(`refused: ${answer.log}`);
      }),
    );
  }
  return sent;
}

/** A meter's messages in turn: reports, and a day statement for every eighth. */
function reading(firstDay: number, { address: meter }: TestMeter, turn: number) {
  if (turn % 8 !== 7) return message('Report', { meter, slot: firstDay * 96 + turn, keyEpoch: 1, sealed: randomBytes(112) });
  return message('CloseDay', {
    meter,
    day: firstDay + Math.floor(turn / 8),
    keyEpoch: 1,
    commitment: Buffer.concat([Buffer.alloc(1), randomBytes(31)]),
    sealed: randomBytes(715),
  });
}

async function nextBlock(chain: TestChain, height: number): Promise<number> {
  for (;;) {
    const now = await chain.height();
    if (now > height) return now;
    await sleep(3);
  }
}

async function serve(): Promise<Pick<ServedChain, 'rpcUrl' | 'away' | 'stop'>> {
  const home = join(FOLDER, 'net', 'node0');
  const [rpcPort, p2pPort] = [await getPort({ host: '127.0.0.1' }), await getPort({ host: '127.0.0.1' })];
  const log = openSync(join(home, 'log.txt'), 'a');
  const child = spawn(
    ELECTRAD,
    ['start', '--development', '--home', home, '--rpc.laddr', `tcp://127.0.0.1:${rpcPort}`, '--p2p.laddr', `tcp://127.0.0.1:${p2pPort}`],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let asked = false;
  const away = ended.then(() => (asked ? new Promise<never>(() => {}) : Promise.reject(new Error('the kept chain’s electrad ended'))));
  away.catch(() => {}); // said by whoever waits for it
  const stop = async () => {
    asked = true;
    process.off('exit', end);
    child.kill('SIGTERM');
    await ended;
  };
  const rpcUrl = `http://127.0.0.1:${rpcPort}`;
  const rpc = new CometRpc({ urls: [rpcUrl] });
  const up = until(async () => (await rpc.status()).height > 0, 30_000, 'the kept chain');
  up.catch(() => {});
  try {
    await Promise.race([up, away]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { rpcUrl, away, stop };
}
