/** Where links lead that the command line makes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dataFolder } from '../node/processes/data-folder.ts';
import { pagesOrigin } from './origin.ts';

const dir = mkdtempSync(join(tmpdir(), 'electra-origin-'));
afterAll(() => rmSync(dir, { recursive: true }));

const data = dataFolder(dir);
const keep = (settings: object): void =>
  writeFileSync(join(dir, 'electra.json'), JSON.stringify({ version: 1, chainId: 'electra-test', ...settings }));

test('a link leads to where `electra init` was told that the pages are, or to what is said', () => {
  keep({ origin: 'https://grid.example' });
  expect(pagesOrigin(data, undefined, '--pages')).toBe('https://grid.example');
  expect(pagesOrigin(data, 'http://127.0.0.1:4001/', '--pages')).toBe('http://127.0.0.1:4001');
});

test('where neither was said there is no link, and the option is named', () => {
  keep({});
  expect(() => pagesOrigin(data, undefined, '--pages')).toThrow(/^--pages: expected where the pages are, as https:/);
  expect(() => pagesOrigin(data, undefined, '--origin')).toThrow(/^--origin: /);
});
