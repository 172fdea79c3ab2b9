/** Options that many commands share. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addressBytes } from '../protocol/values/address.ts';
import { dateToDay } from '../protocol/values/time.ts';

export const dataOption = () => new Option('--data <dir>', 'the data folder').default('.electra');
export const jsonOption = () => new Option('--json', 'print JSON for programs');

export function parseDate(text: string): number {
  try {
    return dateToDay(text);
  } catch {
    throw new InvalidArgumentError('expected a calendar date YYYY-MM-DD (UTC).');
  }
}

export function parseAddress(text: string): string {
  try {
    addressBytes(text);
  } catch {
    throw new InvalidArgumentError('expected a bech32 address electra1….');
  }
  return text;
}

export function parseGenesisHash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('expected 32 bytes in lower-case hex.');
  return text;
}

export function parsePositive(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number above 0.');
  return Number(text);
}

export function parsePort(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
    throw new InvalidArgumentError('expected a port, 1 to 65535.');
  return Number(text);
}

/** Adds a worked example under the command's help. */
export const example = (command: Command, ...lines: string[]): Command =>
  command.addHelpText('after', `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
