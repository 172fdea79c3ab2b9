/** What the ceremony's commands share: how waiting is told, and options. */
import { InvalidArgumentError, Option } from 'commander';
import type { Progress } from '../../node/ceremony/index.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Tells a person who waits, on stderr. */
export const told: Progress = (what, circuit, seconds) =>
  say(seconds === undefined ? `  ${circuit}: ${what} …` : `  ${circuit}: ${what}, done after ${Math.max(1, Math.round(seconds))} s`);

export function parseHash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('expected 32 bytes in lower-case hex.');
  return text;
}

export const stateOption = () => new Option('--state <path>', 'folder or zip file of the ceremony’s last state').makeOptionMandatory();
export const powersOfTauOption = () => new Option('--ptau <file>', 'the powers-of-tau file').makeOptionMandatory();
export const outOption = () => new Option('--out <path>', 'new folder, or new file with the ending .zip').makeOptionMandatory();
