/**
 * A meter on a pseudo-terminal that keeps its speed: whoever listens at another one hears what a serial port hears then, bytes that mean
 * nothing. A pseudo-terminal passes bytes on whatever its speed says, but it remembers what was set.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type FakeLine, openPseudoTerminal } from './lines.ts';
import { Chance } from './random.ts';

/**
 * What speed a terminal is set to, asked of one shell that stays: on a machine that has much else to do, a process of this one's size takes
 * a second to begin another, and a meter that speaks so seldom is not heard. 0 where the terminal is gone.
 */
export function speedsOf(path: string): { now: () => Promise<number>; close: () => Promise<void> } {
  const shell = spawn('sh', ['-c', `while read -r _; do stty -F '${path}' speed || echo 0; done`], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = createInterface({ input: shell.stdout });
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (): Promise<number> => {
    const answer = once(answers, 'line');
    shell.stdin.write('\n');
    return Number((await answer)[0]);
  };
  return {
    now: () => {
      const asked = last.then(ask);
      last = asked.catch(() => {});
      return asked;
    },
    close: async () => {
      shell.stdin.end();
      if (shell.exitCode === null && shell.signalCode === null) await once(shell, 'exit');
    },
  };
}

export interface Speaking extends FakeLine {
  /** Says something else from now on; undefined: nothing. */
  say: (telegram: (() => Uint8Array) | undefined) => void;
}

export async function openSpeaking(baud: number, telegram?: () => Uint8Array, everyMs = 120): Promise<Speaking> {
  const line = await openPseudoTerminal();
  const speeds = speedsOf(line.path);
  let tells = telegram;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  const chance = new Chance(baud);
  const speak = async (): Promise<void> => {
    const speed = await speeds.now();
    if (isOver) return;
    const bytes = tells?.();
    if (bytes) line.write(speed === baud ? bytes : bytes.map(() => chance.below(256)));
    timer = setTimeout(() => {
      last = speak();
    }, everyMs);
  };
  last = speak();
  return {
    ...line,
    say: (other) => {
      tells = other;
    },
    close: async () => {
      isOver = true;
      clearTimeout(timer);
      await last;
      await Promise.all([speeds.close(), line.close()]);
    },
  };
}
