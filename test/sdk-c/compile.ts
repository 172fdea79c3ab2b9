/** Compiles the C SDK's host example with what this machine has; undefined where a compiler, libsodium or libsecp256k1 is missing. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sdk = fileURLToPath(new URL('../../sdk/c', import.meta.url));
const sources = (folder: string): string[] =>
  readdirSync(join(sdk, folder))
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(sdk, folder, name));

/** True when a C program over libsodium and libsecp256k1 can be compiled here. */
export function canCompile(): boolean {
  const input = '#include <sodium.h>\n#include <secp256k1.h>\nint main(void) { return sodium_init() < 0; }\n';
  return spawnSync('cc', ['-xc', '-', '-fsyntax-only'], { input }).status === 0;
}

/** The host example as a program in `folder`. */
export function compileHostMeter(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const out = join(folder, 'meter');
  const crypto = ['box_libsodium.c', 'sign_libsecp256k1.c'].map((name) => join(sdk, 'crypto', name));
  const { status, stderr } = spawnSync(
    'cc',
    [
      '-std=c99',
      '-O2',
      `-I${join(sdk, 'include')}`,
      ...sources('src'),
      ...crypto,
      ...sources('examples/host'),
      '-o',
      out,
      '-lsodium',
      '-lsecp256k1',
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return out;
}
