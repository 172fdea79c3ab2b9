/**
 * Runs the parts of a community as processes of their own and keeps them running: a part that dies is started again after a pause
 * that grows, and all of them end when we do. A part that cannot run is named with its own last words; the others go on without it where
 * they can (three of four validators suffice), and where they cannot, everything stops.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeFlags } from '../../../bin/node-flags.mjs';
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { EXIT_FATAL } from '../../node/processes/process.ts';
import { growingMs } from '../../protocol/values/backoff.ts';
import { CliError } from '../errors.ts';
import { because, lastWords, sizeOf } from './last-words.ts';
import { forgetSpared, noteSpared } from './spared.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const STEADY_MS = 30_000;
const MAX_PAUSE_MS = 10_000;
const MAX_QUICK_ENDS = 8;

export interface Part {
  name: string;
  command: string;
  args: readonly string[];
  /** ends by itself when our end of this pipe closes; Node parts notice by their IPC channel instead */
  node: boolean;
  /** parts of which so many suffice: the others are spared when they cannot run */
  spare?: { group: string; needs: number };
}

interface Running {
  part: Part;
  child: ChildProcess | null;
  stopping: boolean;
  /** given up */
  broken: boolean;
  ended: Promise<void>;
}

export interface Supervisor {
  start: (part: Part) => void;
  /** ends the parts, last started first, each given time to finish what it does */
  stop: (graceMs?: number) => Promise<void>;
  pids: () => Record<string, number>;
  /** resolves with the reason when a part failed for good */
  failed: Promise<CliError>;
}

/** One of the node's own commands as a part. */
export const nodePart = (name: string, command: string, data: DataFolder, extra: readonly string[] = [], spare?: Part['spare']): Part =>
  commandPart(name, [command, '--data', data.dir, ...extra], spare);

/** The same of any command of `electra`. */
export const commandPart = (name: string, args: readonly string[], spare?: Part['spare']): Part => ({
  name,
  command: process.execPath,
  node: true,
  spare,
  args: ['--disable-warning=ExperimentalWarning', ...nodeFlags(args[0]), MAIN, ...args],
});

// The shell ends the program as soon as our end of the pipe on its standard input closes, however we ended.
const GUARD =
  'exec 3<&0; "$@" </dev/null 3<&- & program=$!; (cat <&3 >/dev/null; kill -TERM $program) >/dev/null 2>&1 & guard=$!; ' +
  'exec 3<&-; trap "kill -TERM $program" TERM; ' +
  'wait $program; code=$?; [ $code -gt 128 ] && wait $program; kill $guard 2>/dev/null; exit $code';

function launch(part: Part, logFile: number): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TZ: 'UTC',
    ELECTRA_LOG_LEVEL: process.env.ELECTRA_LOG_LEVEL ?? 'info',
    ELECTRA_EXTERNAL_METERS: process.env.ELECTRA_EXTERNAL_METERS,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  };
  return part.node
    ? spawn(part.command, part.args, { stdio: ['ignore', logFile, logFile, 'ipc'], detached: true, env })
    : spawn('/bin/sh', ['-c', GUARD, `electra-${part.name}`, part.command, ...part.args], {
        stdio: ['pipe', logFile, logFile],
        detached: true,
        env,
      });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    child.kill(signal);
  }
}

async function end(entry: Running, graceMs: number, say: (line: string) => void): Promise<void> {
  entry.stopping = true;
  const child = entry.child;
  if (!child) return;
  if (entry.part.node) child.kill('SIGTERM');
  else child.stdin?.destroy();
  const done = await Promise.race([entry.ended.then(() => true), sleep(graceMs, false, { ref: false })]);
  if (!done) {
    say(`! ${entry.part.name} did not end within ${graceMs / 1000} s and was killed`);
    signalGroup(child, 'SIGKILL');
    await entry.ended;
  }
}

/** `mayStart` is asked before each start of a part: whoever has lost the folder starts nothing in it. */
export function createSupervisor(data: DataFolder, say: (line: string) => void, mayStart: () => boolean = () => true): Supervisor {
  const running: Running[] = [];
  forgetSpared(data);
  let stopping = false;
  let fail: (error: CliError) => void;
  const failed = new Promise<CliError>((resolve) => {
    fail = resolve;
  });

  /** Goes on without a part that can be spared; else the whole has failed. */
  function giveUp(entry: Running, error: CliError): void {
    entry.broken = true;
    const { spare } = entry.part;
    const left = running.filter(({ part, broken }) => !broken && part.spare?.group === spare?.group).length;
    if (!spare || left < spare.needs) fail(error);
    else {
      say(`! ${error.message}; everything else goes on without it`);
      noteSpared(data, entry.part.name, error.message);
    }
  }

  async function keep(entry: Running): Promise<void> {
    const path = data.path('logs', `${entry.part.name}.log`);
    for (let quickEnds = 0; !entry.stopping && mayStart(); ) {
      const startMs = performance.now();
      const sizeBytes = sizeOf(path);
      const logFile = openSync(path, 'a', 0o600);
      const child = launch(entry.part, logFile);
      closeSync(logFile);
      entry.child = child;
      const code = await new Promise<number | null>((resolve) => {
        child.on('error', () => resolve(127));
        child.on('exit', (exit) => resolve(exit));
      });
      entry.child = null;
      if (entry.stopping) return;
      const words = () => lastWords(path, sizeBytes);
      if (code === EXIT_FATAL) return giveUp(entry, new CliError(`${entry.part.name} cannot go on: ${words()}`));
      quickEnds = performance.now() - startMs > STEADY_MS ? 1 : quickEnds + 1;
      if (quickEnds > MAX_QUICK_ENDS)
        return giveUp(entry, new CliError(`${entry.part.name} ended ${quickEnds} times in a row: ${words()} (log: ${path})`));
      const pauseMs = growingMs(quickEnds + 1, 250, MAX_PAUSE_MS);
      const how = code === null ? '(killed)' : `(${code})${because(path, sizeBytes)}`;
      say(`! ${entry.part.name} ended ${how}; starting it again in ${pauseMs / 1000} s`);
      await sleep(pauseMs);
    }
  }

  return {
    failed,
    start(part) {
      if (stopping) return;
      const entry: Running = { part, child: null, stopping: false, broken: false, ended: Promise.resolve() };
      running.push(entry);
      entry.ended = keep(entry).catch((error) => fail(new CliError(`${part.name} could not be started: ${explain(error)}`)));
    },
    async stop(graceMs = 15_000) {
      stopping = true;
      const chain = running.filter((entry) => !entry.part.node);
      await Promise.all(running.filter((entry) => entry.part.node).map((entry) => end(entry, graceMs, say)));
      await Promise.all(chain.map((entry) => end(entry, graceMs, say)));
    },
    pids: () => Object.fromEntries(running.flatMap((entry) => (entry.child?.pid ? [[entry.part.name, entry.child.pid]] : []))),
  };
}
