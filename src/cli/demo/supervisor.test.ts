/** What the supervisor does with the exit codes of its parts: real processes, one that says "never again" and one that only failed. */
import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratch } from '../../../test/kit/electra.ts';
import { type DataFolder, dataFolder, makeFolders } from '../../node/processes/data-folder.ts';
import { sparedParts } from './spared.ts';
import { createSupervisor, type Part, type Supervisor } from './supervisor.ts';

let [folder, data, said]: [ReturnType<typeof scratch>, DataFolder, string[]] = [] as never;
let supervisor: Supervisor;
beforeEach(() => {
  folder = scratch('supervisor');
  data = dataFolder(folder.dir);
  makeFolders(data);
  said = [];
  supervisor = createSupervisor(data, (line) => said.push(line));
});
afterEach(async () => {
  await supervisor.stop(1_000);
  folder.remove();
});

/** A part that notes each of its starts and then does `script`. */
function part(script: string): Part {
  appendFileSync(data.path('starts'), '');
  const note = `require('node:fs').appendFileSync(${JSON.stringify(data.path('starts'))}, '.');`;
  return { name: 'vault', node: true, command: process.execPath, args: ['-e', `${note} ${script}`] };
}
const starts = (): number => readFileSync(data.path('starts'), 'utf8').length;

test('a part that ends with 70 is not started again, and its sentence is the reason', async () => {
  supervisor.start(part(`console.error('electra vault: the passphrase does not open it'); process.exit(70)`));
  expect((await supervisor.failed).message).toBe('vault cannot go on: electra vault: the passphrase does not open it');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect([starts(), said]).toEqual([1, []]);
});

test('a part that ends with 1 says why and is started again, and everything goes on', async () => {
  const first = `require('node:fs').readFileSync(${JSON.stringify(data.path('starts'))}).length < 2`;
  supervisor.start(part(`if (${first}) { console.error('electra: no port is free'); process.exit(1); } setInterval(() => {}, 1000)`));
  await expect.poll(starts, { timeout: 90_000 }).toBe(2);
  await expect.poll(() => supervisor.pids().vault ?? 0).toBeGreaterThan(0);
  expect(said).toEqual(['! vault ended (1): electra: no port is free; starting it again in 0.5 s']);
  expect(await Promise.race([supervisor.failed, Promise.resolve('goes on')])).toBe('goes on');
});

const broken = (name: string): Part => ({
  ...part(`console.error('electra prove: this one cannot run'); process.exit(70)`),
  name,
  spare: { group: 'prover', needs: 1 },
});
const steady = (): Part => ({ ...part('setInterval(() => {}, 1000)'), name: 'prover-0', spare: { group: 'prover', needs: 1 } });

test('a part that cannot run is named with its own last words, and spared while enough of its kind run', async () => {
  supervisor.start(steady());
  supervisor.start(broken('prover-1'));
  const sentence = '! prover-1 cannot go on: electra prove: this one cannot run; everything else goes on without it';
  await expect.poll(() => said, { timeout: 90_000 }).toEqual([sentence]);
  expect(supervisor.pids()['prover-0']).toBeGreaterThan(0);
  expect(await Promise.race([supervisor.failed, Promise.resolve('goes on')])).toBe('goes on');
  expect(sparedParts(data)).toEqual({ 'prover-1': 'prover-1 cannot go on: electra prove: this one cannot run' });
  createSupervisor(data, () => {}); // the next run begins without it
  expect(sparedParts(data)).toEqual({});
});

test('the last of its kind is not spared', async () => {
  supervisor.start(broken('prover-0'));
  supervisor.start(broken('prover-1'));
  expect((await supervisor.failed).message).toMatch(/^prover-[01] cannot go on: electra prove: this one cannot run$/);
});

test('who has lost the folder starts nothing in it', async () => {
  let mine = true;
  supervisor = createSupervisor(
    data,
    (line) => said.push(line),
    () => mine,
  );
  supervisor.start(part('setInterval(() => {}, 1000)'));
  await expect.poll(() => starts(), { timeout: 90_000 }).toBe(1);
  mine = false;
  process.kill(supervisor.pids().vault, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect([starts(), supervisor.pids()]).toEqual([1, {}]);
});
