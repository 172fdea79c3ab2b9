/** What the supervisor does with the exit codes of its parts: real processes, one that says "never again" and one that only failed. */
import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratch } from '../../../test/kit/electra.ts';
import { type DataFolder, dataFolder, makeFolders } from '../../node/processes/data-folder.ts';
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

test('a part that ends with 1 is started again, and everything goes on', async () => {
  supervisor.start(
    part(
      `if (require('node:fs').readFileSync(${JSON.stringify(data.path('starts'))}).length < 2) process.exit(1); ` +
        'setInterval(() => {}, 1000)',
    ),
  );
  await expect.poll(starts, { timeout: 10_000 }).toBe(2);
  await expect.poll(() => supervisor.pids().vault ?? 0).toBeGreaterThan(0);
  expect(said).toEqual(['! vault ended (1); starting it again in 0.5 s']);
  expect(await Promise.race([supervisor.failed, Promise.resolve('goes on')])).toBe('goes on');
});
