/**
 * No test, benchmark or command may depend on the hour, the day of the month or the year it is run in: what looks at a clock is run again
 * at instants at which such things break. Date is told the instant (test/kit/pretend.mjs); a test's chain has a clock of its own.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pretend = fileURLToPath(new URL('../kit/pretend.mjs', import.meta.url));
const run = promisify(execFile);

/** The files of tests that look at the machine's clock, or give it to what they test, and are quick. */
const SUITES = ['bench/index.test.ts', 'src/node/api/access.test.ts', 'test/house/clock.test.ts'];

const INSTANTS = [
  ['the first minute of a day', '2026-11-26T00:00:30Z'],
  ['just before midnight', '2026-11-26T23:59:50Z'],
  ['a leap day', '2028-02-29T12:00:00Z'],
  ['the last minute of a year', '2026-12-31T23:59:00Z'],
  ['the first minutes of a year', '2027-01-01T00:05:00Z'],
  ['the first day of a month', '2027-03-01T00:00:01Z'],
  ['beyond 2038', '2041-07-31T06:00:00Z'],
];

function environment(instant: string): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST/.test(name)));
  return { ...env, NODE_OPTIONS: `--import=${pretend}`, ELECTRA_PRETEND: instant, NO_COLOR: '1' };
}

describe('at another instant', () => {
  test.each(INSTANTS)('%s (%s)', { timeout: 120_000 }, async (_, instant) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--maxWorkers=1', '--no-isolate', ...SUITES];
    const { stdout } = await run(process.execPath, args, { cwd: root, env: environment(instant) }).catch((error) => error);
    expect(stdout).toContain(`Test Files  ${SUITES.length} passed (${SUITES.length})`);
  });
});
