/** What a demonstration can be told, and what not at once. */
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../node/processes/data-folder.ts';
import { CliError } from '../errors.ts';
import { addUpOptions, agreeWith, type UpOptions, upOptions } from './options.ts';

const given = (...args: string[]): { command: Command; options: UpOptions } => {
  const command = addUpOptions(new Command()).exitOverride();
  command.parse(args, { from: 'user' });
  return { command, options: upOptions(command, 1) };
};
const SETTINGS: Settings = { version: 1, chainId: 'electra-x-00000001' };
const SHARING: Settings = {
  ...SETTINGS,
  exchange: true,
  market: { communities: ['rural', 'village'], firstDay: 20_000, validators: [{ home: 'node0', nodeId: 'a' }] },
};
const ONE: Settings = {
  ...SETTINGS,
  demo: { community: 'rural', from: '2016-07-01', days: 2, firstDay: 20_000, rate: 1, genesisUnixS: 1, validators: [] },
};

describe('communities that share', () => {
  test('have a folder of their own, unless one is named', () => {
    expect(given().options).toMatchObject({ exchange: false, data: '.electra' });
    expect(given('--exchange').options).toMatchObject({ exchange: true, data: '.electra-exchange' });
    expect(given('--exchange', '--data', 'there', '--once').options).toMatchObject({ exchange: true, data: 'there', once: true });
  });

  test.each([['--community', 'town'], ['--days', '3'], ['--gateways'], ['--rate', '2']])('are not told %s, which is of one', (...args) => {
    expect(() => given('--exchange', ...args)).toThrow(CliError);
    expect(() => given(...args)).not.toThrow();
  });

  test('are waited for as long as a slow machine needs, said before their chain has its genesis', () => {
    expect([given('--exchange'), given('--exchange', '--freeze-after', '600')].map(({ options }) => options.freezeAfterS)).toEqual([
      270, 600,
    ]);
    expect(() => given('--freeze-after', '600')).toThrow(/give --exchange with it/);
    const { command, options } = given('--exchange', '--freeze-after', '600');
    expect(() => agreeWith(SHARING, options, command)).toThrow(/has its genesis/);
    for (const seconds of ['269', '86401', 'long']) expect(() => given('--exchange', '--freeze-after', seconds)).toThrow(/freeze-after/);
  });

  test('are waited for longer where other programs keep the machine busy, unless it is said how long', () => {
    const waited = (load: number, ...args: string[]) => upOptions(given('--exchange', ...args).command, load).freezeAfterS;
    expect([waited(3), waited(3.1), waited(12)]).toEqual([270, 480, 480]);
    expect(waited(12, '--freeze-after', '300')).toBe(300);
  });

  test('go on where they were, with the option or without; a folder of one community is no place for them, nor the other way round', () => {
    for (const args of [[], ['--exchange']]) {
      const { command, options } = given(...args);
      expect(agreeWith(SHARING, options, command).exchange).toBe(true);
    }
    const { command, options } = given('--exchange');
    expect(() => agreeWith(ONE, options, command)).toThrow(/holds one community/);
    const other = given('--days', '3');
    expect(() => agreeWith(SHARING, other.options, other.command)).toThrow(/communities that share/);
    const one = given();
    expect(agreeWith(ONE, one.options, one.command)).toMatchObject({ exchange: false, days: 2 });
  });
});
