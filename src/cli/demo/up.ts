/** `electra up` (`npm start`): a whole community on this machine. */
import { isatty } from 'node:tty';
import type { Command } from 'commander';
import getPort, { portNumbers } from 'get-port';
import { dataFolder, hasSettings, makeFolders, readSettings } from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { CliError, fail } from '../errors.ts';
import { lock } from '../lock.ts';
import { example } from '../options.ts';
import { COMMUNITY } from './community.ts';
import { type RunningDatabase, startDatabase } from './database.ts';
import { createDisplay, type Display } from './display.ts';
import { firstStartOfExchange } from './exchange/first-start.ts';
import { EXCHANGE } from './exchange/work.ts';
import { firstStart } from './first-start.ts';
import { endLeftovers, forgetPids } from './leftovers.ts';
import { addUpOptions, agreeWith, type UpOptions, upOptions } from './options.ts';
import { isLow, isOutOfSpace, waitForSpace } from './space.ts';
import { createSupervisor } from './supervisor.ts';
import { FolderLost, NoSpace, watchFolder } from './watch.ts';
import type { Kind, World } from './world.ts';

/** Signals that come so soon after the first are of the same press of Ctrl-C. */
const SAME_PRESS_MS = 1_000;
/** As of a program that Ctrl-C ends: whoever asked for a verdict alone, and stopped it, has none that passed. */
const NO_VERDICT = 130;
/** Parts of one that lost its folder have nothing left to finish there. */
const LOST_GRACE_MS = 2_000;

async function apiPort(options: UpOptions, display: Display): Promise<number> {
  const port = await getPort({ port: options.port });
  if (port === options.port) return port;
  if (options.portGiven) throw new CliError(`--port: ${options.port} is in use on this machine; choose another`);
  const other = await getPort({ port: portNumbers(options.port + 1, options.port + 100) });
  display.say(`! port ${options.port} is in use; the API takes ${other}`);
  return other;
}

const thrown = (failed: Promise<CliError>): Promise<never> =>
  failed.then((error) => {
    throw error;
  });

async function run<Begun>(w: World, kind: Kind<Begun>): Promise<number> {
  const { display, data, supervisor } = w;
  const watch = watchFolder(data, w.lock, supervisor.pids);
  let starting: Promise<RunningDatabase> | undefined;
  let lost = false;
  try {
    const all = async (): Promise<number> => {
      const begun = await kind.begin(w);
      starting = startDatabase(data, display.say, w.lock.held);
      const database = await display.step('starting Postgres and its tables', () => starting!);
      return await Promise.race([kind.work(w, begun), thrown(database.failed)]);
    };
    return await Promise.race([all(), thrown(supervisor.failed), thrown(watch.failed)]);
  } catch (error) {
    lost = error instanceof FolderLost;
    throw error;
  } finally {
    watch.end();
    display.endProgress();
    display.say('· stopping …');
    await supervisor.stop(lost ? LOST_GRACE_MS : kind.stopMs);
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
      if (!isLow(data)) {
        const w = { ...world, supervisor: createSupervisor(data, display.say, own.held) };
        return await (world.options.exchange ? run(w, EXCHANGE) : run(w, COMMUNITY));
      }
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
  process.on('disconnect', ask); // as a part of communities that share: whoever started it is gone
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
      : options.exchange
        ? await display.step(`making communities that share in ${data.dir}`, () => firstStartOfExchange(data, options))
        : await display.step(`making a community (${options.community}) in ${data.dir}`, () => firstStart(data, options));
    const port = await apiPort(options, display);
    code = await runOn({ data, settings, options, port, display, lock: own, signal });
    if (code === 0 && options.once && signal.aborted) code = NO_VERDICT;
  } catch (error) {
    // What was not up yet when it was asked to stop fails for that reason, and initdb by the same Ctrl-C: there is nothing to be told.
    const isStopped = signal.aborted && !(error instanceof FolderLost);
    if (!isStopped) process.stderr.write(`electra: ${explain(error)}\n`);
    if (process.env.ELECTRA_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    code = isStopped ? NO_VERDICT : error instanceof CliError ? error.exitCode : 1;
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
