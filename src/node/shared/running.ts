/**
 * What is known of another process of this machine. A process number alone proves nothing: after a power cut it may be anybody's.
 * What tells processes apart is their arguments, or the instant at which they began.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

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

/** When a process began, in words that no other process of its number has; undefined when there is none. */
function beganAt(pid: number): string | undefined {
  if (!HAS_PROC) return ps('-o', 'lstart=', '-p', String(pid)).trim() || undefined;
  const stat = proc(pid, 'stat');
  if (stat === undefined) return undefined;
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : fields[18]; // ticks since the boot
}

/** A boot of the machine, and what numbers processes in it: a container has numbers of its own. */
function world(): string {
  if (!HAS_PROC) return process.platform;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
}

export interface Identity {
  pid: number;
  began: string;
  world: string;
}

export const ownIdentity = (): Identity => ({ pid: process.pid, began: beganAt(process.pid) ?? '', world: world() });

/** Whether just this process still exists. One of another boot or container cannot be asked: false. */
export const lives = (one: Identity): boolean => one.world === world() && one.began !== '' && beganAt(one.pid) === one.began;
