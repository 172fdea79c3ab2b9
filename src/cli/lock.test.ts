/** One owner per data folder, whatever the clock says and whoever is suspended. */
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Identity, lives, ownIdentity } from '../../sdk/ts/src/node/identity.ts';
import { scratch } from '../../test/kit/electra.ts';
import { type DataFolder, dataFolder, makeFolders } from '../node/processes/data-folder.ts';
import { isLocked, lock } from './lock.ts';

let [folder, data]: [ReturnType<typeof scratch>, DataFolder] = [] as never;
beforeEach(() => {
  folder = scratch('lock');
  data = dataFolder(`${folder.dir}/Größe`);
  makeFolders(data);
});
afterEach(() => folder.remove());

const ownerFile = (of = data) => of.path('run', 'up.owner');
const owner = (): Identity & { token: string } => JSON.parse(readFileSync(ownerFile(), 'utf8'));
/** As after a suspension, or a clock that jumped forward by an hour. */
const makeOld = (of = data) => utimesSync(of.path('run', 'up.lock'), new Date(Date.now() - 3_600_000), new Date(Date.now() - 3_600_000));

test('an owner that lives keeps the folder however old its lock looks, and says how to wake it', async () => {
  const own = await lock(data, 'up');
  makeOld();
  await expect(lock(data, 'up')).rejects.toThrow(`is in use by process ${process.pid}, which runs or is suspended`);
  expect([own.held(), await isLocked(data, 'up')]).toEqual([true, true]);
  await own.release();
  expect(await isLocked(data, 'up')).toBe(false);
});

test('an owner that is gone leaves it, also when its number is another program’s by now', async () => {
  const own = await lock(data, 'up');
  for (const change of [{ began: '1' }, { world: 'another boot' }, { pid: 2 ** 22 }]) {
    writeFileSync(ownerFile(), JSON.stringify({ ...owner(), ...change }));
    makeOld();
    expect(await isLocked(data, 'up')).toBe(false);
  }
  await own.release();
});

test('a process that holds both of a folder gives the one back, and keeps the other fresh', async () => {
  const own = await lock(data, 'up');
  await (await lock(data, 'database')).release();
  await new Promise((resolve) => setTimeout(resolve, 7_000)); // longer than one that nobody keeps fresh holds
  const told = JSON.stringify({ ...owner(), pid: 2 ** 22 });
  writeFileSync(ownerFile(), told); // by its time alone
  expect(await isLocked(data, 'up')).toBe(true);
  await own.release();
}, 20_000);

test('who finds another’s name there has lost it, and takes nothing of the other’s away', async () => {
  const own = await lock(data, 'up');
  const other = JSON.stringify({ ...owner(), token: 'another' });
  writeFileSync(ownerFile(), other);
  expect(own.held()).toBe(false);
  await own.release();
  expect(readFileSync(ownerFile(), 'utf8')).toBe(other);
});

test('a copy of a folder in use is free; a folder that was moved is still its owner’s', async () => {
  const own = await lock(data, 'up');
  const copy = dataFolder(`${folder.dir}/copy`);
  cpSync(data.dir, copy.dir, { recursive: true });
  makeOld(copy);
  expect(await isLocked(copy, 'up')).toBe(false);
  const moved = dataFolder(`${folder.dir}/moved`);
  renameSync(data.dir, moved.dir);
  await expect(lock(moved, 'up')).rejects.toThrow(`in use by process ${process.pid}`);
  renameSync(moved.dir, data.dir);
  await own.release();
});

test('a process is known by more than its number', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  expect(lives(ownIdentity())).toBe(true);
  expect(lives({ ...ownIdentity(), pid: child.pid! })).toBe(false);
  child.kill('SIGKILL');
});
