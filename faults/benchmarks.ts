/** A benchmark that cannot go on: it says why in one sentence, and leaves neither a process nor a half-written result. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect, type Result, scratch } from '../test/kit/electra.ts';
import { firstAnswer, until } from '../test/kit/until.ts';
import { expectThat, type Fault } from './fault.ts';
import { ROOT } from './running.ts';

const STARTS_MS = 60_000;
const ENDS_MS = 15_000;
const WORDS = 'app/week.go:7: no space left on device';

function bench(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'bench/main.ts'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  return { child, ended: collect(child) };
}

const isOneSentence = ({ code, out, err }: Result, says: RegExp): string => {
  expectThat(code !== 0 && code !== -1, `it ended with ${code}: ${err}`);
  expectThat(out === '', `a result was printed: ${out.slice(0, 300)}`);
  expectThat(/^electra: .+\n$/.test(err) && says.test(err) && !/\n\s+at /.test(err), `expected a sentence, got: ${err.slice(0, 800)}`);
  return err.trim();
};

const runs = (pid: number): boolean =>
  /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim());

/** The process that it measures is killed under it. */
async function processKilled(): Promise<string> {
  const folder = scratch('benchmark');
  try {
    const { child, ended } = bench(['vault', '--json'], { TMPDIR: folder.dir });
    const childOf = () => {
      const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(child.pid)], { encoding: 'utf8' });
      return /^\s*(\d+) .*vault-process/m.exec(stdout)?.[1];
    };
    const vault = Number(await firstAnswer(childOf, STARTS_MS, 'the vault that is measured'));
    process.kill(vault, 'SIGKILL');
    const said = isOneSentence(await ended, /vault|socket/i);
    expectThat(readdirSync(folder.dir).length === 0, `left behind: ${readdirSync(folder.dir)}`);
    return said;
  } finally {
    folder.remove();
  }
}

/** A tool that it calls fails, after it has started another process that goes on. */
async function toolFails(): Promise<string> {
  const folder = scratch('benchmark');
  try {
    const tools = join(folder.dir, 'bin');
    mkdirSync(tools);
    const failing = [
      '#!/bin/sh',
      'sleep 600 &',
      `echo $! >"${folder.dir}/left"`,
      `echo '${WORDS}'`,
      "echo 'FAIL electra/app 0.1s'",
      'exit 1',
    ];
    writeFileSync(join(tools, 'go'), failing.join('\n'));
    chmodSync(join(tools, 'go'), 0o755);
    const { ended } = bench(['disk', '--json'], { PATH: `${tools}:${process.env.PATH}` });
    const said = isOneSentence(await ended, new RegExp(`go test of WeekOnDisk ended with 1, its last words: ${WORDS}`));
    const left = Number(spawnSync('cat', [join(folder.dir, 'left')], { encoding: 'utf8' }).stdout);
    await until(() => !runs(left), ENDS_MS, 'what the tool had started to end');
    return said;
  } finally {
    folder.remove();
  }
}

/** It is asked to end while a tool works for it. */
async function stopped(): Promise<string> {
  const folder = scratch('benchmark');
  try {
    const tools = join(folder.dir, 'bin');
    mkdirSync(tools);
    writeFileSync(
      join(tools, 'go'),
      `#!/bin/sh\nsleep 600 &\necho $! >"${folder.dir}/left.new"\nmv "${folder.dir}/left.new" "${folder.dir}/left"\nwait\n`,
    );
    chmodSync(join(tools, 'go'), 0o755);
    const { child, ended } = bench(['disk', '--json'], { PATH: `${tools}:${process.env.PATH}` });
    const pidOf = () => Number(spawnSync('cat', [join(folder.dir, 'left')], { encoding: 'utf8' }).stdout) || undefined;
    const left = await firstAnswer(pidOf, STARTS_MS, 'the tool to work');
    child.kill('SIGTERM');
    const { code, out } = await ended;
    expectThat(code === 143 && out === '', `it ended with ${code}: ${out}`);
    await until(() => !runs(left), ENDS_MS, 'the tool to end');
    return 'exit 143, and the tool ended with it';
  } finally {
    folder.remove();
  }
}

async function unknownSuite(): Promise<string> {
  return isOneSentence(await bench(['disc', '--json']).ended, /no suite "disc"; there are index, vault/);
}

/** Each way in which one ends badly. */
async function fails(): Promise<string> {
  await unknownSuite();
  await toolFails();
  return processKilled();
}

export const benchmarks: readonly Fault[] = [
  { quick: true, name: 'benchmark-fails', does: 'a benchmark cannot go on: a sentence, no process and no result left', run: fails },
  { quick: true, name: 'benchmark-stopped', does: 'a benchmark is asked to end: what works for it ends too', run: stopped },
];
