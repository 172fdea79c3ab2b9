/** One version: package.json's. Whatever else names one names the same. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { current, setVersion, stated, VERSION } from '../../scripts/version.mjs';
import { root } from './rooms.ts';

/** Files that name a version which is not theirs: histories, locks and recordings of other things. */
const NOT_OURS =
  /^(CHANGELOG\.md|(.*\/)?package-lock\.json|chain\/go\.(mod|sum)|docs\/dependencies\.md|.*\/testdata\/.*|data\/.*|test\/golden\/.*)$/;

describe('the version', () => {
  test('is the same wherever it stands', () => {
    expect(current()).toMatch(VERSION);
    const places = stated();
    expect(places.length).toBeGreaterThan(12);
    expect(places.filter(({ version }) => version !== current())).toEqual([]);
  });

  test('stands nowhere else', () => {
    const tracked = execFileSync('git', ['grep', '-lF', current()], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    const known = new Set(stated().map(({ file }) => file));
    const ours = (file: string) =>
      new RegExp(`(?<![\\d.~^>=])${current().replaceAll('.', '\\.')}(?![\\d.-])`).test(readFileSync(`${root}/${file}`, 'utf8'));
    expect(tracked.filter((file) => !known.has(file) && !NOT_OURS.test(file) && ours(file))).toEqual([]);
  });

  test.each(['', '1', 'v1.0.0', '1.0', '1.0.0 ', '1.0.0-rc.1'])('is not set to "%s"', (version) => {
    expect(() => setVersion(version)).toThrow('version: expected a form such as 0.2.0');
  });
});
