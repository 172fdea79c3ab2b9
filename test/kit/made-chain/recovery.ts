/**
 * How long the index of a growing chain stands still: after kill -9 of its process, which is started again at once, and after Postgres,
 * which ended as in a crash, answers again. Until another connection reads a block that was not there before.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeFlags } from '../../../bin/node-flags.mjs';
import { chainHead } from '../../../src/node/db/index.ts';
import { withIndex } from '../index-run.ts';
import { copyTemplate, startTestServer } from '../postgres-server.ts';
import { madeChain } from './made-chain.ts';
import type { PlanName } from './plans.ts';
import { serveMadeChain } from './serve.ts';

const INDEX_PROCESS = fileURLToPath(new URL('../index-process.ts', import.meta.url));
const COMPILED = fileURLToPath(new URL('../../../.cache/compiled-by-node', import.meta.url));
const BLOCK_MS = 100;

export interface Recovery {
  killedMs: number[];
  postgresMs: number[];
}

/** `awayMs`: how long Postgres is gone. */
export async function recoveries(name: PlanName, { times, awayMs }: { times: number; awayMs: number }): Promise<Recovery> {
  const [chain, server] = [await madeChain(name), await startTestServer()];
  const { indexer } = await copyTemplate(server.superUrl, 'recovery');
  const node = await serveMadeChain(chain, 1);
  const growing = setInterval(() => node.show(Math.min(node.height() + 1, chain.height)), BLOCK_MS);
  const height = () =>
    withIndex(indexer, chainHead).then(
      (head) => head?.newest ?? 0,
      () => 0,
    );
  /** Waits for a block above; how long that took. */
  const goesOn = async (above: number): Promise<number> => {
    const sinceMs = performance.now();
    while ((await height()) <= above) {
      if (performance.now() - sinceMs > 60_000) throw new Error(`nothing above block ${above} in 60 s`);
      await sleep(20);
    }
    return performance.now() - sinceMs;
  };
  const start = () =>
    spawn(process.execPath, [...nodeFlags('index'), INDEX_PROCESS, node.url, indexer], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED }, // as bin/electra.mjs
    });
  let child = start();
  try {
    const found: Recovery = { killedMs: [], postgresMs: [] };
    await goesOn(0);
    for (let i = 0; i < times; i++) {
      child.kill('SIGKILL');
      await once(child, 'exit');
      const stood = await height();
      child = start();
      found.killedMs.push(await goesOn(stood));
    }
    for (let i = 0; i < times; i++) {
      const stood = await height();
      process.kill(server.pid(), 'SIGQUIT'); // what `pg_ctl stop -m immediate` sends
      await sleep(awayMs);
      await server.again();
      found.postgresMs.push(await goesOn(stood + 1)); // one may have been written before it ended
    }
    if (child.exitCode !== null) throw new Error(`the indexer ended with ${child.exitCode}`);
    return found;
  } finally {
    clearInterval(growing);
    child.kill('SIGKILL');
    await node.stop();
    await server.stop();
  }
}
