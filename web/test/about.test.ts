/** Every line of an audit says in the reader's language what it looks at. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { aboutOf } from '../src/check/about.ts';
import { checkTexts } from '../src/i18n/check/index.ts';
import { LANGUAGES } from '../src/i18n/languages.ts';

const AUDIT = fileURLToPath(new URL('../../src/reader/audit/', import.meta.url));
/** Names as the audit's code writes them, after the number of a check. */
const NAMES = readdirSync(AUDIT, { recursive: true })
  .map(String)
  .filter((path) => /^(main.)?[\w-]+\.ts$/.test(path) && !path.endsWith('.test.ts'))
  .flatMap((path) => [
    ...readFileSync(AUDIT + path, 'utf8').matchAll(/(?:\[|\(|id: )'(?:1?\d|5s)'(?: as const)?, (?:name: )?'([a-z][a-z -]+)'/g),
  ])
  .map(([, name]) => name);

describe.each(LANGUAGES)('in %s', (language) => {
  beforeAll(() => checkTexts.load(language));
  test('each name has words, and no two lines of different names the same ones by mistake', () => {
    const names = [...new Set([...NAMES, 'clearing key', 'earlier voids'])];
    expect(names.length).toBeGreaterThan(25);
    expect(names.filter((name) => aboutOf(name) === '')).toEqual([]);
  });
  test('a name that nobody put into words has none, and is shown as it is', () => expect(aboutOf('made up')).toBe(''));
});
