/** A quick part of `npm run attack -- --mutate`: single changes of bundles, each refused or known to say the same. */
import { expect, test } from 'vitest';
import { load } from '../test/kit/audit/bundles.ts';
import { EQUIVALENT, judgeMutation, KINDS, mutationsOf, passed } from './mutations.ts';

const FILES = load('corrected');
const WHOLES = ['file removed', 'file empty', 'space behind', 'mark before', 'cut short'];

test.each(['honest', 'corrected'] as const)('of a bundle, %s, nothing can be changed unseen', { timeout: 120_000 }, async (name) => {
  const files = load(name);
  const outcomes = [];
  for (const mutation of mutationsOf(files, 420, 20_261_126).filter((_, i) => i % 7 === 0))
    outcomes.push(await judgeMutation(files, mutation));
  expect(outcomes).toHaveLength(60);
  expect(passed(outcomes).map(({ mutation: { kind, file, at } }) => `${kind}: ${file} ${at}`)).toEqual([]);
});

test('the changes are of every file and every kind, and the same of the same seed', () => {
  const changes = mutationsOf(FILES, 1000, 7);
  expect(changes).toHaveLength(1000);
  expect(new Set(changes.map(({ file }) => file))).toEqual(new Set(FILES.keys()));
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set([...KINDS.map(({ name }) => name), ...WHOLES]));
  expect(mutationsOf(FILES, 1000, 7)).toEqual(changes);
  expect(mutationsOf(FILES, 1000, 8)).not.toEqual(changes);
});

test('a change that is said to be equivalent is: it passes', async () => {
  const files = load('honest');
  for (const kind of Object.keys(EQUIVALENT)) {
    const [one] = mutationsOf(files, 400, 3).filter((mutation) => mutation.kind === kind);
    expect((await judgeMutation(files, one)).exitCode).toBe(0);
  }
});
