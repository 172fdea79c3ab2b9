/**
 * Runs the parts of a community as processes of their own and keeps them running: a part that dies is started again after a pause
 * that grows, a part that says that trying again cannot help stops everything, and all of them end when we do.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { EXIT_FATAL } from '../../node/processes/process.ts';
import { growingMs } from '../../protocol/values/backoff.ts';
import { CliError } from '../errors.ts';

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
}

interface Running {
  part: Part;
  child: ChildProcess | null;
  stopping: boolean;
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
export const nodePart = (name: string, command: string, data: DataFolder, extra: readonly string[] = []): Part => ({
  name,
  command: process.execPath,
  node: true,
  args: ['--disable-warning=ExperimentalWarning', MAIN, command, '--data', data.dir, ...extra],
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

/** The last line of a log, for the message about a part that ended. */
function lastWords(path: string): string {
  try {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-20).reverse();
    const plain = lines.find((line) => line !== '' && !line.startsWith('{'));
    return (plain ?? lines[0] ?? '').slice(0, 400);
  } catch {
    return '';
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    child.kill(signal);
  }
}

export function createSupervisor(data: DataFolder, say: (line: string) => void): Supervisor {
  const running: Running[] = [];
  let stopping = false;
  let fail: (error: CliError) => void;
  const failed = new Promise<CliError>((resolve) => {
    fail = resolve;
  });

  async function keep(entry: Running): Promise<void> {
    const path = data.path('logs', `${entry.part.name}.log`);
    for (let quickEnds = 0; !entry.stopping; ) {
      const startMs = Date.now();
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
      if (code === EXIT_FATAL) return fail(new CliError(`${entry.part.name} cannot go on: ${lastWords(path)}`));
      quickEnds = Date.now() - startMs > STEADY_MS ? 1 : quickEnds + 1;
      if (quickEnds > MAX_QUICK_ENDS)
        return fail(new CliError(`${entry.part.name} ended ${quickEnds} times in a row: ${lastWords(path)} (log: ${path})`));
      const pauseMs = growingMs(quickEnds + 1, 250, MAX_PAUSE_MS);
      say(`! ${entry.part.name} ended (${code ?? 'killed'}); starting it again in ${pauseMs / 1000} s`);
      await sleep(pauseMs);
    }
  }

  async function end(entry: Running, graceMs: number): Promise<void> {
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

  return {
    failed,
    start(part) {
      if (stopping) return;
      const entry: Running = { part, child: null, stopping: false, ended: Promise.resolve() };
      entry.ended = keep(entry);
      running.push(entry);
    },
    async stop(graceMs = 15_000) {
      stopping = true;
      const chain = running.filter((entry) => !entry.part.node);
      await Promise.all(running.filter((entry) => entry.part.node).map((entry) => end(entry, graceMs)));
      await Promise.all(chain.map((entry) => end(entry, graceMs)));
    },
    pids: () => Object.fromEntries(running.flatMap((entry) => (entry.child?.pid ? [[entry.part.name, entry.child.pid]] : []))),
  };
}
