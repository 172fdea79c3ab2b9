/**
 * `npm run bench:index`: this repository's index and the stock SubQuery node on the same chains, same server, same Postgres, rows checked.
 * See README.md beside. `-- dense sparse long` chooses chains, `--window S` ends each run after S seconds (0: never), `--ours` leaves the
 * stock node out, `--plain` starts ours with Node's own flags, `--profile DIR` has it leave a .cpuprofile there, `--head N` measures N
 * blocks at the head, `--json` prints data.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nodeFlags } from '../../bin/node-flags.mjs';
import { fail } from '../../src/cli/errors.ts';
import { type MadeChain, madeChain } from '../../test/kit/made-chain/made-chain.ts';
import { PLANS, type PlanName } from '../../test/kit/made-chain/plans.ts';
import { startTestPostgres } from '../../test/kit/postgres.ts';
import { installStock } from '../../test/kit/stock/stock-node.ts';
import { machine } from '../frame.ts';
import { backfill, head, type Latency, type Run } from './measure.ts';
import { ours, type Runtime, type Shown, stock } from './runtimes.ts';

const SERVE = fileURLToPath(new URL('../../test/kit/made-chain/serve-process.ts', import.meta.url));
const HEAD = { from: 200, everyMs: 300 };

interface Options {
  chains: PlanName[];
  windowS: number;
  stock: boolean;
  /** flags of Node for ours */
  flags: string[];
  headBlocks: number;
  json: boolean;
}

interface Result {
  chain: Omit<MadeChain, 'dir'>;
  load: string;
  runs: Run[];
  head?: Latency[];
}

async function serve(chain: PlanName): Promise<Shown & { stop(): void }> {
  const child = spawn(process.execPath, [SERVE, chain], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`serving ${chain}: its process ended (exit ${code})`)));
  ended.catch(() => {}); // in the end, it is ended by us
  const [text] = (await Promise.race([once(child.stdout!, 'data'), ended])) as [Buffer];
  return { url: String(text).trim(), show: (height) => void child.send(height), stop: () => void child.kill() };
}

/** What each runtime makes of one chain, one after the other. */
async function measure(name: PlanName, options: Options, say: (text: string) => void): Promise<Result> {
  const { dir: _, ...about } = await madeChain(name);
  const chain = await madeChain(name);
  const result: Result = { chain: about, load: loadavg()[0].toFixed(1), runs: [] };
  const latencies: Latency[] = [];
  for (const kind of options.stock ? (['ours', 'stock'] as const) : (['ours'] as const)) {
    const run = async (work: (runtime: Runtime, node: Shown) => Promise<void>): Promise<void> => {
      const [database, node] = await Promise.all([startTestPostgres(), serve(name)]);
      const runtime = kind === 'ours' ? await ours(chain, node, database, options.flags) : await stock(chain, node, database.superUrl);
      try {
        await work(runtime, node);
      } finally {
        await runtime.stop();
        node.stop();
        await database.stop();
      }
    };
    await run(async (runtime) => {
      const done = await backfill(chain, runtime, options.windowS);
      result.runs.push(done);
      say(sentence(done));
    });
    if (options.headBlocks > 0 && name === 'sparse')
      await run(async (runtime, node) => {
        latencies.push(await head(runtime, node, { ...HEAD, blocks: options.headBlocks }));
        say(`    at the head: p50 ${latencies.at(-1)!.p50Ms.toFixed(0)} ms, p99 ${latencies.at(-1)!.p99Ms.toFixed(0)} ms`);
      });
  }
  return { ...result, ...(latencies.length > 0 && { head: latencies }) };
}

const sentence = (run: Run): string =>
  [
    `  ${run.runtime.padEnd(18)} ${run.txsPerS.toFixed(0).padStart(7)} tx/s ${run.blocksPerS.toFixed(0).padStart(7)} blocks/s`,
    `${run.peakMb.toFixed(0)} MB (${(100 * run.growth).toFixed(0)} % after the first quarter)`,
    `start ${run.startS.toFixed(1)} s, CPU ${run.cpuS.toFixed(1)} s and ${run.postgresCpuS.toFixed(1)} s of Postgres`,
    `${run.bytesPerReading.toFixed(0)} bytes a reading`,
    `${run.whole ? 'whole chain' : `${run.blocks} blocks`}, ${run.wrong.length === 0 ? 'rows true' : `WRONG: ${run.wrong.join('; ')}`}`,
  ].join(', ');

function readOptions(args: string[]): Options {
  const numberAfter = (flag: string, otherwise: number): number => {
    const at = args.indexOf(flag);
    return at < 0 ? otherwise : Number(args[at + 1]);
  };
  const profile = args.includes('--profile') ? args[args.indexOf('--profile') + 1] : undefined;
  const chains = args.filter((arg) => arg in PLANS) as PlanName[];
  return {
    chains: chains.length > 0 ? chains : ['sparse', 'dense', 'long'],
    windowS: numberAfter('--window', 120),
    stock: !args.includes('--ours'),
    flags: [...(args.includes('--plain') ? [] : nodeFlags('index')), ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])],
    headBlocks: numberAfter('--head', 100),
    json: args.includes('--json'),
  };
}

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  if (options.stock) installStock(say);
  const head = machine();
  for (const [key, value] of Object.entries(head)) say(`${key.padEnd(8)} ${value}`);
  const results: Result[] = [];
  for (const name of options.chains) {
    say(`\n${name}: load ${loadavg()[0].toFixed(1)}`);
    results.push(await measure(name, options, say));
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ ...head, windowS: options.windowS, results })}\n`);
  return results.some(({ runs }) => runs.some(({ wrong }) => wrong.length > 0)) ? 1 : 0;
}

main(process.argv.slice(2)).then((code) => process.exit(code), fail);
