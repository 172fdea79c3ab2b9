import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scratch } from '../../../test/kit/electra.ts';
import { because, lastWords, sizeOf } from './last-words.ts';

const folder = scratch('words');
const path = join(folder.dir, 'part.log');
afterAll(folder.remove);

function wordsOf(...lines: string[]): string {
  writeFileSync(path, `${lines.join('\n')}\n`);
  return lastWords(path);
}

test('of a Go panic the cause is said, not a line of its stack', () => {
  expect(
    wordsOf(
      '8:31AM INF starting node',
      'panic: leveldb/table: corruption on footer (pos=0): too small [file=000123.ldb]',
      '',
      'goroutine 1 [running]:',
      'main.(*Node).Start(0xc000d0)',
      '\telectra/cmd/electrad/main.go:27 +0x8a',
      'created by main.main in goroutine 1',
      'exit status 2',
    ),
  ).toBe('panic: leveldb/table: corruption on footer (pos=0): too small [file=000123.ldb]');
});

test('of a command that ended with an error its sentence is said, without colours', () => {
  expect(wordsOf('\u001b[90m8:31AM\u001b[0m INF x', 'Error: no space left on device', 'Usage:', '  electrad start [flags]')).toBe(
    'Error: no space left on device',
  );
});

test('of one of our own parts the sentence beside its log is said', () => {
  expect(wordsOf('{"level":30}', 'electra vault: the passphrase does not open it', '{"level":50}')).toBe(
    'electra vault: the passphrase does not open it',
  );
});

test('what an earlier start said is not said again', () => {
  writeFileSync(path, 'panic: of yesterday\n');
  const fromByte = sizeOf(path);
  expect(lastWords(path, fromByte)).toBe('it said nothing');
  writeFileSync(path, 'panic: of today\n', { flag: 'a' });
  expect(lastWords(path, fromByte)).toBe('panic: of today');
});

test('behind a colon stands a sentence for people alone', () => {
  for (const [log, said] of [
    ['{"level":30}\nelectra: --port: 4001 is in use on this machine\n', ': electra: --port: 4001 is in use on this machine'],
    ['{"level":50,"msg":"ended"}\n', ''],
    ['', ''],
  ]) {
    writeFileSync(path, log);
    expect(because(path, 0)).toBe(said);
  }
});
