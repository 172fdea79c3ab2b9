/** `npm run gateway:year` as it is given. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { SOURCES } from '../gateway/testing/sources.ts';

const year = async (...args: string[]): Promise<string[]> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    'simulator/gateway-year.ts',
    ...args,
  ]);
  return [...stdout.matchAll(/^\| (.+?) \| 100\.0 %, 0 missed, 0 wrong \|/gm)].map(([, name]) => name).sort();
};

test('plays every source where none is named, and those of which a part is named', async () => {
  expect(await year('1')).toEqual(Object.keys(SOURCES).sort());
  expect(await year('1', '9', 'SML')).toEqual(Object.keys(SOURCES).filter((name) => name.includes('SML')));
}, 120_000);
