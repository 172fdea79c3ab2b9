/** What happens to the parts of a running community: power cuts, suspension, a killed database, an operator's refused command. */
import { spawn } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyProcess, works } from '../src/node/shared/running.ts';
import { electra } from '../test/kit/electra.ts';
import { until } from '../test/kit/until.ts';
import { passes } from './community.ts';
import { expectThat, type Fault } from './fault.ts';
import { RUNNING_ON, stop, up, withCommunity } from './running.ts';

const SUSPENDED_MS = 20_000;
const GOES_ON_MS = 90_000;

/** Every process that works in the folder, whoever started it. */
const processesOf = (data: string): number[] =>
  everyProcess()
    .map(({ pid }) => pid)
    .filter((pid) => pid !== process.pid && works(pid, data));

const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // gone by itself
    }
};

/** Power fails under everything at once, and some of what was being written is torn. */
const powerCut = (): Promise<string> =>
  withCommunity(async (data) => {
    const run = await up(data);
    await run.says(RUNNING_ON);
    const pids = processesOf(data);
    signalAll(pids, 'SIGKILL');
    await run.ended;
    const wal = join(data, 'chain/node2/data/cs.wal/wal');
    truncateSync(wal, Math.max(0, statSync(wal).size - 1_000));
    appendFileSync(wal, Buffer.alloc(4_096));
    appendFileSync(join(data, 'meters/rural-001/store/store.log'), Buffer.alloc(200));
    for (const name of readdirSync(join(data, 'run'))) if (name.endsWith('.json')) writeFileSync(join(data, 'run', name), '');
    await passes(data);
    return `${pids.length} processes killed; the next start passes its audit`;
  });

/** The whole machine sleeps for a while. */
const slept = (): Promise<string> =>
  withCommunity(async (data) => {
    const run = await up(data);
    await run.says(RUNNING_ON);
    const pids = [...new Set([...processesOf(data), run.child.pid!])];
    signalAll(pids, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, SUSPENDED_MS));
    signalAll(pids, 'SIGCONT');
    await goesOn(data);
    expectThat(!run.text().includes('ended ('), `a part ended: ${run.text().slice(-500)}`);
    await stop(run);
    return 'blocks again, and no part ended';
  });

/** Waits for blocks after this moment. */
async function goesOn(data: string): Promise<void> {
  const { rpcUrls } = JSON.parse(readFileSync(join(data, 'run/endpoints.json'), 'utf8')) as { rpcUrls: string[] };
  const height = async (): Promise<number> => {
    const answer = await fetch(`${rpcUrls[0]}/status`, { signal: AbortSignal.timeout(2_000) });
    return Number(
      ((await answer.json()) as { result: { sync_info: { latest_block_height: string } } }).result.sync_info.latest_block_height,
    );
  };
  let first: number | undefined;
  await until(
    async () => {
      const now = await height();
      first ??= now;
      return now >= first + 3;
    },
    GOES_ON_MS,
    'three blocks more',
  );
}

const postgresKilled = (): Promise<string> =>
  withCommunity(async (data) => {
    const run = await up(data);
    await run.says(RUNNING_ON);
    const folder = readdirSync(data).find((name) => /^(postgres|database|db)/.test(name))!;
    const pidFile = [join(data, folder, 'data/postmaster.pid'), join(data, folder, 'postmaster.pid')].find((path) => {
      try {
        return statSync(path).isFile();
      } catch {
        return false;
      }
    });
    expectThat(pidFile !== undefined, `no postmaster.pid in ${folder}`);
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await until(() => Number(readFileSync(pidFile, 'utf8').split('\n')[0]) !== pid, GOES_ON_MS, 'another Postgres');
    await until(async () => (await electra('meter', 'list', '--data', data)).code === 0, GOES_ON_MS, 'the database to answer');
    await goesOn(data);
    await stop(run);
    await passes(data);
    return 'started again, and the audit passes';
  });

/** The machine was started anew, and the number in a meter's lock is another program's. */
const lockLeft = (): Promise<string> =>
  withCommunity(async (data) => {
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    try {
      writeFileSync(join(data, 'meters/rural-001/store/lock'), String(other.pid));
      writeFileSync(join(data, 'meters/rural-002/store/lock'), JSON.stringify({ pid: other.pid, began: '1', world: 'a boot before' }));
      const run = await up(data);
      await run.says(RUNNING_ON);
      const log = readFileSync(join(data, 'logs/meters.log'), 'utf8');
      expectThat(!log.includes('this meter stands still'), `a meter stands still: ${log.slice(-500)}`);
      await stop(run);
      return 'all thirteen meters run';
    } finally {
      other.kill('SIGKILL');
    }
  });

/** The chain refuses an enrolment: nobody is called otherwise by it. */
const enrolRefused = (): Promise<string> =>
  withCommunity(async (data) => {
    const run = await up(data);
    await run.says(RUNNING_ON);
    interface Row {
      meter: string;
      member: string;
      wallet: string;
    }
    const list = async () => JSON.parse((await electra('meter', 'list', '--json', '--data', data)).out) as Row[];
    const [{ meter, member, wallet }] = await list();
    const refused = await electra(
      ...['meter', 'enrol', meter, '--member', wallet, '--name', 'somebody else', '--first-day', '2099-01-01', '--max-wh', '7000'],
      ...['--data', data],
    );
    expectThat(refused.code === 1, `the second enrolment of a meter was taken: ${refused.out}`);
    expectThat((await list()).find((row) => row.meter === meter)!.member === member, 'the member was renamed');
    await stop(run);
    return refused.err.trim().slice(0, 160);
  });

const slow = { quick: false };

export const parts: readonly Fault[] = [
  { ...slow, name: 'power-cut', does: 'everything is killed at once, a log and files are torn: the next start passes', run: powerCut },
  { ...slow, name: 'machine-sleeps', does: 'all processes are suspended for a while: they go on', run: slept },
  { ...slow, name: 'postgres-killed', does: 'kill -9 of Postgres: started again, nothing is lost', run: postgresKilled },
  { ...slow, name: 'meter-locks-left', does: 'locks of two meters’ stores from before a boot: all thirteen run', run: lockLeft },
  { ...slow, name: 'enrolment-refused', does: 'the chain refuses an enrolment: nobody is renamed by it', run: enrolRefused },
];
