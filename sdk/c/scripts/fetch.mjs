/**
 * Third-party sources, by their package manager and pinned by hash (requirements.txt): never copied in. Into .deps, which is not committed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monocypher, must, sdk } from './lib.mjs';

/** Monocypher's sources in .deps/monocypher. Does nothing when the pinned ones are there. */
export async function fetchMonocypher() {
  const pin = readFileSync(join(sdk, 'requirements.txt'), 'utf8');
  const mark = join(monocypher, 'pinned');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === pin) return;
  const folder = join(sdk, '.deps/download');
  rmSync(folder, { recursive: true, force: true });
  rmSync(monocypher, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await must('pip', [
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--no-binary',
    ':all:',
    '--require-hashes',
    '--dest',
    folder,
    '-r',
    'requirements.txt',
  ]);
  await must('tar', ['xzf', readdirSync(folder).find((name) => name.endsWith('.tar.gz')), '--strip-components=1'], { cwd: folder });
  const text = readFileSync(join(folder, 'monocypher.c'), 'utf8');
  const version = /Monocypher version (\d+)\.(\d+)\.(\d+)/.exec(text);
  if (!version || Number(version[1]) !== 4 || Number(version[2]) * 100 + Number(version[3]) < 3)
    throw new Error('Monocypher: expected version 4.0.3 or later');
  writeFileSync(join(folder, 'pinned'), pin);
  renameSync(folder, monocypher);
}

if (process.argv[1]?.endsWith('fetch.mjs')) await fetchMonocypher();
