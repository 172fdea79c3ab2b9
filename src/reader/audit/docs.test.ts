/** The page's worked example is the file, and the file does what the page says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { load, writeBundle } from '../../../test/kit/audit/bundles.ts';

const page = readFileSync(new URL('../../../docs/audit.md', import.meta.url), 'utf8');
const example = fileURLToPath(new URL('./examples/price-by-a-tick.ts', import.meta.url));

test('docs/audit.md shows the example as it is, and what it prints', () => {
  expect(page).toContain(readFileSync(example, 'utf8').trimEnd());
  const dir = mkdtempSync(join(tmpdir(), 'electra-audit-docs-'));
  writeBundle(load('honest'), dir);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', example, dir], {
    encoding: 'utf8',
  });
  rmSync(dir, { recursive: true, force: true });
  expect(stderr).toBe('');
  expect(status).toBe(1);
  expect(stdout).toContain('Audit of electra-rural-5eed0001, days 2026-07-01 … 2026-07-02: PASSED\n');
  const said = stdout
    .slice(stdout.indexOf('(exit code 0)'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/[0-9a-f]{64}/g, '…'));
  expect(said).toHaveLength(2);
  for (const line of said) expect(page).toContain(line);
});
