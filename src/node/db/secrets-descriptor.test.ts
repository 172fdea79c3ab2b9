/** A passphrase through a descriptor, as systemd, a shell or a TPM's tool hands it over. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readSecret } from './secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'electra-descriptor-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What another process reads, twice, from what this one hands it. */
function read(path: string, input: string): string {
  const file = join(folder, 'given');
  writeFileSync(file, input, { mode: 0o600 });
  const program = `
    const { readSecret } = await import(${JSON.stringify(new URL('./secrets.ts', import.meta.url).href)});
    const path = process.argv[1];
    try { console.log(readSecret(path) + '|' + readSecret(path)); } catch (error) { console.log(error.code, error.message); }`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, path], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: path === '/dev/stdin' ? ['pipe', 'pipe', 'inherit'] : ['ignore', 'pipe', 'inherit', openSync(file, 'r')],
    ...(path === '/dev/stdin' && { input }),
    encoding: 'utf8',
  });
  return stdout.trim();
}

test.each(['/dev/fd/3', '/dev/stdin'])('%s is read once and known from then on, without its end of line', (path) => {
  expect(read(path, 'correct horse\n')).toBe('correct horse|correct horse');
});

test('a descriptor that holds nothing, or is not open, is refused by name', () => {
  expect(read('/dev/fd/3', '')).toBe('bad-secret /dev/fd/3: expected a secret, it holds nothing');
  expect(() => readSecret('/dev/fd/199')).toThrow(expect.objectContaining({ code: 'bad-secret' }));
});
