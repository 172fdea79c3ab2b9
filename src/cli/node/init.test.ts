import { afterAll, expect, test } from 'vitest';
import { electra, scratch } from '../../../test/kit/electra.ts';

const { dir, remove } = scratch('init-test');
afterAll(remove);
const init = (...more: string[]) =>
  electra(
    'init',
    '--chain-id',
    'electra-test-00000000',
    '--rpc',
    'http://chain:26657',
    '--database-url-file',
    'none',
    '--data',
    dir,
    ...more,
  );

test.each([
  ['neither keys nor a word of development', [], 'expected the folder that `electra ceremony finalize` wrote'],
  [
    'keys that are none, a word of development beside',
    ['--keys', dir, '--development'],
    'expected a folder that `electra ceremony finalize` wrote',
  ],
  ['a folder that is none of a ceremony', ['--keys', dir], 'expected a folder that `electra ceremony finalize` wrote'],
])('electra init refuses %s, before it makes anything', { timeout: 60_000 }, async (_, options, why) => {
  const { code, err } = await init(...options);
  expect(code).not.toBe(0);
  expect(err).toContain(why);
});
