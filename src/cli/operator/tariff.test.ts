/** Prices as people write them down: one, 96, or a file of whatever editor. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, expect, test } from 'vitest';
import { scratch } from '../../../test/kit/electra.ts';
import { register } from './tariff.ts';

const { dir, remove } = scratch('tariff');
afterAll(remove);
const program = new Command();
register(program);
const set = program.commands[0].commands.find((command) => command.name() === 'set')!;
const parse = set.options.find(({ long }) => long === '--retail')!.parseArg!;
const day = Array.from({ length: 96 }, (_, i) => 1000 * i);
const file = (text: string): string => {
  const path = join(dir, 'prices');
  writeFileSync(path, text);
  return `@${path}`;
};

test.each([
  ['commas', day.join(',')],
  ['lines that end as on Windows', `${day.join('\r\n')}\r\n`],
  ['a byte order mark', `\ufeff${day.join('\n')}\n`],
  ['both', `\ufeff${day.join(',\r\n')}\r\n`],
])('96 prices are read from a file with %s', (_, text) => expect(parse(file(text), undefined as never)).toEqual(day));

test.each([
  ['92 of them', day.slice(4).join(','), /expected one integer or 96.* found 92 of them/],
  ['100 of them', [...day, 1, 2, 3, 4].join('\n'), /found 100 of them/],
  ['null among them', day.join(',').replace('5000', 'null'), /found "null"/],
  ['semicolons', day.join(';'), /found "0;1000;2000/],
  ['nothing', '', /found ""/],
])('a file with %s is refused with what was found', (_, text, message) =>
  expect(() => parse(file(text), undefined as never)).toThrow(message),
);
