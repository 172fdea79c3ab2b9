/** Which keys of a main chain's ceremony `electra uplink join` takes, and by which `electra uplink settle` proves. */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEYS } from '../../../../test/kit/development-keys.ts';
import { type DataFolder, dataFolder, makeFolders, writeSettings } from '../../../node/processes/data-folder.ts';
import { keyIds } from '../../../node/processes/keys.ts';
import { KEYS_DIR } from '../../../node/processes/paths.ts';
import { sumKeys, takeMainKeys } from './main-keys.ts';

const main = { chainId: 'electra-main-5eed0001', keyIds: keyIds(KEYS, ['net', 'bill-sum', 'day-bill', 'clearing-shared']) };
const KINDS = ['vk.json', 'wasm', 'zkey'];
const filesOf = (...circuits: string[]): string[] => circuits.flatMap((circuit) => KINDS.map((kind) => `${circuit}.${kind}`));

let root: string;
let data: DataFolder;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'electra-main-keys-'));
  data = dataFolder(join(root, 'data'));
  makeFolders(data);
  writeSettings(data, { version: 1, chainId: 'electra-own-0badf00d', rpcUrls: ['http://127.0.0.1:1'] });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The folder of a ceremony. The proving keys are long, and nobody reads them here. */
function ceremonyOf(...circuits: string[]): string {
  const dir = mkdtempSync(join(root, 'ceremony-'));
  for (const name of filesOf(...circuits))
    name.endsWith('.zkey') ? writeFileSync(join(dir, name), '') : copyFileSync(join(KEYS, name), join(dir, name));
  return dir;
}
const taken = (): string[] => (existsSync(data.path('keys')) ? readdirSync(data.path('keys')).sort() : []);

test('of the main chain’s ceremony the keys of net and of bill-sum are taken, and no others; a second join takes the same', () => {
  const from = ceremonyOf('net', 'bill-sum', 'day-bill');
  for (const _ of [1, 2]) takeMainKeys(data, from, main);
  expect(taken()).toEqual(filesOf('bill-sum', 'net').sort());
  expect(sumKeys(data, undefined)).toBe(data.path('keys'));
});

test('without those of bill-sum a community joins; it settles by itself only with a folder of them', () => {
  takeMainKeys(data, ceremonyOf('net'), main);
  expect(taken()).toEqual(filesOf('net').sort());
  expect(() => sumKeys(data, undefined)).toThrow('this community has no keys');
  const other = ceremonyOf('bill-sum');
  expect(sumKeys(data, other)).toBe(other);
  expect(() => sumKeys(data, ceremonyOf('net'))).toThrow(/^--keys: .*: expected bill-sum\.zkey, of the main chain’s ceremony/);
});

test('in development the keys that ship with the project are those of both', () => {
  writeSettings(data, { version: 1, development: true, chainId: 'electra-own-0badf00d', rpcUrls: ['http://127.0.0.1:1'] });
  takeMainKeys(data, undefined, main);
  expect([taken(), sumKeys(data, undefined)]).toEqual([[], KEYS_DIR]);
});

test.each([
  ['net', { ...main, keyIds: { ...main.keyIds, net: 'ab'.repeat(32) } }],
  ['bill-sum', { ...main, keyIds: { ...main.keyIds, 'bill-sum': 'ab'.repeat(32) } }],
])('another key of %s than the main chain’s is refused by name, and nothing is taken', (circuit, other) => {
  expect(() => takeMainKeys(data, ceremonyOf('net', 'bill-sum'), other)).toThrow(
    `expected the key of circuit ${circuit} that electra-main-5eed0001 has (${'ab'.repeat(32)})`,
  );
  expect(taken()).toEqual([]);
});

test('a file that is missing is named, and nothing is taken', () => {
  expect(() => takeMainKeys(data, ceremonyOf('bill-sum'), main)).toThrow('expected net.zkey, of the ceremony of electra-main-5eed0001');
  const from = ceremonyOf('net', 'bill-sum');
  rmSync(join(from, 'bill-sum.wasm'));
  expect(() => takeMainKeys(data, from, main)).toThrow('expected bill-sum.wasm');
  expect(taken()).toEqual([]);
});
