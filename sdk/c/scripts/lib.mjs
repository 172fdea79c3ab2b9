/**
 * What the C SDK's test commands share: where things are, which tools they need, how a program is run and compiled, how tests are counted.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const sdk = fileURLToPath(new URL('..', import.meta.url));
export const root = join(sdk, '../..');
export const build = join(sdk, 'build');
export const monocypher = join(sdk, '.deps/monocypher');
export const node = join(root, 'node_modules/node/bin/node');
export const say = (line) => process.stdout.write(`${line}\n`);

/** Runs a program to its end. Never throws for its exit code. */
export function run(command, args, { cwd = sdk, input, env, limitMs = 600_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const parts = { out: [], err: [] };
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.stdout.on('data', (chunk) => parts.out.push(chunk));
    child.stderr.on('data', (chunk) => parts.err.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, out: '', bytes: Buffer.alloc(0), err: error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const bytes = Buffer.concat(parts.out);
      resolve({ code: code ?? 137, bytes, out: bytes.toString('utf8'), err: Buffer.concat(parts.err).toString('utf8') });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

export async function must(command, args, options) {
  const result = await run(command, args, options);
  if (result.code !== 0)
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} … ended with ${result.code}\n${(result.out + result.err).slice(-3000)}`);
  return result;
}

const WARNINGS = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Wstrict-prototypes', '-Werror'];
const cFiles = (folder) =>
  readdirSync(join(sdk, folder))
    .filter((name) => name.endsWith('.c'))
    .map((name) => `${folder}/${name}`);
export const core = () => cFiles('src');
export const unitTests = () => cFiles('test').filter((name) => /\/unit/.test(name));

/** Which libraries stand behind the crypto header. */
export const ADAPTERS = {
  libraries: { sources: ['crypto/box_libsodium.c', 'crypto/sign_libsecp256k1.c'], libs: ['-lsodium', '-lsecp256k1'] },
  compact: { sources: ['crypto/box_monocypher.c', 'crypto/sign_compact.c'], libs: [], thirdParty: [join(monocypher, 'monocypher.c')] },
};

/** Compiles and links. Our sources under every warning, others' under none. Sources that `instrument` names get its flags besides. */
export async function compile(out, { cc = 'gcc', flags = [], adapter = ADAPTERS.libraries, sources, libs = [], defines = [] }) {
  mkdirSync(dirname(join(build, out)), { recursive: true });
  const includes = ['-Iinclude', '-Isrc', '-Itest', '-Ibuild', `-I${monocypher}`];
  const objects = [];
  for (const file of adapter.thirdParty ?? []) {
    const object = join(build, `${out}.third.o`);
    await must(cc, [...flags, '-w', '-DBLAKE2_NO_UNROLLING', '-c', file, '-o', object]);
    objects.push(object);
  }
  await must(cc, [
    ...WARNINGS,
    ...flags,
    ...defines,
    ...includes,
    ...core(),
    ...adapter.sources,
    ...sources,
    ...objects,
    '-o',
    join(build, out),
    ...adapter.libs,
    ...libs,
  ]);
  return join(build, out);
}

const onPath = (name) => (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, name)));

/** Commands and files that the tests need, each with the Debian package that has it. */
export async function missing() {
  const commands = {
    gcc: 'gcc',
    clang: 'clang',
    valgrind: 'valgrind',
    cmake: 'cmake',
    'pkg-config': 'pkg-config',
    gcovr: 'gcovr',
    'arm-none-eabi-gcc': 'gcc-arm-none-eabi',
    'qemu-system-arm': 'qemu-system-arm',
    pip: 'python3-pip',
  };
  const found = Object.entries(commands)
    .filter(([command]) => !onPath(command))
    .map(([command, name]) => `${command} (${name})`);
  const tries = [
    ['gcc', ['-m32'], '#include <stdint.h>\nint main(void) { return 0; }', 'gcc -m32 (gcc-multilib)'],
    [
      'gcc',
      ['-lsodium', '-lsecp256k1'],
      '#include <sodium.h>\n#include <secp256k1.h>\nint main(void) { return sodium_init() < 0; }',
      'libsodium, libsecp256k1 (libsodium-dev libsecp256k1-dev)',
    ],
    [
      'gcc',
      ['-m32', '-lsodium', '-lsecp256k1'],
      '#include <sodium.h>\nint main(void) { return sodium_init() < 0; }',
      '32-bit libsodium, libsecp256k1 (libsodium-dev:i386 libsecp256k1-dev:i386)',
    ],
    [
      'clang',
      ['-fsanitize=fuzzer,address,undefined'],
      '#include <stdint.h>\n#include <stddef.h>\nint LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) { (void)d; (void)n; return 0; }',
      'libFuzzer (libclang-rt-14-dev)',
    ],
    ['gcc', [], '#include <valgrind/memcheck.h>\nint main(void) { return 0; }', 'valgrind/memcheck.h (valgrind)'],
    [
      'arm-none-eabi-gcc',
      ['-mcpu=cortex-m4', '--specs=nosys.specs', '--specs=nano.specs'],
      '#include <string.h>\nint main(void) { return 0; }',
      'newlib (libnewlib-arm-none-eabi)',
    ],
  ];
  mkdirSync(build, { recursive: true });
  for (const [cc, flags, program, name] of tries) {
    if (!onPath(cc)) continue;
    const { code } = await run(cc, ['-xc', '-', '-o', join(build, 'try'), ...flags], { input: program });
    if (code !== 0) found.push(name);
  }
  return found;
}

/** Counts tests; a failure is printed and the rest goes on. */
export class Tests {
  passed = 0;
  failed = 0;
  async test(name, work) {
    const startMs = Date.now();
    try {
      const said = await work();
      this.passed++;
      say(`✓ ${name}${typeof said === 'string' ? `: ${said}` : ''} (${((Date.now() - startMs) / 1000).toFixed(1)} s)`);
    } catch (error) {
      this.failed++;
      say(`✗ ${name}\n${error.message}`);
    }
  }
}
