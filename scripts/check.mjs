/**
 * `npm run check`: everything that can be said of the code without running it: types, rules of the house, format and lint, dead exports,
 * generated files, the chain's and the firmware's own formats. All offences at once, each under the name of its check.
 *
 * A check whose tool is missing on this machine says so and counts as skipped, never as passed; `--only NAME` runs one, `--list` names
 * them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { goEnvironment, nodeBinary, packages, root } from './setup.mjs';

const npmBin = (name) => join(root, 'node_modules/.bin', name);
const chain = join(root, 'chain');
const there = (tool) => !spawnSync(tool, ['-h'], { stdio: 'ignore' }).error;

/** Tests of the house that read files and run nothing: seconds together. All but those that start programs, so that none is forgotten. */
const STARTS_PROGRAMS = ['cli', 'image', 'instants'].map((name) => `${name}.test.ts`);
const HOUSE = readdirSync(join(root, 'test/house'))
  .filter((file) => file.endsWith('.test.ts') && !STARTS_PROGRAMS.includes(file))
  .map((file) => `test/house/${file}`);

/** name → what it runs, and the tool without which it is skipped. Two run at a time, in this order. */
const CHECKS = [
  {
    name: 'types',
    run: [['--noEmit'], ['-p', 'web']].map((args) => [nodeBinary, ['node_modules/typescript/bin/tsc', ...args]]),
  },
  { name: 'chain: vet', needs: 'go', cwd: chain, env: goEnvironment, run: [['go', ['vet', '-trimpath', './...']]] },
  {
    name: 'prover: other machines',
    needs: 'go',
    cwd: chain,
    env: goEnvironment,
    run: ['linux', 'darwin'].map((system) => [
      'env',
      [`GOOS=${system}`, 'GOARCH=arm64', 'go', 'build', '-trimpath', '-o', '/dev/null', './cmd/electra-prove'],
    ]),
  },
  { name: 'house', run: [[nodeBinary, ['node_modules/vitest/vitest.mjs', 'run', ...HOUSE, '--reporter=dot']]] },
  { name: 'format and lint', run: [[npmBin('biome'), ['ci', '--colors=off', '--diagnostic-level=warn', '--max-diagnostics=200', '.']]] },
  { name: 'dead exports', run: [[nodeBinary, ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints']]] },
  { name: 'chain: format', needs: 'gofmt', cwd: chain, run: [['gofmt', ['-l', '.']]], silent: true },
  {
    name: 'chain: messages',
    needs: 'go',
    run: [
      ['bash', ['chain/scripts/buf.sh', 'lint']],
      ['bash', ['chain/scripts/buf.sh', 'breaking']],
    ],
  },
  {
    name: 'generated code',
    needs: 'go',
    run: [
      ['bash', ['scripts/proto.sh', '--check']],
      ['bash', ['chain/scripts/gen.sh', '--check']],
    ],
  },
  { name: 'firmware: format', needs: 'clang-format', run: [['bash', ['sdk/c/scripts/format.sh', '--check']]] },
];

export const CHECK_NAMES = CHECKS.map(({ name }) => name);

/** Resolves with {code, output} of a command. */
function execute([command, args], { cwd = root, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...env, TZ: 'UTC', NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: `${command} could not be run (${error.code ?? error.message})` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** `silent`: any output is an offence (gofmt lists files and ends with 0). */
async function judge(check) {
  if (check.needs && !there(check.needs)) return { status: 'skipped', output: `${check.needs} is not on this machine` };
  for (const command of check.run) {
    const { code, output } = await execute(command, check);
    if (code !== 0 || (check.silent && output.trim())) return { status: 'failed', output };
  }
  return { status: 'passed', output: '' };
}

/**
 * Runs the checks and says each result as it comes.
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function runChecks(say, names = CHECK_NAMES) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const waiting = CHECKS.filter(({ name }) => names.includes(name));
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const startMs = Date.now();
      const { status, output } = await judge(check);
      counts[status]++;
      const mark = { passed: '✓', failed: '✗', skipped: '·' }[status];
      say(`${mark} ${check.name} (${((Date.now() - startMs) / 1000).toFixed(1)} s)${status === 'skipped' ? `: skipped, ${output}` : ''}`);
      if (status === 'failed') say(output.trimEnd());
    }
  };
  await Promise.all([work(), work()]);
  return counts;
}

const HELP = `usage: npm run check [-- --only NAME … | --list]\n\nchecks: ${CHECK_NAMES.join(', ')}\n`;

async function main(args) {
  if (args.includes('--help')) return process.stdout.write(HELP);
  if (args.includes('--list')) return process.stdout.write(CHECK_NAMES.map((name) => `${name}\n`).join(''));
  const names = args[0] === '--only' ? args.slice(1) : undefined;
  const wrong = names?.length ? undefined : args[0]; // `--only` alone would pass by checking nothing
  const unknown = names?.find((name) => !CHECKS.some((check) => check.name === name)) ?? wrong;
  if (unknown !== undefined) {
    process.stderr.write(`npm run check: there is no "${unknown}"\n${HELP}`);
    process.exit(2);
  }
  await packages();
  const { passed, failed, skipped } = await runChecks((line) => process.stdout.write(`${line}\n`), names);
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`);
  process.exit(failed === 0 ? 0 : 1);
}

if (process.argv[1]?.endsWith('check.mjs')) await main(process.argv.slice(2));
