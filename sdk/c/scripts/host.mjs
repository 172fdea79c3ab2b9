/**
 * On the host: every vector and unit test with two compilers, two word sizes and both sets of crypto; sanitizers; Valgrind; constant time;
 * coverage.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTERS, build, compile, core, must, node, root, run, sdk, unitTests } from './lib.mjs';

const vectorsTs = join(root, 'test/sdk-c/vectors.ts');
const driverSources = ['test/ops.c', 'test/driver.c'];

/** The vectors as bytes for the driver, and as a C array. */
export async function makeVectors() {
  await must(node, [vectorsTs, join(build, 'vectors.h'), join(build, 'vectors.bin'), join(build, 'seeds')]);
}

/** Runs a driver over all vectors. */
export async function checkVectors(driver, wrap = []) {
  const { requests, answers, count } = await vectorBytes();
  const [command, ...args] = [...wrap, driver];
  const result = await run(command, args, { input: requests, env: { ASAN_OPTIONS: 'detect_leaks=1' } });
  if (result.code !== 0) throw new Error(`the driver ended with ${result.code}\n${result.err.slice(0, 3000)}`);
  if (!result.bytes.equals(answers)) throw new Error('a vector has another answer; see test/sdk-c/cross.test.ts for which');
  return `${count} vectors`;
}

let cached;
async function vectorBytes() {
  if (cached) return cached;
  const bytes = readFileSync(join(build, 'vectors.bin'));
  const [requests, answers] = [[], []];
  for (let at = 0; at < bytes.length; ) {
    for (const list of [requests, answers]) {
      const end = at + 2 + bytes.readUInt16LE(at);
      list.push(bytes.subarray(at, end));
      at = end;
    }
  }
  cached = { requests: Buffer.concat(requests), answers: Buffer.concat(answers), count: requests.length };
  return cached;
}

async function checkUnit(program, wrap = []) {
  const [command, ...args] = [...wrap, program];
  const { code, out, err } = await run(command, args);
  if (code !== 0) throw new Error(`the unit tests ended with ${code}\n${out.slice(-2000)}${err.slice(-3000)}`);
  return out.trim().split('\n').at(-1);
}

async function both(name, options, wrap) {
  const [driver, unit] = await Promise.all([
    compile(`${name}-driver`, { ...options, sources: driverSources }),
    compile(`${name}-unit`, { ...options, sources: unitTests() }),
  ]);
  return `${await checkVectors(driver, wrap)}; ${await checkUnit(unit, wrap)}`;
}

export async function hostTests(t) {
  for (const cc of ['gcc', 'clang']) {
    for (const bits of [64, 32]) {
      for (const [kind, adapter] of Object.entries(ADAPTERS)) {
        await t.test(`${cc}, ${bits} bit, ${kind}`, () =>
          both(`host/${cc}-${bits}-${kind}`, { cc, adapter, flags: ['-O2', ...(bits === 32 ? ['-m32'] : [])] }),
        );
      }
    }
  }
  const sanitize = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'];
  await t.test('AddressSanitizer and UndefinedBehaviorSanitizer, gcc, libraries', () => both('host/asan', { flags: sanitize }));
  await t.test('AddressSanitizer and UndefinedBehaviorSanitizer, clang, 32 bit, compact', () =>
    both('host/asan32', { cc: 'clang', adapter: ADAPTERS.compact, flags: [...sanitize, '-m32'] }),
  );
  await t.test('Valgrind', () =>
    both('host/valgrind', { flags: ['-O1', '-g'] }, ['valgrind', '-q', '--error-exitcode=9', '--leak-check=full']),
  );
}

// Valgrind 3.19 reads no DWARF 5 of clang's.
const CT_FLAGS = { gcc: ['-g'], clang: ['-gdwarf-4'] };

export async function constantTimeTests(t) {
  const suppressions = '--suppressions=test/ct.supp';
  const check = async (name, options, supp) => {
    const program = await compile(`ct/${name}`, {
      ...options,
      flags: [...CT_FLAGS[options.cc], options.level, '-DELECTRA_CT_TEST'],
      sources: ['test/ct.c'],
    });
    return run('valgrind', ['-q', '--error-exitcode=9', ...(supp ? [suppressions] : []), program]);
  };
  for (const [cc, level] of [
    ['gcc', '-O1'],
    ['gcc', '-O3'],
    ['clang', '-O2'],
  ]) {
    for (const [kind, adapter] of Object.entries(ADAPTERS)) {
      await t.test(`no branch or address depends on a secret: ${cc} ${level}, ${kind}`, async () => {
        const { code, out, err } = await check(`${cc}${level}-${kind}`, { cc, level, adapter }, kind === 'libraries');
        if (code !== 0 || !out.startsWith('under Valgrind, 0')) throw new Error(out + err.slice(0, 3000));
      });
    }
  }
  await t.test('a branch on a secret is reported', async () => {
    const { code } = await check('control', { cc: 'gcc', level: '-O2', adapter: ADAPTERS.compact, defines: ['-DCT_CONTROL'] });
    if (code !== 9) throw new Error(`the control ended with ${code}`);
  });
}

/** Of libc only what string.h has, no heap, no globals: read from the compiled code. */
export async function footprintTest(t) {
  await t.test('src needs four functions of string.h and keeps no state', async () => {
    const cwd = join(build, 'footprint');
    rmSync(cwd, { recursive: true, force: true });
    mkdirSync(cwd, { recursive: true });
    await must(
      'arm-none-eabi-gcc',
      ['-std=c99', '-mthumb', '-mcpu=cortex-m4', '-Os', `-I${join(sdk, 'include')}`, '-c', ...core().map((file) => join(sdk, file))],
      { cwd },
    );
    const objects = readdirSync(cwd);
    const { out: undefinedNames } = await must('arm-none-eabi-nm', ['-u', ...objects], { cwd });
    const foreign = new Set(
      undefinedNames
        .split('\n')
        .map((line) => line.trim().replace(/^U /, ''))
        .filter((name) => name && !name.endsWith(':') && !/^(el_|electra_|__aeabi_)/.test(name)),
    );
    const extra = [...foreign].filter((name) => !['memcpy', 'memmove', 'memset', 'strlen'].includes(name));
    if (extra.length > 0 || foreign.size === 0) throw new Error(`it needs ${[...foreign].join(', ')}`);
    const { out: sizes } = await must('arm-none-eabi-size', objects, { cwd });
    const state = sizes
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, data, bss]) => data !== '0' || bss !== '0');
    if (state.length > 0) throw new Error(`static variables: ${state.map((row) => row.at(-1)).join(', ')}`);
  });
}

/** Line coverage of src by vectors and unit tests. Fails below 98 %. */
export async function coverageTest(t) {
  await t.test('line coverage of src is at least 98 %', async () => {
    const folder = join(build, 'coverage');
    rmSync(folder, { recursive: true, force: true });
    await both('coverage/c', { flags: ['-O0', '-g', '--coverage', `-fprofile-update=atomic`] });
    const { out } = await must('gcovr', [
      '--root',
      '.',
      '--filter',
      'src/',
      '--object-directory',
      folder,
      '--json-summary-pretty',
      '--gcov-ignore-parse-errors',
      folder,
    ]);
    const summary = JSON.parse(out.slice(out.indexOf('{')));
    writeFileSync(join(build, 'coverage.json'), JSON.stringify(summary));
    const low = summary.files
      .filter((f) => f.line_percent < 100)
      .map((f) => `${f.filename} ${f.line_percent}`)
      .join(', ');
    if (summary.files.length < core().length) throw new Error(`only ${summary.files.length} files were measured`);
    if (!(summary.line_percent >= 98)) throw new Error(`${summary.line_percent} %: ${low}`);
    return `${summary.line_covered} of ${summary.line_total} lines, ${summary.line_percent} %${low ? ` (${low})` : ''}`;
  });
}

/** Constants and known answers are what their scripts make. */
export async function generatedTests(t) {
  await t.test('Poseidon constants are those of circomlib, folded', () => must(node, ['scripts/poseidon.mjs', '--check']).then(() => {}));
  await t.test('curve constants are those of secp256k1', () => must(node, ['scripts/secp256k1.mjs', '--check']).then(() => {}));
  await t.test('self-test answers are those of the TypeScript SDK', () =>
    must(node, [join(root, 'test/sdk-c/self-test.ts'), '--check']).then(() => {}),
  );
}
