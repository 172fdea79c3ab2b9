import { readFileSync } from 'node:fs';
import type { Argument, Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { makeProgram } from './commands.ts';
import { assertTaken, refusalInWords } from './refusals.ts';

const errors = readFileSync(new URL('../../chain/x/meter/types/errors.go', import.meta.url), 'utf8');
const codes = [...errors.matchAll(/Register\(ModuleName, (\d+), "([^"]+)"\)/g)].map(([, code, log]) => ({ code: Number(code), log }));

describe('what the chain refuses', () => {
  test('is said with the option or argument that was typed, once it is one that somebody types', () => {
    const answer = { codespace: 'meter', code: 41, log: 'meter: electra1…: an address enrols once, ever' };
    expect(() => assertTaken(answer)).toThrow(/^the chain refused it: <meter>: is enrolled already, and an address enrols once, ever/);
    expect(() => assertTaken({ ...answer, code: 42 })).toThrow(/--first-day: expected a day to come/);
    expect(() => assertTaken({ ...answer, code: 0 })).not.toThrow();
  });
  test('is said as the chain says it where nothing better is known, and so is what another codespace means by the same number', () => {
    expect(codes.length).toBeGreaterThan(60);
    expect(refusalInWords({ codespace: 'meter', code: 28, log: 'sealed: expected 715 bytes' })).toBe('sealed: expected 715 bytes');
    expect(refusalInWords({ codespace: 'sdk', code: 41, log: 'something else' })).toBe('something else');
    expect(refusalInWords({ codespace: 'sdk', code: 5, log: 'a\u001b[2Jb' })).toBe('a\\u{1b}[2Jb'); // terminals obey it
  });
});

describe('what the main chain’s modules refuse', () => {
  const codesOf = (module: string): { code: number; log: string }[] => {
    const text = readFileSync(new URL(`../../chain/x/${module}/types/errors.go`, import.meta.url), 'utf8');
    return [...text.matchAll(/Register\(ModuleName, (\d+), "([^"]+)"\)/g)].map(([, code, log]) => ({ code: Number(code), log }));
  };
  test.each(['electra', 'settlement', 'register'])('by codespace %s, each code but the genesis’ own is said in words', (codespace) => {
    const asked = codesOf(codespace).filter(({ code }) => code < 100);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter(({ code, log }) => refusalInWords({ codespace, code, log }) === log)).toEqual([]);
  });
  test('and a code that another module has under the same number is said as its own', () => {
    const by = (codespace: string) => refusalInWords({ codespace, code: 13, log: 'a log' });
    expect([by('electra'), by('settlement'), by('register'), by('bank')]).toEqual([
      expect.stringMatching(/^<to>, <account>: expected one that may hold ELECTRA/),
      expect.stringMatching(/^<amount>: expected at most what the treasury has/),
      expect.stringMatching(/^the header: expected one after the end of the day/),
      'a log',
    ]);
  });
});

const leavesOf = (command: Command): Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf));
const parts = (command: Command): (Option | Argument)[] => [...command.options, ...command.registeredArguments];
const BAD = ['\u0001 not this', '-1e9', ''];

describe('every command', async () => {
  const leaves = leavesOf(await makeProgram());
  const nameOf = (command: Command): string => (command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name());
  test('says of each option and argument that it cannot read what was expected', () => {
    for (const leaf of leaves)
      for (const part of parts(leaf)) {
        const parse = part.parseArg;
        if (!parse) continue;
        for (const text of BAD)
          try {
            parse(text, (part.variadic ? [] : part.defaultValue) as never);
          } catch (error) {
            expect((error as { code?: string }).code, `${nameOf(leaf)} ${part.name()}`).toBe('commander.invalidArgument');
            expect((error as Error).message, `${nameOf(leaf)} ${part.name()}`).toMatch(/expected |Allowed choices/);
          }
      }
  });
  test('has an example that names it, and says where the data folder goes', () => {
    for (const leaf of leaves) {
      const said: string[] = [];
      leaf.configureOutput({ writeOut: (text) => void said.push(text) });
      leaf.outputHelp();
      const help = said.join('');
      expect(help, nameOf(leaf)).toMatch(/Example/);
      expect(help, nameOf(leaf)).toContain(nameOf(leaf));
      const example = help.slice(help.indexOf('Example'));
      if (leaf.options.some(({ long }) => long === '--data')) expect(example, nameOf(leaf)).toContain('--data');
    }
  });
});
