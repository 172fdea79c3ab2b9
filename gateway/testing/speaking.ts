/**
 * A meter on a pseudo-terminal that keeps its speed: whoever listens at another one hears what a serial port hears then, bytes that mean
 * nothing. A pseudo-terminal passes bytes on whatever its speed says, but it remembers what was set.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type FakeLine, openPseudoTerminal } from './lines.ts';
import { Chance } from './random.ts';

const run = promisify(execFile);

export interface Speaking extends FakeLine {
  /** Says something else from now on; undefined: nothing. */
  say: (telegram: (() => Uint8Array) | undefined) => void;
}

export async function openSpeaking(baud: number, telegram?: () => Uint8Array, everyMs = 120): Promise<Speaking> {
  const line = await openPseudoTerminal();
  let tells = telegram;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  const chance = new Chance(baud);
  const speak = async (): Promise<void> => {
    const speed = await run('stty', ['-F', line.path, 'speed']).then(
      ({ stdout }) => Number(stdout),
      () => 0,
    );
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
      await line.close();
    },
  };
}
