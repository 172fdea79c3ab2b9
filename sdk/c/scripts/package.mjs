/** What a meter maker takes: the CMake target and pkg-config module, the amalgamation, the PlatformIO manifest, the README's example. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { amalgamate } from './amalgamate.mjs';
import { checkVectors } from './host.mjs';
import { build, compile, monocypher, must, sdk } from './lib.mjs';

const VARIANTS = {
  libraries: ['-DELECTRA_BOX=libsodium', '-DELECTRA_SIGN=libsecp256k1'],
  compact: ['-DELECTRA_BOX=monocypher', '-DELECTRA_SIGN=compact'],
};

/** The first C block of the README: a whole program. */
const example = () => /```c\n([\s\S]*?)```/.exec(readFileSync(join(sdk, 'README.md'), 'utf8'))[1];

async function installed(kind) {
  const folder = join(build, 'package', kind);
  rmSync(folder, { recursive: true, force: true });
  await must('cmake', [
    '-S',
    sdk,
    '-B',
    join(folder, 'build'),
    `-DCMAKE_INSTALL_PREFIX=${join(folder, 'prefix')}`,
    '-DCMAKE_INSTALL_LIBDIR=lib',
    '-DCMAKE_BUILD_TYPE=Release',
    ...VARIANTS[kind],
  ]);
  await must('cmake', ['--build', join(folder, 'build'), '--parallel', '2']);
  await must('cmake', ['--install', join(folder, 'build')]);
  return join(folder, 'prefix');
}

async function runExample(kind) {
  const prefix = await installed(kind);
  const env = { PKG_CONFIG_PATH: join(prefix, 'lib/pkgconfig') };
  const { out: flags } = await must('pkg-config', ['--cflags', '--libs', 'electra-meter'], { env });
  writeFileSync(join(prefix, 'example.c'), example());
  await must('gcc', [
    '-std=c99',
    '-Wall',
    '-Wextra',
    '-Werror',
    join(prefix, 'example.c'),
    '-o',
    join(prefix, 'example'),
    ...flags.trim().split(/\s+/),
  ]);
  const { out } = await must(join(prefix, 'example'), []);
  if (!/^electra1\w{38}: \d+ bytes to broadcast, 0 errors\n$/.test(out)) throw new Error(`the example said ${out}`);
  return out.trim();
}

async function runAmalgamation() {
  const folder = join(build, 'amalgamation');
  amalgamate(folder);
  const warnings = ['-std=c99', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'];
  const said = [];
  for (const [kind, defines, libs] of [
    ['libraries', ['-DELECTRA_BOX_LIBSODIUM', '-DELECTRA_SIGN_LIBSECP256K1'], ['-lsodium', '-lsecp256k1']],
    ['compact', ['-DELECTRA_BOX_MONOCYPHER', '-DELECTRA_SIGN_COMPACT'], []],
  ]) {
    const object = join(folder, `${kind}.o`);
    await must('gcc', [...warnings, ...defines, `-I${folder}`, `-I${monocypher}`, '-c', join(folder, 'electra_meter.c'), '-o', object]);
    const third = kind === 'compact' ? [join(monocypher, 'monocypher.c')] : [];
    await must('gcc', [
      '-std=c99',
      '-O1',
      '-Iinclude',
      '-Isrc',
      '-Itest',
      `-I${monocypher}`,
      'test/ops.c',
      'test/driver.c',
      object,
      ...third,
      '-o',
      join(folder, kind),
      ...libs,
    ]);
    said.push(await checkVectors(join(folder, kind)));
  }
  return said.join('; ');
}

function checkManifest() {
  const manifest = JSON.parse(readFileSync(join(sdk, 'library.json'), 'utf8'));
  const version = /ELECTRA_VERSION "(.*)"/.exec(readFileSync(join(sdk, 'include/electra_meter.h'), 'utf8'))[1];
  if (manifest.version !== version) throw new Error(`library.json: version ${manifest.version}, the header says ${version}`);
  if (!readFileSync(join(sdk, 'CMakeLists.txt'), 'utf8').includes(`VERSION ${version} `))
    throw new Error(`CMakeLists.txt: expected version ${version}`);
  for (const filter of manifest.build.srcFilter.filter((f) => f.startsWith('+'))) {
    const path = filter.slice(2, -1).replace('*.c', '');
    if (!existsSync(join(sdk, path))) throw new Error(`library.json: ${path} is not there`);
  }
  for (const header of manifest.headers)
    if (!existsSync(join(sdk, manifest.build.includeDir, header))) throw new Error(`library.json: ${header} is not there`);
}

export async function packageTests(t) {
  mkdirSync(join(build, 'package'), { recursive: true });
  for (const kind of Object.keys(VARIANTS))
    await t.test(`CMake installs it with ${kind}; the README's example compiles by pkg-config and runs`, () => runExample(kind));
  await t.test('the amalgamation passes every vector with both sets of crypto', runAmalgamation);
  await t.test('the host example compiles without a warning', async () => {
    const sources = readdirSync(join(sdk, 'examples/host'))
      .filter((name) => name.endsWith('.c'))
      .map((name) => `examples/host/${name}`);
    await compile('host-meter', { flags: ['-O2', '-Iexamples/host'], sources });
  });
  await t.test('the PlatformIO manifest names files that are there, and one version', async () => checkManifest());
}
