import { basename, join, relative } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileNames } from './file-names.ts';

const alone = (name: string): string => fileNames([{ address: 'electra1aa', name }])(name, 'electra1aa');

test('a plain name stays as it is, umlauts and all', () => {
  expect(['rural-001', 'Müller', '田中', 'A.Smith'].map(alone)).toEqual(['rural-001', 'Müller', '田中', 'A.Smith']);
});

test('slashes, spaces and dots lead nowhere', () => {
  expect(['Müller / Top 3', '../../escaped', '/etc/passwd', 'a\0b\nc', '.hidden', 'C:\\x'].map(alone)).toEqual([
    'Müller-Top-3',
    'escaped',
    'etc-passwd',
    'a-b-c',
    'hidden',
    'C-x',
  ]);
});

test('a name of which nothing is left, or that somebody else has too, is told apart by the address', () => {
  const nameOf = fileNames([
    { address: 'electra1aa', name: 'Top 3' },
    { address: 'electra1bb', name: 'TOP/3' },
    { address: 'electra1cc', name: '..' },
  ]);
  expect([nameOf('Top 3', 'electra1aa'), nameOf('TOP/3', 'electra1bb'), nameOf('..', 'electra1cc')]).toEqual([
    'Top-3-electra1aa',
    'TOP-3-electra1bb',
    'electra1cc',
  ]);
});

test('whatever a name holds, the file lies in the folder that was named and its name is not too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const file = `${alone(name)}-2026-11.json`;
      expect(basename(join('/out', file))).toBe(file);
      expect(relative('/out', join('/out', file))).toBe(file);
      expect(Buffer.byteLength(file)).toBeLessThanOrEqual(200);
    }),
    { seed: 12, numRuns: 500 },
  );
});
