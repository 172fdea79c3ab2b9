/**
 * libFuzzer over every decoder and the streaming builder, with both sanitizers; then its corpus through the TypeScript codec, which must
 * agree.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, compile, must, node, root, run } from './lib.mjs';

const sources = ['test/ops.c', 'test/fuzz.c', 'test/fuzz_main.c'];
const defines = ['-DOPS_DECODE_ONLY'];

/** For so many seconds; or so many inputs, which are as many on a machine that is busy. */
export async function fuzzTests(t, { seconds, inputs }) {
  const limit = seconds === undefined ? `-runs=${inputs}` : `-max_total_time=${seconds}`;
  const corpus = join(build, 'corpus');
  mkdirSync(corpus, { recursive: true });
  await t.test(`libFuzzer finds nothing in ${seconds === undefined ? `${inputs} inputs` : `${seconds} s`}`, async () => {
    const fuzzer = await compile('fuzzer', {
      cc: 'clang',
      flags: ['-O1', '-g', '-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=all'],
      defines,
      sources,
    });
    const { code, err } = await run(
      fuzzer,
      [corpus, join(build, 'seeds'), limit, '-max_len=1100', '-timeout=10', `-artifact_prefix=${build}/finding-`, '-print_final_stats=1'],
      { limitMs: ((seconds ?? 600) + 120) * 1000 },
    );
    if (code !== 0) throw new Error(err.slice(-4000));
    return `${/number_of_executed_units: (\d+)/.exec(err)?.[1]} inputs, ${readdirSync(corpus).length} in the corpus`;
  });
  await t.test('the TypeScript codec accepts and refuses what C does, over the whole corpus', async () => {
    const replay = await compile('replay', { flags: ['-O1', '-DREPLAY'], defines, sources });
    const files = [corpus, join(build, 'seeds')].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    const { bytes } = await must(replay, files);
    const { out } = await must(node, [join(root, 'test/sdk-c/replay.ts')], { input: bytes });
    return out.trim();
  });
}
