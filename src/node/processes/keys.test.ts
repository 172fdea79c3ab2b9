import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MAIN_CIRCUIT_NAMES } from '../../protocol/circuits.ts';
import { ALL_CIRCUITS, CIRCUITS, MAIN_CIRCUITS } from '../ceremony/circuits.ts';
import { ceremonyFileText } from '../ceremony/key-folder.ts';
import { PUBLIC_INPUTS } from '../proofs/index.ts';
import { type DataFolder, dataFolder, type Settings, writeSettings } from './data-folder.ts';
import { checkKeyFolder, circuitsOf, keyBytes, keyIds, nodeKeys, takeKeys } from './keys.ts';
import { KEYS_DIR } from './paths.ts';

const scratch = mkdtempSync(join(tmpdir(), 'electra-keys-test-'));
const finished = join(scratch, 'finished');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A folder as a ceremony leaves it, of keys with other points than the shipped ones; nobody proves with them here. */
function makeFolder(dir: string, change = (vk: { IC: unknown[] }): object => ({ ...vk, vk_alpha_1: vk.IC[1] }), of = CIRCUITS): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'transcript.json'), '{}');
  for (const { name } of of) {
    const vk = JSON.parse(readFileSync(join(KEYS_DIR, `${name}.vk.json`), 'utf8')) as { IC: unknown[] };
    writeFileSync(join(dir, `${name}.vk.json`), JSON.stringify(change(vk)));
    for (const kind of ['zkey', 'wasm']) writeFileSync(join(dir, `${name}.${kind}`), `${name} ${kind}`);
  }
  writeFileSync(join(dir, 'ceremony.json'), ceremonyFileText(dir, of));
  return dir;
}
beforeAll(() => void makeFolder(finished));

let data: DataFolder;
const settle = (settings: Partial<Settings> = {}): void =>
  writeSettings(data, { version: 1, chainId: 'electra-test-00000000', rpcUrls: ['http://chain:26657'], ...settings });
beforeEach(() => {
  data = dataFolder(mkdtempSync(join(scratch, 'data-')));
});

const DEMO: Settings['demo'] = {
  community: 'rural',
  from: '2016-07-01',
  days: 2,
  firstDay: 20_000,
  rate: 1,
  genesisUnixS: 1_700_000_000,
  validators: [],
};

describe('a node’s keys', () => {
  test('are those that were taken from a ceremony’s folder', () => {
    settle();
    takeKeys(data, finished);
    expect(nodeKeys(data)).toEqual({ dir: data.path('keys'), development: false });
    expect(keyIds(nodeKeys(data).dir)).toEqual(keyIds(finished));
    expect(keyBytes(nodeKeys(data).dir)).toEqual(keyBytes(finished));
  });

  test('are the shipped ones in a folder for development, and in a demonstration’s', () => {
    for (const settings of [{ development: true } as const, { demo: DEMO }]) {
      settle(settings);
      expect(nodeKeys(data)).toEqual({ dir: KEYS_DIR, development: true });
    }
  });

  test('are never the shipped ones in a folder that is not for development', () => {
    settle();
    expect(() => nodeKeys(data)).toThrow('this community has no keys, and the development keys that ship with the project are refused');
  });

  test('are not the shipped ones under a ceremony’s name either', () => {
    settle();
    const dressed = makeFolder(join(scratch, 'dressed'), (vk) => vk);
    expect(keyIds(dressed)).toEqual(keyIds(KEYS_DIR));
    expect(() => takeKeys(data, dressed)).toThrow('clearing is a development key');
    cpSync(dressed, data.path('keys'), { recursive: true });
    expect(() => nodeKeys(data)).toThrow('clearing is a development key');
  });

  test.each(['day-bill.zkey', 'clearing.vk.json', 'clearing.wasm', 'transcript.json'])('are refused when %s is another file', (name) => {
    settle();
    takeKeys(data, finished);
    const path = data.path('keys', name);
    writeFileSync(path, `${readFileSync(path, 'utf8')} `);
    expect(() => nodeKeys(data)).toThrow(`${name} is not the file that ceremony.json names`);
  });

  test('are refused with gamma = delta, though ceremony.json names them', () => {
    const weak = makeFolder(join(scratch, 'weak'));
    const path = join(weak, 'day-bill.vk.json');
    const before = readFileSync(path);
    const vk = JSON.parse(before.toString('utf8'));
    writeFileSync(path, JSON.stringify({ ...vk, vk_delta_2: vk.vk_gamma_2 }));
    const [was, is] = [before, readFileSync(path)].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    const marker = join(weak, 'ceremony.json');
    writeFileSync(marker, readFileSync(marker, 'utf8').replace(was, is));
    expect(() => checkKeyFolder(weak)).toThrow('expected delta other than ±gamma');
  });

  test('are refused where they are the main chain’s, whose ceremony is another', () => {
    const main = makeFolder(join(scratch, 'main'), undefined, MAIN_CIRCUITS);
    expect(() => checkKeyFolder(main)).toThrow('ceremony.keys: expected keys of clearing, day-bill, substitute');
  });

  test('of an exchange node are those of the main chain’s ceremony, and no community’s', () => {
    settle({ exchange: true });
    const main = makeFolder(join(scratch, 'exchange'), undefined, MAIN_CIRCUITS);
    expect(() => takeKeys(data, finished, circuitsOf(data))).toThrow('ceremony.keys: expected keys of bill-sum');
    takeKeys(data, main, circuitsOf(data));
    expect(nodeKeys(data)).toEqual({ dir: data.path('keys'), development: false });
    expect(Object.keys(keyIds(main, MAIN_CIRCUIT_NAMES))).toEqual([...MAIN_CIRCUIT_NAMES]);
  });

  test('of a folder that holds keys alone, without settings, are a community’s', () => {
    expect(circuitsOf(dataFolder(join(scratch, 'without-settings')))).toBe(CIRCUITS);
  });

  test('are refused where a folder is none of a ceremony', () => {
    expect(() => checkKeyFolder(KEYS_DIR, '--keys')).toThrow('--keys: ');
  });
});

test('provers and ceremony know the same circuits, with the same public inputs, and each is of some chain', () => {
  expect(Object.fromEntries(ALL_CIRCUITS.map(({ name, publicInputs }) => [name, publicInputs]))).toEqual(PUBLIC_INPUTS);
  const names = [...CIRCUITS, ...MAIN_CIRCUITS].map(({ name }) => name);
  expect([...new Set(names)].sort()).toEqual(ALL_CIRCUITS.map(({ name }) => name));
});
