/** What people report of readers of customer ports, as docs/gateway.md lists it: each by a test that is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');
const [, section] = read('../../docs/gateway.md').split('## What people report of such readers');
const rows = [...section.split('\n## ')[0].matchAll(/^\| ([^|]+) \| `([\w-]+\.test\.ts)`: \*(.+)\* \|$/gm)].map((row) => row.slice(1));

describe('what people report of such readers', () => {
  test.each(rows)('%s: %s has a test of it', (_, file, name) => expect(read(file).includes(name)).toBe(true));
  test('is listed, one a line', () => {
    expect(rows.length).toBe(section.split('\n## ')[0].match(/^\| .+ \|$/gm)!.length - 1);
    expect(rows.length).toBeGreaterThanOrEqual(20);
  });
});
