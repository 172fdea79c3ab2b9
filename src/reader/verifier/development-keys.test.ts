import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { DEVELOPMENT_KEY_HASHES } from './development-keys.ts';

test('every development key that ships with the project is known as one, and no other key is', () => {
  const { keys } = JSON.parse(readFileSync(`${keysFolder}/development.json`, 'utf8')) as { keys: { keyHash: string }[] };
  expect([...DEVELOPMENT_KEY_HASHES].sort()).toEqual(keys.map(({ keyHash }) => keyHash).sort());
});
