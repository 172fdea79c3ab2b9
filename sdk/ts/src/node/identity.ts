/**
 * Who a process is. Its number alone proves nothing: after a power cut, or in a container, it may be anybody's. What tells processes of one
 * number apart is the instant at which they began, counted from the machine's boot, and which boot that was.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

const HAS_PROC = process.platform === 'linux';

export interface Identity {
  pid: number;
  began: string;
  /** A boot of the machine, and what numbers processes in it: a container has numbers of its own. */
  world: string;
}

/** When a process began, in words that no other process of its number has; undefined when there is none. */
function beganAt(pid: number): string | undefined {
  if (!HAS_PROC) return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18]; // ticks since the boot
  } catch {
    return undefined;
  }
}

function world(): string {
  if (!HAS_PROC) return process.platform;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
}

export const ownIdentity = (): Identity => ({ pid: process.pid, began: beganAt(process.pid) ?? '', world: world() });

/** Whether just this process still exists. One of another boot or container cannot be asked: false. */
export const lives = (one: Identity): boolean => one.world === world() && one.began !== '' && beganAt(one.pid) === one.began;

/** One that was written down; undefined where it is none. */
export function readIdentity(text: string): Identity | undefined {
  try {
    const { pid, began, world: of } = JSON.parse(text) as Partial<Identity>;
    return typeof pid === 'number' && typeof began === 'string' && typeof of === 'string' ? { pid, began, world: of } : undefined;
  } catch {
    return undefined; // torn, or a bare number
  }
}
