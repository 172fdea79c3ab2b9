/**
 * `npm test`: sets up and runs every suite (checks and Go, TypeScript and circuits, the firmware SDK, end to end) one after the other, then
 * adds them up in one last line. `npm test -- --fast` runs the pure tests alone; `npm test -- FILES` those files.
 *
 * A suite that cannot be counted counts as one failed test, so that nothing can pass by not running.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { FAST } from './fast.mjs';
import { goEnvironment, nodeBinary, packages, root, setup } from './setup.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
const say = (line) => process.stdout.write(`${line}\n`);

function run(command, args, options, onLine) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], ...options });
    let rest = '';
    child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      lines.forEach(onLine);
    });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => {
      if (rest) onLine(rest);
      resolve(code ?? 1);
    });
  });
}

async function suite(name, work) {
  const startMs = Date.now();
  say(`\n── ${name}`);
  const before = { ...total };
  try {
    await work();
  } catch (error) {
    total.failed++;
    say(`${name}: ${error.message}`);
  }
  const since = (kind) => total[kind] - before[kind];
  const skipped = since('skipped') > 0 ? `, ${since('skipped')} skipped` : '';
  say(`── ${name}: ${since('passed')} passed, ${since('failed')} failed${skipped} (${((Date.now() - startMs) / 1000).toFixed(0)} s)`);
}

async function checks() {
  const counts = await runChecks(say);
  for (const kind of Object.keys(counts)) total[kind] += counts[kind];
}

// -trimpath as in the build, so that both share what is compiled. Provers without assembly have to make the same proofs.
async function goTests() {
  await goTest('./...');
  await goTest('-tags=purego', './internal/groth16');
}

async function goTest(...what) {
  const failures = new Map();
  let counted = 0;
  const code = await run('go', ['test', '-trimpath', '-json', ...what], { cwd: join(root, 'chain'), env: goEnvironment }, (line) => {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      return say(line);
    }
    const key = `${event.Package} ${event.Test ?? ''}`;
    if (event.Action === 'output') failures.set(key, (failures.get(key) ?? '') + event.Output);
    if (event.Action === 'pass' && !event.Test) say(`✓ ${event.Package} (${event.Elapsed} s)`);
    if (!event.Test || !['pass', 'fail', 'skip'].includes(event.Action)) {
      if (event.Action === 'fail') say(failures.get(key) ?? key);
      return;
    }
    counted++;
    if (event.Action === 'pass') total.passed++;
    else if (event.Action === 'skip') total.skipped++;
    else {
      total.failed++;
      say(failures.get(key) ?? key);
    }
  });
  if (code !== 0 || counted === 0) total.failed += code !== 0 && total.failed > 0 ? 0 : 1;
}

// Compiles, emulates and compares for itself; its last line counts. Where C tools are missing it names them and counts as skipped.
async function firmware() {
  let last = '';
  const code = await run(nodeBinary, ['scripts/sdk-c.mjs', 'test'], {}, (line) => {
    last = line;
    say(line);
  });
  const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(last);
  if (!counts) throw new Error(`scripts/sdk-c.mjs ended with ${code} and counted nothing`);
  total.passed += Number(counts[1]);
  total.failed += Number(counts[2]) + (code !== 0 && counts[2] === '0' ? 1 : 0);
  total.skipped += Number(counts[3]);
}

async function vitest(folders) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const report = join(root, `.cache/vitest-${process.pid}.json`);
  const code = await run(
    nodeBinary,
    ['node_modules/vitest/vitest.mjs', 'run', ...folders, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { env: { ...process.env, TZ: 'UTC', PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` } },
    say,
  );
  if (!existsSync(report)) throw new Error('vitest left no report');
  const result = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(report);
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests;
  total.skipped += result.numPendingTests;
  if (code !== 0 && result.numFailedTests === 0) throw new Error('vitest failed outside of any test');
}

async function everything() {
  await suite('checks and chain (go test)', () => Promise.all([checks(), goTests()]));
  await suite('protocol, SDK, circuits, node (vitest)', () => vitest(['--exclude=test/whole/**', '--exclude=test/sdk-c/**']));
  await suite('firmware SDK (C)', firmware);
  // Two at a time: each runs a whole community, which waits for its blocks most of the time.
  await suite('end to end (vitest)', () => vitest(['test/whole', '--maxWorkers=2']));
}

try {
  const only = process.argv.slice(2);
  if (only[0] === '--fast') {
    await packages();
    await suite('pure tests (vitest)', () => vitest([...FAST, ...only.slice(1)]));
  } else {
    await setup();
    if (only.length > 0) await suite(only.join(' '), () => vitest(only));
    else await everything();
  }
} catch (error) {
  total.failed++;
  say(`npm test: ${error.message}`);
}
if (total.skipped > 0) say(`\nskipped or not asked for: ${total.skipped} (the suites above say which, and what this machine lacks)`);
say(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
