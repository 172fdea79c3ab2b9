/** What happens to a whole community: its terminal, its folder, its disk, one of its parts. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import getPort from 'get-port';
import { scratch } from '../test/kit/electra.ts';
import { until } from '../test/kit/until.ts';
import { expectThat, type Fault } from './fault.ts';
import { BIN, copyAll, pidsOf, ROOT, RUNNING_ON, STOPPED, stop, up, watch, withCommunity } from './running.ts';

/** A shell on a terminal, in which somebody starts a community and presses Ctrl-C once. */
const ctrlC = (): Promise<string | { cannot: string }> =>
  withCommunity(async (data) => {
    if (process.platform !== 'linux') return { cannot: 'the terminal of `script` is tried on Linux alone' };
    const terminal = spawn('script', ['-qfc', 'bash --norc -i', '/dev/null'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
    const run = watch(terminal);
    terminal.stdin.write(`npm start -- --data ${data} --port ${await getPort()}\n`);
    await run.says(RUNNING_ON);
    terminal.stdin.write('\u0003');
    await run.says(STOPPED, 60_000);
    await until(() => !existsSync(join(data, 'run/up.owner')), 10_000, 'the lock to be gone');
    expectThat(!existsSync(join(data, 'run/pids.json')), 'run/pids.json stayed behind');
    terminal.stdin.end('exit\n');
    await run.ended;
    return 'stopped in order';
  });

/** Ctrl-Z, a second start, `fg`. */
const suspended = (): Promise<string> =>
  withCommunity(async (data) => {
    const first = await up(data);
    await first.says(RUNNING_ON);
    process.kill(-first.child.pid!, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8_000)); // the lock looks old by now
    const second = await up(data);
    await second.ended;
    process.kill(-first.child.pid!, 'SIGCONT');
    expectThat(/is in use by process \d+, which runs or is suspended/.test(second.text()), `the second was not refused: ${second.text()}`);
    await stop(first);
    expectThat(!first.text().includes('ended ('), `a part of the first ended: ${first.text().slice(-500)}`);
    return 'the second refused, the first went on';
  });

/** Another machine or container took the folder while this one was suspended. */
const lostLock = (): Promise<string> =>
  withCommunity(async (data) => {
    const run = await up(data);
    await run.says(RUNNING_ON);
    const owner = join(data, 'run/up.owner');
    writeFileSync(owner, JSON.stringify({ pid: 1, began: '', world: 'elsewhere', inode: statSync(data).ino, token: 'other' }));
    const code = await run.ended;
    expectThat(code === 1 && run.text().includes('was taken by another electra process'), `ended with ${code}: ${run.text().slice(-500)}`);
    expectThat(existsSync(owner), 'the name of the other was removed');
    return 'it ended, and left the folder to the other';
  });

/** The database of one validator is damaged. */
const brokenValidator = (index: number) => (): Promise<string> =>
  withCommunity(async (data) => {
    const folder = join(data, `chain/node${index}/data/application.db`);
    // What names the files of the database: a log that only ends early heals itself.
    for (const name of readdirSync(folder)) if (name.startsWith('MANIFEST')) writeFileSync(join(folder, name), 'x'.repeat(100));
    const run = await up(data);
    await run.says(RUNNING_ON);
    const named = `! chain-${index} ended 9 times in a row: `;
    await run.says(named);
    const sentence = run.text().slice(run.text().indexOf(named)).split('\n')[0];
    expectThat(!/\.go:\d+|goroutine/.test(sentence), `a line of a stack: ${sentence}`);
    expectThat(sentence.includes('everything else goes on without it'), sentence);
    await until(() => Object.keys(pidsOf(data)).filter((name) => name.startsWith('chain-')).length === 3, 10_000, 'three validators');
    await stop(run);
    return sentence.slice(0, 240);
  });

export const passes = async (data: string): Promise<void> => {
  const run = await up(data, '--once');
  const code = await run.ended;
  expectThat(code === 0, `ended with ${code}: ${run.text().slice(-800)}`);
};

const sizes = (data: string): string =>
  spawnSync('bash', ['-c', `cd '${data}/chain' && find . -type f -printf '%p %s %T@\\n' | sort`], { encoding: 'utf8' }).stdout;

const moved = (): Promise<string> =>
  withCommunity(async (data) => {
    const elsewhere = join(dirname(data), 'Größe & Maß (1)');
    renameSync(data, elsewhere);
    await passes(elsewhere);
    expectThat(!existsSync(data), 'the old folder came back');
    return 'audited at its new place, with letters beyond ASCII';
  });

const copied = (): Promise<string> =>
  withCommunity(async (data) => {
    const copy = `${data}-copy`;
    copyAll(data, copy);
    const [before, ofCopy] = [sizes(data), sizes(copy)];
    await passes(copy);
    expectThat(sizes(data) === before, 'files of the original changed');
    expectThat(sizes(copy) !== ofCopy, 'files of the copy did not change');
    return 'the copy ran on its own files';
  });

/** The disk fills up while a community runs, and is emptied again. */
const diskFull = (): Promise<string | { cannot: string }> =>
  withCommunity(async (data) => {
    const disk = `${data}-disk`;
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600m', 'tmpfs', disk]).status !== 0)
      return { cannot: 'a disk of its own can be mounted by root alone' };
    const filler = join(disk, 'filler');
    try {
      copyAll(data, join(disk, 'data'));
      const run = await up(join(disk, 'data'));
      await run.says(RUNNING_ON);
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']);
      await run.says('everything is stopped, nothing is lost', 60_000);
      rmSync(filler);
      await run.says('there is space again', 60_000);
      const from = run.text().indexOf('there is space again');
      await run.says(RUNNING_ON, 180_000, from);
      await stop(run);
      await passes(join(disk, 'data'));
      return 'said so, waited, went on, and the audit passes';
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  });

/** One meter's store cannot be opened. */
const meterStore = (): Promise<string> =>
  withCommunity(async (data) => {
    const log = join(data, 'meters/rural-001/store/store.log');
    writeFileSync(log, `0000000000000000 []\n`.repeat(2));
    const run = await up(data);
    await run.says(RUNNING_ON);
    const said = () =>
      spawnSync('grep', ['-c', 'this meter stands still', join(data, 'logs/meters.log')], { encoding: 'utf8' }).stdout.trim();
    await until(() => said() === '1', 30_000, 'the meter to be named');
    expectThat(pidsOf(data).meters !== undefined && !run.text().includes('meters ended'), `the meters ended: ${run.text().slice(-500)}`);
    await stop(run);
    return 'named once, twelve went on';
  });

/** kill -9 of what somebody started, which only hands the terminal on to the program behind it. */
const killedWrapper = (): Promise<string> =>
  withCommunity(async (data) => {
    const run = await up(data);
    await run.says(RUNNING_ON);
    run.child.kill('SIGKILL');
    await run.ended; // by when nothing holds our pipe any more: the program behind it, too
    expectThat(run.text().includes(STOPPED), `it did not stop in order: ${run.text().slice(-500)}`);
    expectThat(!existsSync(join(data, 'run/up.owner')) && !existsSync(join(data, 'run/pids.json')), 'lock or pids stayed behind');
    return 'stopped in order';
  });

/** A machine that lets a process open few files. */
const fewDescriptors = (): Promise<string> =>
  withCommunity(async (data) => {
    const line = 'ulimit -n 128; exec "$@"';
    const args = ['-c', line, 'bash', process.execPath, BIN, 'up', '--once', '--data', data, '--port', String(await getPort())];
    const run = watch(spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
    const code = await run.ended;
    expectThat(code === 0, `ended with ${code}: ${run.text().slice(-800)}`);
    expectThat(!/EMFILE|too many open files/.test(run.text()), `it ran out of them: ${run.text().slice(-800)}`);
    const logs = spawnSync('grep', ['-rliE', 'EMFILE|too many open files', join(data, 'logs')], { encoding: 'utf8' }).stdout.trim();
    expectThat(logs === '', `a part ran out of them: ${logs}`);
    return 'audited, and no part ran out of them';
  });

const BROKEN_OFF_AFTER_MS = [1_000, 2_200, 5_000];

/** Ctrl-C in the midst of a first start, each time a bit later; the next one has no HOME and lives in another zone. */
async function brokenOff(): Promise<string> {
  const folder = scratch('broken-off');
  const data = join(folder.dir, 'data');
  try {
    for (const afterMs of BROKEN_OFF_AFTER_MS) {
      const run = await up(data, '--once');
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      process.kill(-run.child.pid!, 'SIGINT'); // to the whole group, as a terminal does
      const code = await run.ended;
      expectThat(code !== 0, `after ${afterMs} ms: ended with 0, as if there were a verdict that passed`);
      expectThat(!run.text().includes('electra: '), `after ${afterMs} ms: blamed what was only stopped: ${run.text().slice(-400)}`);
      expectThat(!existsSync(join(data, 'run/pids.json')), `after ${afterMs} ms: run/pids.json stayed behind`);
    }
    const line = 'cd / && exec env -u HOME TZ=Pacific/Kiritimati LC_ALL=POSIX "$@"';
    const args = ['-c', line, 'bash', process.execPath, BIN, 'up', '--once', '--data', data, '--port', String(await getPort())];
    const code = await watch(spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })).ended;
    expectThat(code === 0, `the start after it ended with ${code}`);
    return `broken off after ${BROKEN_OFF_AFTER_MS.join(', ')} ms; the next start passes its audit`;
  } finally {
    folder.remove();
  }
}

const slow = { quick: false };

export const community: readonly Fault[] = [
  { ...slow, name: 'ctrl-c-once', does: 'one Ctrl-C on a terminal, through npm: an orderly stop', run: ctrlC },
  { ...slow, name: 'wrapper-killed', does: 'kill -9 of `electra up`’s wrapper: everything behind it stops in order', run: killedWrapper },
  { ...slow, name: 'descriptors-few', does: 'no process may open more than 128 files: it works all the same', run: fewDescriptors },
  { ...slow, name: 'first-start-broken-off', does: 'Ctrl-C in a first start, at three moments: the next start passes', run: brokenOff },
  { ...slow, name: 'suspended', does: 'Ctrl-Z, a second start, fg: the second is refused', run: suspended },
  { ...slow, name: 'lock-lost', does: 'somebody else took the folder: the first ends and touches nothing', run: lostLock },
  { ...slow, name: 'validator-0-broken', does: 'the first validator’s database is damaged: three go on', run: brokenValidator(0) },
  { ...slow, name: 'validator-1-broken', does: 'the second validator’s database is damaged: three go on', run: brokenValidator(1) },
  { ...slow, name: 'validator-2-broken', does: 'the third validator’s database is damaged: three go on', run: brokenValidator(2) },
  { ...slow, name: 'validator-3-broken', does: 'the last validator’s database is damaged: three go on', run: brokenValidator(3) },
  { ...slow, name: 'meter-store-broken', does: 'one meter’s store is damaged: the others go on', run: meterStore },
  { ...slow, name: 'folder-moved', does: 'the data folder is moved: it goes on', run: moved },
  { ...slow, name: 'folder-copied', does: 'the data folder is copied: the original is not touched', run: copied },
  { ...slow, name: 'disk-full', does: 'the disk fills up and is emptied: a sentence, a wait, no loss', run: diskFull },
];
