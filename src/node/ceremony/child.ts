/** Runs one task in a child process of its own (worker.ts), which ends with it. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CeremonyError } from './errors.ts';
import type { Done, Said, Task } from './tasks.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** What a person who waits is told: a circuit's work begins, or ended after so many seconds. */
export type Progress = (what: string, circuit: string, seconds?: number) => void;

const WORDS: Record<Task['kind'], string> = {
  first: 'making the first key',
  contribute: 'contributing',
  beacon: 'applying the beacon',
  verify: 'verifying every step',
  keys: 'reading the verification key',
};

/** @throws CeremonyError `failed` where the process ends without an answer */
export function runTask(task: Task, progress: Progress): Promise<Readonly<Record<string, Done>>> {
  // What snarkjs prints goes nowhere; the flags of whoever started us are not the child's.
  const child = fork(WORKER, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const said = message as Said;
      if ('begun' in said) progress(WORDS[task.kind], said.begun);
      else if ('ended' in said) progress(WORDS[task.kind], said.ended, said.seconds);
      else if ('results' in said) resolve(said.results);
      else reject(new CeremonyError('failed', said.error));
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new CeremonyError('failed', `${WORDS[task.kind]}: the process ended without a result (${code})`)));
    child.send(task);
  });
}

/** As `runTask`, where no circuit may be refused. */
export async function mustRun(task: Task, progress: Progress): Promise<void> {
  const results = await runTask(task, progress);
  for (const [name, { fault }] of Object.entries(results)) if (fault !== undefined) throw new CeremonyError('refused', `${name}: ${fault}`);
}
