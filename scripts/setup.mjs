/**
 * Sets up what the other commands need, on any Node >= 20.19: packages by npm, the chain by Go. Each step says what it waits for,
 * and is skipped when its result is already there. Imported by start.mjs and test.mjs; depends on nothing but Node itself.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from '../bin/child.mjs';
import { alone } from './alone.mjs';
import { bar, lineCounter } from './counted.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const nodeBinary = join(root, 'node_modules/node/bin/node');

const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

// Where data is asked for, standard output is that data's alone.
const progress = process.argv.includes('--json') ? process.stderr : process.stdout;

const SILENT = { hear: () => {}, said: () => '' };

/**
 * Runs a command, repeats on the terminal that it still runs, and shows its output only when it fails; `started` is told its number.
 * `watch` hears what the command writes, and says how far it is.
 */
export function step(title, command, args, options = {}, started = () => {}, watch = SILENT) {
  const startMs = Date.now();
  progress.write(`· ${title} …\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    if (child.pid) started(child.pid);
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
      watch.hear(String(chunk));
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const ticker = setInterval(
      () => progress.write(`  still ${title} (${seconds(startMs)}) ${watch.said()}`.trimEnd().concat('\n')),
      15_000,
    );
    const end = (error) => {
      clearInterval(ticker);
      if (error) {
        process.stderr.write(output);
        reject(error);
      } else {
        progress.write(`✓ ${title} (${seconds(startMs)})\n`);
        resolve();
      }
    };
    child.on('error', (error) => end(new Error(`${title}: ${command} could not be run (${error.code ?? error.message})`)));
    child.on('exit', (code) => end(code === 0 ? null : new Error(`${title} failed: ${command} ended with ${code}`)));
  });
}

function checkHost() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) throw new Error(`Node ${process.versions.node} is too old: Electra needs Node >= 20.19`);
}

/** Whether what stands beside a stamp was made from just what the stamp names. */
const isStamped = (file, stamp) => existsSync(file) && readFileSync(file, 'utf8') === stamp;

/** The locks lie outside of node_modules, chain/bin and web/dist, which the work behind them replaces. */
const onlyOne = (name, isDone, work) => alone(join(root, `.cache/${name}.lock`), { isDone, work, say: (line) => progress.write(line) });

/** Said on the command line, where they outweigh the user's own settings of npm: what is left out by those would be missing here. */
const NPM_OPTIONS = [
  ...['--no-audit', '--no-fund', '--loglevel=error'],
  ...['--ignore-scripts=false', '--include=dev', '--include=optional', '--bin-links=true', '--dry-run=false', '--global=false'],
];

export async function packages() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stampFile = join(root, 'node_modules/.electra-lock');
  const stamp = createHash('sha256').update(lock).digest('hex');
  const isDone = () => existsSync(nodeBinary) && isStamped(stampFile, stamp);
  await onlyOne('packages', isDone, async (started) => {
    await step('installing packages (npm ci, about a minute)', 'npm', ['ci', ...NPM_OPTIONS], {}, started);
    if (!existsSync(nodeBinary))
      throw new Error(
        'npm ci left no node_modules/node/bin/node: did a setting of npm keep its install scripts from running? (npm config ls -l)',
      );
    writeFileSync(stampFile, stamp);
  });
}

function goFiles(folder, found = []) {
  for (const name of readdirSync(folder)) {
    if (name === 'bin' || name === 'testdata') continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) goFiles(path, found);
    else if (/\.go$|^go\.(mod|sum)$/.test(name) && !name.endsWith('_test.go')) found.push(path);
  }
  return found.sort();
}

export function checkGo() {
  const go = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (go.error) throw new Error('Go is not installed: Electra needs Go >= 1.24 to build its chain (see https://go.dev/dl)');
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(go.stdout) ?? [];
  if (Number(major) === 1 && Number(minor) < 24) throw new Error(`Go ${major}.${minor} is too old: Electra needs Go >= 1.24`);
}

/** Pure Go: no C compiler is needed, and the first build is shorter. For this machine, whatever the shell was set to build for. */
export const goEnvironment = { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'on', GOWORK: 'off', GOFLAGS: '' };
for (const name of ['GOOS', 'GOARCH']) delete goEnvironment[name];

/**
 * The Go programs: of a community, the chain's node and what makes proofs for the node's provers; and that of the main chain, which a
 * community does not need: built where it is asked for. Each kind says what it is: `npm start -- --exchange` builds both.
 */
export const KINDS = {
  chain: { programs: ['electrad', 'electra-prove'], made: 'the chain is', built: 'the chain and the prover' },
  'main-chain': { programs: ['electra-maind'], made: 'the main chain is', built: 'the main chain' },
};

/** Fetches the modules that the programs need, and tells how many packages are to be compiled. */
async function stalePackages(packages, { made }, options, started) {
  const lines = lineCounter('go: ');
  const fetched = () => (lines.prefixed > 0 ? `${lines.prefixed} modules fetched` : '');
  const list = ['list', '-trimpath', '-deps', '-f', '{{if .Stale}}{{.ImportPath}}{{end}}', ...packages];
  await step(`fetching what ${made} made of (Go modules)`, 'go', list, options, started, { hear: lines.hear, said: fetched });
  return lines.others;
}

async function buildPrograms(kind, started) {
  const packages = kind.programs.map((name) => `./cmd/${name}`);
  const options = { cwd: join(root, 'chain'), env: goEnvironment };
  const total = await stalePackages(packages, kind, options, started);
  const lines = lineCounter('go: ');
  await step(
    `building ${kind.built} (go build; the first time takes some minutes)`,
    'go',
    ['build', '-v', '-trimpath', '-o', 'bin/', ...packages],
    options,
    started,
    { hear: lines.hear, said: () => bar(lines.others, total, 'packages') },
  );
}

/** Builds the programs of a community into chain/bin unless they were built from just these sources. */
export const chain = () => buildUnlessBuilt('chain');

/** The same of the main chain's. */
export const mainChain = () => buildUnlessBuilt('main-chain');

async function buildUnlessBuilt(name) {
  const { programs } = KINDS[name];
  const hash = createHash('sha256');
  for (const file of goFiles(join(root, 'chain'))) hash.update(file.slice(root.length)).update(readFileSync(file));
  const stamp = hash.digest('hex');
  const stampFile = join(root, `chain/bin/${programs[0]}.sources`);
  const isDone = () => programs.every((program) => existsSync(join(root, 'chain/bin', program))) && isStamped(stampFile, stamp);
  await onlyOne(name, isDone, async (started) => {
    checkGo();
    mkdirSync(join(root, 'chain/bin'), { recursive: true });
    await buildPrograms(KINDS[name], started);
    writeFileSync(stampFile, stamp);
  });
}

/** What the pages are built from: their own files, what they share with the reader, and the packages. */
function pageSources() {
  const files = ['web', 'src/protocol', 'src/reader'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => join(folder, name))
      .filter(
        (name) => /\.(ts|tsx|css|svg|html|json|png|webmanifest)$/.test(name) && !/(^|\/)(dist|testdata|test)\/|\.test\.ts$/.test(name),
      ),
  );
  return [...files, 'package-lock.json'].sort();
}

/** Builds the pages into web/dist unless they were built from just these sources. */
export async function pages() {
  const hash = createHash('sha256');
  for (const file of pageSources()) hash.update(file).update(readFileSync(join(root, file)));
  const stamp = hash.digest('hex');
  const stampFile = join(root, 'web/dist/.sources');
  await onlyOne(
    'pages',
    () => isStamped(stampFile, stamp),
    async (started) => {
      await step(
        'building the pages (vite build, some seconds)',
        nodeBinary,
        ['node_modules/vite/bin/vite.js', 'build', 'web'],
        {},
        started,
      );
      writeFileSync(stampFile, stamp);
    },
  );
}

export async function setup() {
  checkHost();
  await packages();
  await Promise.all([chain(), pages()]);
}

/** Runs the pinned Node with the terminal handed over, and resolves with its exit code. */
export const runNode = (args, env = {}) =>
  runChild(nodeBinary, ['--disable-warning=ExperimentalWarning', ...args], { cwd: root, env: { TZ: 'UTC', ...env } });
