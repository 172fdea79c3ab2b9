/** What a user’s machine brings: settings, descriptors, an environment of nothing, clocks that jump under a lock, killed parents. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect, scratch } from '../test/kit/electra.ts';
import { until } from '../test/kit/until.ts';
import { expectThat, type Fault } from './fault.ts';
import { bash, ROOT, wrapped } from './shell.ts';

const SOON_MS = 15_000;

/** A program of ours in a process of its own; `code` is JavaScript with `modules` of the repository as m[0], m[1] … */
function program(modules: readonly string[], code: string): ChildProcess {
  const urls = JSON.stringify(modules.map((path) => new URL(path, new URL('../', import.meta.url)).href));
  const text = `const m = await Promise.all(${urls}.map((url) => import(url))); ${code}`;
  return spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** The first line of what comes next: on a busy machine several lines come as one piece. */
const firstWords = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.stdout!.once('data', (chunk) => resolve(String(chunk).trim().split('\n', 1)[0]));
    child.once('close', () => resolve(''));
  });

async function withFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const folder = scratch('machine');
  try {
    return await work(folder.dir);
  } finally {
    folder.remove();
  }
}

const ENDS_IN_ORDER = `process.on('SIGTERM', () => { console.log('asked'); process.exit(0); }); setTimeout(() => process.exit(3), 8000);
  process.on('SIGHUP', () => {}); console.log('ready');`;

/** A shell that ignores signals starts us: they are not ignored by us. */
async function ignored(): Promise<string> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const shell = spawn(
      'bash',
      ['-c', `trap '' INT TERM HUP; exec "$@"`, 'bash', process.execPath, '--input-type=module', '-e', wrapped(ENDS_IN_ORDER)],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const ended = collect(shell);
    await new Promise((resolve) => shell.stdout!.once('data', resolve));
    shell.kill(signal);
    const { code, out } = await ended;
    expectThat(code === 0 && out.includes('asked'), `${signal}: expected an orderly end, got ${code}: ${out}`);
  }
  return 'SIGTERM and SIGINT end in order all the same';
}

/** Started without a terminal (nohup, a service), and the terminal of whoever started it is closed. */
async function hungUp(): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', wrapped(ENDS_IN_ORDER)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = collect(child);
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  process.kill(-child.pid!, 'SIGHUP');
  const early = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_500, null))]);
  expectThat(early === null, `it ended: ${JSON.stringify(early)}`);
  child.kill('SIGTERM');
  const { code, out } = await ended;
  expectThat(code === 0 && out.includes('asked'), `expected an orderly end afterwards, got ${code}`);
  return 'it went on, and ended when asked';
}

/** npm's own answer to what its settings are, where ours stand on the command line. */
const npmSettings = (): Promise<string> =>
  withFolder(async (dir) => {
    for (const part of ['bin', 'scripts', 'package.json', 'package-lock.json'])
      cpSync(join(ROOT, part), join(dir, part), { recursive: true });
    const npm = spawnSync('bash', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim();
    mkdirSync(join(dir, 'fake'));
    writeFileSync(join(dir, 'fake/npm'), `#!/bin/sh\nshift\nPATH="$OLD_PATH" exec ${npm} config ls --json "$@" >asked.json\n`);
    chmodSync(join(dir, 'fake/npm'), 0o755);
    writeFileSync(join(dir, 'npmrc'), 'ignore-scripts=true\nomit[]=dev\nomit[]=optional\nbin-links=false\ndry-run=true\n');
    await bash(`cd ${dir} && ${process.execPath} scripts/start.mjs --once`, {
      OLD_PATH: process.env.PATH,
      PATH: `${join(dir, 'fake')}:${process.env.PATH}`,
      NPM_CONFIG_USERCONFIG: join(dir, 'npmrc'),
      NPM_CONFIG_IGNORE_SCRIPTS: 'true',
      npm_config_global: 'true',
      NODE_ENV: 'production',
    });
    const asked = JSON.parse(readFileSync(join(dir, 'asked.json'), 'utf8')) as Record<string, unknown>;
    const off = ['ignore-scripts', 'dry-run', 'global'].filter((name) => asked[name] !== false);
    expectThat(off.length === 0 && asked['bin-links'] === true, `npm would go by the user’s ${off.join(', ') || 'bin-links'}`);
    const include = asked.include as string[];
    expectThat(include.includes('dev') && include.includes('optional'), `npm would include only ${include.join()}`);
    return 'the user’s settings of npm change nothing';
  });

/** Standard input, output and error are closed, not merely redirected. */
async function closedDescriptors(): Promise<string> {
  for (const closed of ['>&-', '<&- >&- 2>&-']) {
    const { out } = await bash(`{ $electra --help ${closed}; } >/dev/null 2>&1; echo "code $?"`);
    expectThat(out.includes('code 0'), `${closed}: ${out}`);
  }
  return 'exit code 0 in each case';
}

/** No HOME, no locale, no time zone, letters beyond ASCII: an environment of a path alone. */
const bareEnvironment = (): Promise<string> =>
  withFolder(async (dir) => {
    const data = join(dir, 'Größe & Maß (1)');
    const line = `env -i PATH="$PATH" LC_ALL=POSIX TZ=Pacific/Kiritimati $electra report 2026-01-01 --data '${data}'; echo "code $?"`;
    const { out, err } = await bash(line);
    expectThat(out.includes('code 1') && err.includes(`--data: ${data} holds no community yet`), `${out}${err}`);
    return err.trim().replace(dir, '…').slice(0, 100);
  });

/** The lock of a data folder while the machine's clock jumps: its times look old, or lie in the future. */
const lockClock = (): Promise<string> =>
  withFolder(async (dir) => {
    const modules = ['src/cli/lock.ts', 'src/node/processes/data-folder.ts'];
    const take = `const l = await m[0].lock(m[1].dataFolder(${JSON.stringify(dir)}), 'up').catch((e) => ({ said: e.message }));`;
    const owner = program(modules, `${take} console.log(l.said ?? 'held'); setInterval(() => console.log(l.held()), 200);`);
    try {
      expectThat((await firstWords(owner)) === 'held', 'the lock was not taken');
      for (const byS of [-86_400, 86_400, -3_600]) {
        const at = Date.now() / 1000 + byS;
        utimesSync(join(dir, 'run/up.lock'), at, at);
        const { out } = await collect(program(modules, `${take} console.log(l.said ?? 'held'); process.exit(0);`));
        expectThat(out.includes('is in use by process'), `${byS} s: the second was not refused: ${out}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 3_000)); // the lock looks at itself every two seconds
      expectThat((await firstWords(owner)) === 'true', 'the owner lost its lock');
      return 'refused each time, and the owner kept it';
    } finally {
      owner.kill('SIGKILL');
    }
  });

/** Whoever held the folder was killed. */
const lockKilled = (): Promise<string> =>
  withFolder(async (dir) => {
    const modules = ['src/cli/lock.ts', 'src/node/processes/data-folder.ts'];
    const take = (waitMs: number) =>
      `const l = await m[0].lock(m[1].dataFolder(${JSON.stringify(dir)}), 'up', ${waitMs})` +
      `.catch((e) => ({ said: e.message })); console.log(l.said ?? 'held');`;
    const owner = program(modules, `${take(0)} setInterval(() => {}, 1000);`);
    expectThat((await firstWords(owner)) === 'held', 'the lock was not taken');
    owner.kill('SIGKILL');
    const startMs = performance.now();
    const { out } = await collect(program(modules, `${take(SOON_MS)} process.exit(0);`));
    expectThat(out.trim() === 'held', `the next was refused: ${out}`);
    return `free after ${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  });

/** Whoever supervises is killed: what it started, in whatever language, ends. */
const orphans = (): Promise<string> =>
  withFolder(async (dir) => {
    const supervisor = program(
      ['src/cli/demo/supervisor.ts', 'src/node/processes/data-folder.ts'],
      `const data = m[1].dataFolder(${JSON.stringify(dir)}); m[1].makeFolders(data);
       const s = m[0].createSupervisor(data, () => {});
       s.start({ name: 'chain-0', node: false, command: 'sleep', args: ['600'] });
       s.start({ name: 'books', node: true, command: process.execPath,
         args: ['-e', 'process.on("disconnect", () => process.exit(0)); setInterval(() => {}, 1000)'] });
       setTimeout(() => console.log(JSON.stringify(s.pids())), 700);`,
    );
    const pids = Object.values(JSON.parse(await firstWords(supervisor)) as Record<string, number>);
    expectThat(pids.length === 2, 'the parts did not start');
    supervisor.kill('SIGKILL');
    const left = (): string[] =>
      pids.flatMap((pid) =>
        spawnSync('ps', ['-o', 'stat=', '-g', String(pid)], { encoding: 'utf8' })
          .stdout.split('\n')
          .filter((s) => s && !s.startsWith('Z')),
      );
    await until(() => left().length === 0, SOON_MS, 'the parts to end');
    return 'nothing was left running';
  });

const runs = (pid: number): boolean => /^[^Z\s]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout);

/** kill -9 of a wrapper: the program behind it ends as if it had been asked to, and none that is through is kept by that. */
async function wrapperGone(): Promise<string> {
  const listening = (then: string): string =>
    `import(${JSON.stringify(join(ROOT, 'bin/parent.mjs'))}).then((m) => { m.endWithParent(); console.log(process.pid); ${then} });`;
  const behind = async (then: string, { kill }: { kill: boolean }) => {
    const wrapper = spawn(process.execPath, ['--input-type=module', '-e', wrapped(listening(then))], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = collect(wrapper);
    const pid = Number(await firstWords(wrapper));
    if (kill) wrapper.kill('SIGKILL');
    try {
      await until(() => !runs(pid), SOON_MS, `the program behind the wrapper to end (${then})`);
    } finally {
      if (runs(pid)) process.kill(pid, 'SIGKILL');
    }
    return (await ended).out.trim().split('\n').slice(1).join();
  };
  const works = 'setInterval(() => {}, 1000);';
  const orderly = await behind(`${works} process.on('SIGTERM', () => { console.log('asked'); process.exit(0); });`, { kill: true });
  expectThat(orderly === 'asked', `one that hears SIGTERM said: ${orderly}`);
  await behind(works, { kill: true });
  await behind('', { kill: false });
  return 'asked to end, and ended; one that was through ended by itself';
}

/** A power cut leaves files of the data folder empty. */
const settingsEmptied = (): Promise<string> =>
  withFolder(async (dir) => {
    for (const text of ['', '\0'.repeat(512), '{"chainId":']) {
      writeFileSync(join(dir, 'electra.json'), text);
      const { code, err } = await collect(spawn(process.execPath, [join(ROOT, 'bin/electra.mjs'), 'report', '2026-01-01', '--data', dir]));
      expectThat(code === 1 && err.includes(`${join(dir, 'electra.json')}: expected JSON`) && !/\n\s+at /.test(err), `${code}: ${err}`);
    }
    return 'one sentence that names the file';
  });

const quick = { quick: true };

export const machine: readonly Fault[] = [
  { ...quick, name: 'signals-ignored', does: 'a shell that ignores signals starts us: a request to end is heard', run: ignored },
  { ...quick, name: 'hung-up', does: 'nohup, and the terminal is closed: it goes on', run: hungUp },
  { ...quick, name: 'npm-settings', does: 'a user’s settings of npm leave things out: ours outweigh them', run: npmSettings },
  { ...quick, name: 'descriptors-closed', does: 'standard input, output and error are closed: exit code 0', run: closedDescriptors },
  { ...quick, name: 'environment-bare', does: 'no HOME, another locale and zone, odd letters: one sentence', run: bareEnvironment },
  { ...quick, name: 'lock-clock-jumps', does: 'the clock jumps by days under a lock: it stays whose it is', run: lockClock },
  { ...quick, name: 'lock-owner-killed', does: 'kill -9 of a folder’s owner: free within seconds', run: lockKilled },
  { ...quick, name: 'supervisor-killed', does: 'kill -9 of the supervisor: its parts end', run: orphans },
  { ...quick, name: 'wrapper-gone', does: 'kill -9 of a wrapper: the program behind it is asked to end', run: wrapperGone },
  { ...quick, name: 'settings-emptied', does: 'a power cut emptied electra.json: a sentence that names it', run: settingsEmptied },
];
