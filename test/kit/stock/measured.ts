/** A process that is measured from outside, the same way whatever runs in it: how much memory it ever held, how much CPU it took. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Usage {
  /** most ever resident */
  peakMb: number;
  cpuS: number;
}

const TICKS_PER_S = 100;

/** User and system time of a process that runs. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(stat[11]) + Number(stat[12])) / TICKS_PER_S;
}

export class Measured {
  readonly child: ChildProcess;
  readonly startedMs = performance.now();
  readonly #lines: string[] = [];

  constructor(command: string, args: readonly string[], { env, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.on('data', (text) => {
        this.#lines.push(String(text));
        if (this.#lines.length > 400) this.#lines.splice(0, 200);
      });
  }

  /** What it said last. */
  get said(): string {
    return this.#lines.join('').slice(-6_000);
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** While it runs. */
  usage(): Usage {
    const { pid } = this.child;
    const kb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    return { peakMb: kb / 1024, cpuS: cpuOf(pid!) };
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.ended) return;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    const force = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(force);
  }
}
