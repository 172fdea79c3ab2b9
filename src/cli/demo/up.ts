/** `electra up` (`npm start`): a whole community on this machine. */
import { availableParallelism } from 'node:os';
import { isatty } from 'node:tty';
import type { Command } from 'commander';
import getPort, { portNumbers } from 'get-port';
import { createFleet } from '../../../simulator/keys.ts';
import { databaseUrl } from '../../node/db/index.ts';
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
import { type Lock, lock } from '../lock.ts';
import { example } from '../options.ts';
import { isOursByName, originOf } from './by-name.ts';
import { type ChainPorts, chainParts, waitForBlocks } from './chain.ts';
import { type RunningDatabase, startDatabase } from './database.ts';
import { createDisplay, type Display } from './display.ts';
import { firstStart, namePeople } from './first-start.ts';
import { followReplay } from './follow.ts';
import { endLeftovers, forgetPids } from './leftovers.ts';
import { addUpOptions, agreeWith, type UpOptions, upOptions } from './options.ts';
import { isLow, isOutOfSpace, waitForSpace } from './space.ts';
import { createSupervisor, nodePart, type Part, type Supervisor } from './supervisor.ts';
import { verdictOfReplay } from './verdict.ts';
import { FolderLost, NoSpace, watchFolder } from './watch.ts';
import { whereToLook } from './welcome.ts';

const CHAIN_START_MS = 60_000;
/** Signals that come so soon after the first are of the same press of Ctrl-C. */
const SAME_PRESS_MS = 1_000;
/** Parts of one that lost its folder have nothing left to finish there. */
const LOST_GRACE_MS = 2_000;

interface World {
  data: DataFolder;
  settings: Settings;
  options: UpOptions;
  /** of the API, chosen once: after a wait for space it is the same */
  port: number;
  display: Display;
  supervisor: Supervisor;
  lock: Lock;
  signal: AbortSignal;
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
  for (const part of chainParts(w.data, w.settings, ports)) w.supervisor.start(part);
  const rpcUrls = rpcUrlsOf(ports);
  await waitForBlocks(rpcUrls, CHAIN_START_MS, w.signal);
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
      if ((await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })).ok) return;
    } catch {
      /* not up yet */
    }
  }
  if (!w.signal.aborted) throw new CliError(`the API did not answer at ${url}/health (logs/api.log)`);
}

/** Prometheus' usual port for what an application tells, where it is free. */
const METRICS_PORT = 9464;
const SPARE_API: Part['spare'] = { group: 'api', needs: 0 };
const SPARE_PROVER: Part['spare'] = { group: 'prover', needs: 1 };

async function startNode(w: World, rpcUrls: string[]): Promise<{ apiUrl: string; pagesUrl: string; metricsUrl: string }> {
  const apiUrl = `http://127.0.0.1:${w.port}`;
  const metricsPort = await getPort({ port: METRICS_PORT });
  writeEndpoints(w.data, { rpcUrls, apiUrl });
  for (const [name, command, ...extra] of [
    ['vault', 'vault'],
    ['signer', 'sign'],
    ['indexer', 'index'],
    ['books', 'account'],
    ['api', 'serve', '--port', String(w.port), '--metrics-port', String(metricsPort), '--origin', originOf(w.port), '--development'],
  ]) {
    w.supervisor.start(nodePart(name, command, w.data, extra, name === 'api' ? SPARE_API : undefined));
  }
  for (let i = 0; i < Math.min(availableParallelism(), 16); i++)
    w.supervisor.start(nodePart(`prover-${i}`, 'prove', w.data, [], SPARE_PROVER));
  await waitForApi(apiUrl, w);
  return {
    apiUrl,
    pagesUrl: (await isOursByName(w.port)) ? originOf(w.port) : apiUrl,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
  };
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

/** From the chain's first block to the end: of the verdict, or of everything. */
async function work(w: World, ports: ChainPorts): Promise<number> {
  const { display, data, settings } = w;
  const demo = settings.demo!;
  const rpcUrls = await display.step('starting the chain and waiting for its first block', () => startChain(w, ports));
  const fleet = await createFleet({ dir: data.dir, community: demo.community });
  await namePeople(data, fleet);
  const urls = await display.step('starting vault, signer, indexer, books, provers and API', () => startNode(w, rpcUrls));
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
  if (!w.options.once) await whereToLook({ data, ...urls, rpcUrls, fleet, display });
  display.say('\n── The audit’s verdict');
  for (const line of verdict.lines) display.say(`  ${line}`);
  if (w.options.once) return verdict.exitCode;
  display.say('\nRunning on with the present. Stop with Ctrl-C.');
  await untilStopped(w);
  return 0;
}

const thrown = (failed: Promise<CliError>): Promise<never> =>
  failed.then((error) => {
    throw error;
  });

async function run(w: World): Promise<number> {
  const { display, data, supervisor } = w;
  const watch = watchFolder(data, w.lock, supervisor.pids);
  let starting: Promise<RunningDatabase> | undefined;
  let lost = false;
  try {
    const all = async (): Promise<number> => {
      const ports = await startMeters(w);
      starting = startDatabase(data, display.say, w.lock.held);
      const database = await display.step('starting Postgres and its tables', () => starting!);
      return await Promise.race([work(w, ports), thrown(database.failed)]);
    };
    return await Promise.race([all(), thrown(supervisor.failed), thrown(watch.failed)]);
  } catch (error) {
    lost = error instanceof FolderLost;
    throw error;
  } finally {
    watch.end();
    display.endProgress();
    display.say('· stopping …');
    await supervisor.stop(lost ? LOST_GRACE_MS : undefined);
    await starting?.then(
      (database) => database.stop(),
      () => {}, // it never ran
    );
    if (!lost) forgetPids(data);
    display.say('✓ stopped; nothing is left running');
  }
}

/** Runs, and runs again after each wait for space. */
async function runOn(world: Omit<World, 'supervisor'>): Promise<number> {
  const { data, display, signal, lock: own } = world;
  for (;;) {
    try {
      if (!isLow(data)) return await run({ ...world, supervisor: createSupervisor(data, display.say, own.held) });
    } catch (error) {
      // Whatever fails while there is no space fails for that reason.
      if (error instanceof FolderLost || !(error instanceof NoSpace || isOutOfSpace(error) || isLow(data))) throw error;
    }
    if (signal.aborted) return 0;
    await waitForSpace(data, display.say, signal);
    if (signal.aborted) return 0;
  }
}

/** A signal to stop on. A wrapper passes Ctrl-C on as a request to end, so only a second Ctrl-C by hand insists. */
function stopSignal(display: Display): AbortSignal {
  const stop = new AbortController();
  let firstMs = 0;
  const ask = (): void => {
    if (stop.signal.aborted) return;
    firstMs = performance.now();
    display.endProgress();
    display.say('\n· stopping after the work in hand (Ctrl-C once more to insist)');
    stop.abort();
  };
  process.on('SIGINT', () => {
    if (stop.signal.aborted && performance.now() - firstMs > SAME_PRESS_MS) process.exit(130);
    ask();
  });
  process.on('SIGTERM', ask);
  // Node forgets that it was started with SIGHUP ignored (nohup); where no terminal is, none can have hung up.
  const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));
  process.on('SIGHUP', () => hasTerminal && ask());
  return stop.signal;
}

export async function up(command: Command): Promise<void> {
  const given = upOptions(command);
  const data = dataFolder(given.data);
  const display = createDisplay();
  const signal = stopSignal(display);

  makeFolders(data);
  const own = await lock(data, 'up', hasSettings(data) ? 7_000 : 0).catch(fail);
  let code = 1;
  try {
    const known = hasSettings(data);
    const options = known ? agreeWith(readSettings(data), given, command) : given;
    await endLeftovers(data, display.say);
    if (isLow(data)) await waitForSpace(data, display.say, signal);
    const settings = known
      ? readSettings(data)
      : await display.step(`making a community (${options.community}) in ${data.dir}`, () => firstStart(data, options));
    const port = await apiPort(options, display);
    code = await runOn({ data, settings, options, port, display, lock: own, signal });
  } catch (error) {
    process.stderr.write(`electra: ${explain(error)}\n`);
    if (process.env.ELECTRA_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    code = error instanceof CliError ? error.exitCode : 1;
  } finally {
    await own.release();
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
