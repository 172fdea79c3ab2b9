/** `electra up` (`npm start`): a whole community on this machine. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import getPort, { portNumbers } from 'get-port';
import { createFleet } from '../../../simulator/keys.ts';
import { connect, databaseUrl, type EmbeddedPostgres, prepareDatabase, startEmbeddedPostgres } from '../../node/db/index.ts';
import { ensureIndexSchema } from '../../node/indexer/index.ts';
import {
  type DataFolder,
  dataFolder,
  hasSettings,
  makeFolders,
  readSettings,
  type Settings,
  writeEndpoints,
} from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { sleep } from '../../node/shared/wait.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { CliError, fail } from '../errors.ts';
import { lock } from '../lock.ts';
import { example } from '../options.ts';
import { type ChainPorts, chainParts, waitForBlocks } from './chain.ts';
import { createDisplay, type Display } from './display.ts';
import { firstStart, namePeople } from './first-start.ts';
import { followReplay } from './follow.ts';
import { endLeftovers, forgetPids, rememberPids } from './leftovers.ts';
import { addUpOptions, agreeWith, type UpOptions, upOptions } from './options.ts';
import { createSupervisor, nodePart, type Supervisor } from './supervisor.ts';
import { verdictOfReplay } from './verdict.ts';
import { whereToLook } from './welcome.ts';

const CHAIN_START_MS = 60_000;

interface World {
  data: DataFolder;
  settings: Settings;
  options: UpOptions;
  display: Display;
  supervisor: Supervisor;
  signal: AbortSignal;
}

/** Postgres with its roles and tables. Started again by itself when it ends unexpectedly. */
async function startDatabase(w: World): Promise<{ stop: () => Promise<void>; pid: () => number }> {
  const port = await getPort();
  const log = { info() {}, warn() {} };
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dir: w.data.path('postgres'), port, log });
  let stopping = false;
  const keep = (): void => {
    void postgres.exited.then(async ({ wanted }) => {
      if (wanted || stopping) return;
      w.display.say('! Postgres ended; starting it again');
      postgres = await startEmbeddedPostgres({ dir: w.data.path('postgres'), port, log });
      keep();
    });
  };
  keep();
  await prepareDatabase({ superUrl: postgres.superUrl, secretsDir: w.data.secrets });
  const sql = connect({ url: databaseUrl(w.data.secrets, 'indexer'), max: 1, application: 'electra up' });
  try {
    await ensureIndexSchema(sql);
  } finally {
    await sql.end();
  }
  return {
    stop: async () => {
      stopping = true;
      await postgres.stop();
    },
    pid: () => postgres.pid,
  };
}

/** The meters start first and wait for the chain with their statements ready: the grace for the replayed days runs from its first block. */
async function startMeters(w: World): Promise<ChainPorts> {
  const count = w.settings.demo!.validators.length;
  const free = async () => Promise.all(Array.from({ length: count }, () => getPort()));
  const ports = { rpc: await free(), p2p: await free() };
  writeEndpoints(w.data, { rpcUrls: rpcUrlsOf(ports) });
  w.supervisor.start(nodePart('meters', 'meters', w.data));
  return ports;
}

const rpcUrlsOf = (ports: ChainPorts): string[] => ports.rpc.map((port) => `http://127.0.0.1:${port}`);

async function startChain(w: World, ports: ChainPorts): Promise<string[]> {
  for (const part of chainParts(w.settings, ports)) w.supervisor.start(part);
  const rpcUrls = rpcUrlsOf(ports);
  await waitForBlocks(rpcUrls[0], CHAIN_START_MS, w.signal);
  return rpcUrls;
}

async function apiPort(options: UpOptions, display: Display): Promise<number> {
  const port = await getPort({ port: options.port });
  if (port === options.port) return port;
  if (options.portGiven) throw new CliError(`--port: ${options.port} is in use on this machine; choose another`);
  const other = await getPort({ port: portNumbers(options.port + 1, options.port + 100) });
  display.say(`! port ${options.port} is in use; the API takes ${other}`);
  return other;
}

async function waitForApi(url: string, w: World): Promise<void> {
  for (const endMs = Date.now() + 60_000; Date.now() < endMs && !w.signal.aborted; await sleep(200)) {
    try {
      if ((await fetch(`${url}/health`)).ok) return;
    } catch {
      /* not up yet */
    }
  }
  if (!w.signal.aborted) throw new CliError(`the API did not answer at ${url}/health (logs/api.log)`);
}

async function startNode(w: World, rpcUrls: string[]): Promise<string> {
  const port = await apiPort(w.options, w.display);
  const apiUrl = `http://127.0.0.1:${port}`;
  writeEndpoints(w.data, { rpcUrls, apiUrl });
  for (const [name, command, ...extra] of [
    ['vault', 'vault'],
    ['signer', 'sign'],
    ['indexer', 'index'],
    ['books', 'account'],
    ['api', 'serve', '--port', String(port), '--development'],
  ]) {
    w.supervisor.start(nodePart(name, command, w.data, extra));
  }
  for (let i = 0; i < Math.min(availableParallelism(), 16); i++) w.supervisor.start(nodePart(`prover-${i}`, 'prove', w.data));
  await waitForApi(apiUrl, w);
  return apiUrl;
}

async function untilStopped(w: World): Promise<never | void> {
  const failure = await Promise.race([
    w.supervisor.failed,
    new Promise<null>((resolve) => {
      if (w.signal.aborted) resolve(null);
      else w.signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
  ]);
  if (failure) throw failure;
}

async function run(w: World): Promise<number> {
  const { display, data, settings } = w;
  const demo = settings.demo!;
  const ports = await startMeters(w);
  const database = await display
    .step('starting Postgres and its tables', () => startDatabase(w))
    .catch(async (error) => {
      await w.supervisor.stop();
      throw error;
    });
  let code = 0;
  const remember = setInterval(() => rememberPids(data, w.supervisor.pids()), 500);
  try {
    const work = async (): Promise<number> => {
      const rpcUrls = await display.step('starting the chain and waiting for its first block', () => startChain(w, ports));
      const fleet = await createFleet({ dir: data.dir, community: demo.community });
      await namePeople(data, fleet);
      const apiUrl = await display.step('starting vault, signer, indexer, books, provers and API', () => startNode(w, rpcUrls));
      display.say(
        `  ${demo.community}: ${fleet.length} meters, ${demo.days} day(s) of real profiles from ${demo.from}, ` +
          `booked as ${dayToDate(demo.firstDay)} … ${dayToDate(demo.firstDay + demo.days - 1)}`,
      );
      await followReplay({
        databaseUrl: databaseUrl(data.secrets, 'books'),
        firstDay: demo.firstDay,
        days: demo.days,
        meters: fleet.length,
        display,
        signal: w.signal,
      });
      if (w.signal.aborted) return 0;
      const verdict = await display.step('auditing the books, as a stranger would', () =>
        verdictOfReplay(data, demo.firstDay, demo.days, display),
      );
      if (!w.options.once) await whereToLook({ data, apiUrl, fleet, display });
      display.say('\n── The audit’s verdict');
      for (const line of verdict.lines) display.say(`  ${line}`);
      if (w.options.once) return verdict.exitCode;
      display.say('\nRunning on with the present. Stop with Ctrl-C.');
      await untilStopped(w);
      return 0;
    };
    code = await Promise.race([
      work(),
      w.supervisor.failed.then((error) => {
        throw error;
      }),
    ]);
  } finally {
    clearInterval(remember);
    display.endProgress();
    display.say('· stopping …');
    await w.supervisor.stop();
    await database.stop();
    forgetPids(data);
    display.say('✓ stopped; nothing is left running');
  }
  return code;
}

export async function up(command: Command): Promise<void> {
  const given = upOptions(command);
  const data = dataFolder(given.data);
  const display = createDisplay();
  const stop = new AbortController();
  let interrupts = 0;
  const interrupt = () => {
    if (++interrupts === 1) {
      display.endProgress();
      display.say('\n· stopping after the work in hand (once more to insist)');
      stop.abort();
    } else process.exit(130);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);

  makeFolders(data);
  const release = await lock(data, 'up', hasSettings(data) ? 7_000 : 0).catch(fail);
  let code = 1;
  try {
    const known = hasSettings(data);
    const options = known ? agreeWith(readSettings(data), given, command) : given;
    await endLeftovers(data, display.say);
    const settings = known
      ? readSettings(data)
      : await display.step(`making a community (${options.community}) in ${data.dir}`, () => firstStart(data, options));
    code = await run({ data, settings, options, display, supervisor: createSupervisor(data, display.say), signal: stop.signal });
  } catch (error) {
    process.stderr.write(`electra: ${explain(error)}\n`);
    if (process.env.ELECTRA_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    code = error instanceof CliError ? error.exitCode : 1;
  } finally {
    await release().catch(() => {});
  }
  process.exit(code);
}

export function register(program: Command): void {
  const command = addUpOptions(
    program.command('up').description('run a whole community on this machine: database, chain, meters, node, provers, API'),
  );
  example(command, 'npm start', 'npx electra up --community village --days 3 --data .electra-village');
  command.action(() => up(command));
}
