/** The comparisons with the TypeScript SDK are vitest tests (test/sdk-c): here they get a driver and are counted one by one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTERS, build, compile, node, root, run, say } from './lib.mjs';

export async function crossTests(t) {
  const drivers = [];
  for (const [kind, adapter] of Object.entries(ADAPTERS))
    drivers.push(await compile(`cross-${kind}`, { adapter, flags: ['-O2'], sources: ['test/ops.c', 'test/driver.c'] }));
  const report = join(build, 'vitest.json');
  const { code, out, err } = await run(
    node,
    ['node_modules/vitest/vitest.mjs', 'run', 'test/sdk-c', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { cwd: root, env: { ELECTRA_C_DRIVERS: drivers.join(':') }, limitMs: 900_000 },
  );
  say(out.trim());
  const result = JSON.parse(readFileSync(report, 'utf8'));
  t.passed += result.numPassedTests;
  t.failed += result.numFailedTests + (code !== 0 && result.numFailedTests === 0 ? 1 : 0) + result.numPendingTests;
  if (code !== 0) say(err);
}
