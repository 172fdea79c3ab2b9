/**
 * `npm test`: sets up, runs every suite and adds them up in one last line. Checks and Go go first, as they keep both cores busy; then side
 * by side TypeScript and circuits, the firmware SDK, and end to end, which waits for blocks most of the time. `npm test -- --fast` runs the
 * pure tests alone; `npm test -- FILES` those files; `npm test -- --seconds` everything, and writes down how long it took.
 *
 * A few files of vitest that fail are run once more, alone: what fails then has failed; what does not is named at the end.
 * A suite that cannot be counted counts as one failed test, so that nothing can pass by not running.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { CHECK_NAMES, runChecks } from './check.mjs';
import { FAST } from './fast.mjs';
import { allSaid, inOrder } from './in-order.mjs';
import { keepSeconds } from './seconds.mjs';
import { goEnvironment, mainChain, nodeBinary, packages, root, setup } from './setup.mjs';
import { countFile, onceMore } from './vitest-report.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
/** what has failed, for the end of the output: whoever sees the last lines alone sees that too */
const failures = [];
/** what failed beside other work and passed alone */
const unsteady = [];
/** test file → what its tests took */
const fileSeconds = new Map();
/** test file → what vitest counted in it, the last time that it ran */
const fileCounts = new Map();
/** suite → what it took with all around it */
const suiteSeconds = new Map();
const print = (line) => process.stdout.write(`${line}\n`);

/** Runs a program to its end; what it says besides its lines goes to `onError`, line by line. */
function run(command, args, options, onLine, onError) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const [stream, hear] of [
      [child.stdout, onLine],
      [child.stderr, onError],
    ])
      createInterface({ input: stream }).on('line', hear);
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
    child.on('exit', (code) => setTimeout(() => resolve(code ?? 1), 5_000).unref()); // whatever a test left running may hold the pipes
  });
}

/** `work` gets `say`, and `count`, to which it adds. */
const suite = (name, work) =>
  inOrder(async (say) => {
    const startMs = Date.now();
    say(`\n── ${name}`);
    const count = { passed: 0, failed: 0, skipped: 0 };
    try {
      await work(say, count);
    } catch (error) {
      count.failed++;
      failures.push(`${name}: ${error.message}`);
      say(failures.at(-1));
    }
    for (const kind of Object.keys(total)) total[kind] += count[kind];
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    const tookS = (Date.now() - startMs) / 1000;
    suiteSeconds.set(name, tookS);
    say(`── ${name}: ${count.passed} passed, ${count.failed} failed${skipped} (${tookS.toFixed(0)} s)`);
  });

/** All but the rules of the house, which the rooms' suite runs with everything else. */
async function checks(say, count) {
  const counts = await runChecks(
    say,
    CHECK_NAMES.filter((name) => name !== 'house'),
  );
  for (const kind of Object.keys(counts)) count[kind] += counts[kind];
  if (counts.failed > 0) failures.push('npm run check');
}

// -trimpath as in the build, so that both share what is compiled. Provers without assembly have to make the same proofs.
async function goTests(say, count) {
  await goTest(say, count, './...');
  await goTest(say, count, '-tags=purego', './internal/groth16');
}

async function goTest(say, count, ...what) {
  const heard = new Map();
  const counted = { passed: 0, failed: 0, skipped: 0 };
  const onLine = (line) => {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      return say(line);
    }
    const key = `${event.Package} ${event.Test ?? ''}`;
    if (event.Action === 'output') heard.set(key, (heard.get(key) ?? '') + event.Output);
    if (event.Action === 'pass' && !event.Test) say(`✓ ${event.Package} (${event.Elapsed} s)`);
    if (event.Action === 'fail') {
      say(heard.get(key) ?? key);
      failures.push(`go test: ${key}`);
    }
    const kind = { pass: 'passed', fail: 'failed', skip: 'skipped' }[event.Action];
    if (event.Test && kind) counted[kind]++;
  };
  const code = await run('go', ['test', '-trimpath', '-json', ...what], { cwd: join(root, 'chain'), env: goEnvironment }, onLine, say);
  if (code !== 0 && counted.failed === 0) counted.failed++;
  if (counted.passed + counted.failed + counted.skipped === 0) counted.failed++;
  for (const kind of Object.keys(counted)) count[kind] += counted[kind];
}

// Compiles, emulates and compares for itself; its last line counts. Where C tools are missing it names them and counts as skipped.
async function firmware(say, count) {
  let last = '';
  const onLine = (line) => {
    last = line;
    if (line.startsWith('✗')) failures.push(`firmware SDK: ${line}`);
    say(line);
  };
  const code = await run(nodeBinary, ['scripts/sdk-c.mjs', 'test'], {}, onLine, say);
  const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(last);
  if (!counts) throw new Error(`scripts/sdk-c.mjs ended with ${code} and counted nothing`);
  count.passed += Number(counts[1]);
  count.failed += Number(counts[2]) + (code !== 0 && counts[2] === '0' ? 1 : 0);
  count.skipped += Number(counts[3]);
}

// What Node made of a file's text is kept: the communities of the tests start the same programs over and over.
const testEnvironment = {
  ...process.env,
  TZ: 'UTC',
  PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  NODE_COMPILE_CACHE: join(root, '.cache/compiled-by-node'),
};

/** Listens to what vitest prints for what it caught outside of any test, which stands in no report of it: a promise that nobody awaited, a
 * worker that died. */
function strayErrors() {
  const lines = [];
  let listening = false;
  const hear = (line) => {
    const plain = stripVTControlCharacters(line);
    if (/Unhandled (Error|Rejection|Errors)|Uncaught Exception/.test(plain)) listening = true;
    if (/^\s*Test Files /.test(plain)) listening = false;
    if (listening && plain.trim() && lines.length < 40) lines.push(`\n    ${plain.slice(0, 400)}`);
  };
  return { hear, said: () => lines.join('') };
}

let reports = 0;
const vitest = (folders) => async (say, count) => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const report = join(root, `.cache/vitest-${process.pid}-${reports++}.json`);
  const stray = strayErrors();
  const onLine = (line) => {
    stray.hear(line);
    say(line);
  };
  const code = await run(
    nodeBinary,
    ['node_modules/vitest/vitest.mjs', 'run', ...folders, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { env: testEnvironment },
    onLine,
    onLine,
  );
  if (!existsSync(report)) throw new Error('vitest left no report');
  const result = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(report);
  let failed = 0;
  for (const file of result.testResults) {
    const name = relative(root, file.name);
    const counted = countFile(file);
    fileSeconds.set(name, (file.endTime - file.startTime) / 1000);
    fileCounts.set(name, counted);
    for (const kind of Object.keys(count)) count[kind] += counted[kind];
    failed += counted.failed;
  }
  const caught = stray.said();
  if (caught !== '' || (code !== 0 && failed === 0)) throw new Error(`vitest failed outside of any test${caught}`);
};

/** Rooms whose tests change nothing that another file's tests see: these need no process for each file, which costs a third of a second. */
const PURE = ['src/protocol', 'mappings', 'src/reader'];
const pure = () => suite('protocol, reader (vitest)', vitest([...PURE, '--no-isolate', '--maxWorkers=1']));
const rooms = (...options) =>
  suite(
    'SDK, circuits, node (vitest)',
    vitest([...PURE, 'test/whole', 'test/sdk-c'].map((folder) => `--exclude=${folder}/**`).concat(options)),
  );
// One community at a time, which takes gigabytes of memory, and waits.
const whole = () => suite('end to end (vitest)', vitest(['test/whole', '--maxWorkers=1']));

async function everything() {
  await suite('checks and chain (go test)', (say, count) => Promise.all([checks(say, count), goTests(say, count)]));
  await Promise.all([rooms(), suite('firmware SDK (C)', firmware).then(pure), whole()]);
  await alone();
}

/** What a crowded machine may have failed, file by file; what fails once more has failed, and what does not is named at the end. */
async function alone() {
  const files = onceMore(fileCounts);
  if (files.length === 0) return;
  const before = files.map((file) => [file, fileCounts.get(file)]);
  for (const [file, counted] of before) {
    for (const kind of Object.keys(total)) total[kind] -= counted[kind];
    fileCounts.delete(file);
  }
  await suite('what failed beside others, once more and alone (vitest)', vitest([...files, '--maxWorkers=1']));
  for (const [file, { said }] of before) {
    const counted = fileCounts.get(file);
    if (counted?.failed === 0) unsteady.push(...said.map((line) => `${file}: ${line}`));
    if (counted) continue;
    total.failed++;
    failures.push(`${file}: was not run once more`);
  }
}

/** Everything too, one file after the other: what each takes alone. */
async function measured() {
  await suite('checks', checks);
  await suite('chain', goTests);
  await rooms('--maxWorkers=1');
  await pure();
  await suite('sdk/c', firmware);
  await whole();
  keepSeconds(new Map([...fileSeconds, ...['chain', 'sdk/c'].map((room) => [room, suiteSeconds.get(room)])]));
}

try {
  const only = process.argv.slice(2);
  if (only[0] === '--fast') {
    await packages();
    await suite('pure tests (vitest)', vitest([...FAST, ...only.slice(1)]));
  } else {
    await setup();
    await mainChain();
    if (only[0] === '--seconds') await measured();
    else if (only.length > 0) await suite(only.join(' '), vitest(only));
    else await everything();
  }
} catch (error) {
  total.failed++;
  failures.push(`npm test: ${error.message}`);
}
await allSaid();
for (const [file, { said }] of fileCounts) failures.push(...said.map((line) => `${file}: ${line}`));
const listed = (title, lines, mark) => lines.length > 0 && print(`\n── ${title}\n${lines.map((line) => `${mark} ${line}`).join('\n')}`);
listed('failed beside other work, passed alone: mend what it waits for', unsteady, '!');
listed('what failed', failures, '✗');
if (total.skipped > 0) print(`\nskipped or not asked for: ${total.skipped} (the suites above say which, and what this machine lacks)`);
print(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
