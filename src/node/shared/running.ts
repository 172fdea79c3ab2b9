/**
 * What is known of another process of this machine by its arguments. A process number alone proves nothing: after a power cut it may be
 * anybody's. (By the instant at which it began: sdk/ts/src/node/identity.ts.)
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const HAS_PROC = process.platform === 'linux';

// Of ps alone: its listing keeps letters beyond ASCII only where the locale has them.
const ps = (...args: string[]): string =>
  spawnSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'en_US.UTF-8' }, maxBuffer: 1 << 26 }).stdout ?? '';

const proc = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
};

/** The arguments of a process, its program first; none when there is no such process. Where only `ps` tells, they are split at spaces. */
export function argumentsOf(pid: number): string[] {
  if (HAS_PROC) return (proc(pid, 'cmdline') ?? '').split('\0').filter(Boolean);
  return ps('-o', 'args=', '-p', String(pid)).trim().split(' ').filter(Boolean);
}

/** Whether a process was started with this folder, or something in it, among its arguments: `/data` is not in `/data2`. */
export function works(pid: number, folder: string): boolean {
  const isIt = (text: string): boolean => text === folder || text.endsWith(`=${folder}`) || text.includes(`${folder}/`);
  const found = argumentsOf(pid);
  return found.some(isIt) || (!HAS_PROC && `${found.join(' ')} `.includes(`${folder} `));
}

/** Number and parent of every process. */
export const everyProcess = (): { pid: number; parent: number }[] =>
  ps('-A', '-o', 'pid=,ppid=')
    .split('\n')
    .flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)/.exec(line);
      return match ? [{ pid: Number(match[1]), parent: Number(match[2]) }] : [];
    });
