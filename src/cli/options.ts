/** Options that many commands share. */
import { InvalidArgumentError, Option } from 'commander';
import { addressBytes } from '../protocol/values/address.ts';
import { dateToDay } from '../protocol/values/time.ts';

export const dataOption = () => new Option('--data <dir>', 'the data folder').default('.electra');
export { example, jsonOption } from '../reader/cli/command.ts';

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

export function parsePositive(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number above 0.');
  return Number(text);
}

export function parseHeight(text: string): number {
  if (!/^(0|[1-9][0-9]{0,8})$/.test(text)) throw new InvalidArgumentError('expected the number of a block.');
  return Number(text);
}

export function parsePort(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
    throw new InvalidArgumentError('expected a port, 1 to 65535.');
  return Number(text);
}
