/**
 * Communities that share, as `electra up --exchange` runs them, while one part after the other is killed: in the community, on the main
 * chain, in the exchange node, at each step from a proven day to the settled week. What is looked at is the end: the same verdict, every
 * day stated once, everybody paid once.
 */
import { join } from 'node:path';
import { CometRpc, rpcChain } from '../sdk/ts/src/index.ts';
import { SHARING } from '../src/cli/demo/options.ts';
import { connect, databaseUrl, type Sql } from '../src/node/db/index.ts';
import { type DataFolder, dataFolder, readEndpoints, readSettings } from '../src/node/processes/data-folder.ts';
import { ledgerOf, uplinkDays } from '../src/node/uplink/index.ts';
import { scratch } from '../test/kit/electra.ts';
import { until } from '../test/kit/until.ts';
import { expectThat, type Fault } from './fault.ts';
import { pidsOf, RUNNING_ON, type Run, stop, up } from './running.ts';

/** From an empty folder to the verdict, on a machine with much else to do. */
const WHOLE_MS = 1_500_000;
/** Until the main chain freezes the day: what is killed takes time to come back. */
const FREEZE_AFTER_S = 600;
const LOOK_MS = 300;
/** What a treasury is given at the beginning, of which settlement takes or to which it adds. */
const GIVEN_NEL = 500_000_000_000n;
const SETTLED_WITHIN_MS = 90_000;

/** What is killed as soon as something is so in a node's database. */
interface Kill {
  /** of which folder: the exchange node's own, or a community's */
  of: 'exchange' | 'rural' | 'village';
  part: string;
  /** when, in words, and in rows */
  when: string;
  in: 'exchange' | 'rural' | 'village';
  rows: string;
}

const KILLS: readonly Kill[] = [
  {
    ...{ of: 'rural', part: 'prover-0', when: 'the community’s day is being proven' },
    ...{ in: 'rural', rows: 'select from prove.input' },
  },
  {
    ...{ of: 'rural', part: 'uplink', when: 'its net is noted' },
    ...{ in: 'rural', rows: 'select from books.uplink_day' },
  },
  {
    ...{ of: 'rural', part: 'main-indexer', when: 'its net is proven or said' },
    ...{ in: 'rural', rows: `select from prove.proof where circuit = 'net'` },
  },
  {
    ...{ of: 'exchange', part: 'chain-0', when: 'a community has stated its day' },
    ...{ in: 'exchange', rows: 'select from chain.sealed_statement' },
  },
  {
    ...{ of: 'exchange', part: 'indexer', when: 'a community has stated its day' },
    ...{ in: 'exchange', rows: 'select from chain.sealed_statement' },
  },
  {
    ...{ of: 'exchange', part: 'rural', when: 'its day is stated, and it knows so' },
    ...{ in: 'rural', rows: `select from books.uplink_day where fate = 'stated'` },
  },
  {
    ...{ of: 'exchange', part: 'vault', when: 'both have stated it' },
    ...{ in: 'exchange', rows: 'select from chain.sealed_statement offset 1' },
  },
  {
    ...{ of: 'exchange', part: 'books', when: 'the day is booked between them' },
    ...{ in: 'exchange', rows: `select from books.day where state not in ('frozen', 'released')` },
  },
  {
    ...{ of: 'exchange', part: 'prover-0', when: 'the day is being proven between them' },
    ...{ in: 'exchange', rows: `select from books.day where state <> 'frozen' and book is not null` },
  },
  {
    ...{ of: 'exchange', part: 'signer', when: 'the book is on its way to the chain' },
    ...{ in: 'exchange', rows: `select from books.outbox where id like 'anchor:%'` },
  },
  {
    ...{ of: 'exchange', part: 'books', when: 'sums of the week are asked for' },
    ...{ in: 'exchange', rows: 'select from books.settlement' },
  },
  {
    ...{ of: 'exchange', part: 'chain-1', when: 'sums of the week are on their way' },
    ...{ in: 'exchange', rows: `select from books.outbox where id like 'settle:%'` },
  },
  {
    ...{ of: 'village', part: 'uplink', when: 'the week is settled' },
    ...{ in: 'exchange', rows: `select from books.outbox where id like 'settle:%' and done_at is not null` },
  },
];

const folderOf = (data: string, name: Kill['of']): DataFolder => dataFolder(name === 'exchange' ? data : join(data, 'communities', name));

/** One question to a node's database, which may be away for a while. */
async function ask<T>(folder: DataFolder, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect({ url: databaseUrl(folder.secrets, 'owner'), max: 1, application: 'faults' });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const has = (folder: DataFolder, rows: string): Promise<boolean> =>
  ask(folder, async (sql) => (await sql.unsafe<{ is: boolean }[]>(`select exists (${rows}) as is`))[0].is).catch(() => false);

/** Kills each part when its time has come. @returns what was killed when */
async function killAll(data: string, run: Run): Promise<string[]> {
  const killed: string[] = [];
  let over = false;
  run.ended.then(() => {
    over = true;
  });
  for (const { of, part, when, in: place, rows } of KILLS) {
    const name = of === 'exchange' ? part : `${of}’s ${part}`;
    await until(async () => over || (await has(folderOf(data, place), rows)), WHOLE_MS, when);
    await until(() => over || pidsOf(folderOf(data, of).dir)[part] !== undefined, SETTLED_WITHIN_MS, `${name} to run`);
    expectThat(!over, `it ended before ${when}: ${run.text().slice(-800)}`);
    process.kill(-pidsOf(folderOf(data, of).dir)[part], 'SIGKILL'); // the group: of a validator the shell around it, too
    killed.push(name);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS)); // two kills of one step are not one
  }
  return killed;
}

/** What each community owes by the exchange's books (negative: is owed), by uplink; each sum is posted there once. */
async function sumsOf(data: string): Promise<Map<string, bigint>> {
  return ask(dataFolder(data), async (sql) => {
    const sums = await sql<{ meter: string; amount_nel: string }[]>`select meter, amount_nel from books.settlement`;
    const posted = await sql<{ journal: string; rows: number }[]>`
      select journal, count(*)::int4 as rows from books.posting where journal like 'settlement:%' group by journal`;
    expectThat(
      posted.length === sums.length && posted.every(({ rows }) => rows === 2),
      `of ${sums.length} sums these are posted: ${JSON.stringify(posted)}`,
    );
    return new Map(sums.map(({ meter, amount_nel }) => [meter, BigInt(amount_nel)]));
  });
}

/** The community's own: one day, stated, by one transaction; and its treasury has what it was given less what it owes, once. */
async function assertOnce(folder: DataFolder, mainRpcUrls: readonly string[], owes: bigint | undefined): Promise<void> {
  const { address } = readSettings(folder).uplink!;
  expectThat(owes !== undefined, `no sum of ${address}`);
  const days = await ask(folder, uplinkDays);
  expectThat(days.length === 1 && days[0].state === 'stated', `its days: ${JSON.stringify(days)}`);
  const sent = (await rpcChain(new CometRpc({ urls: mainRpcUrls })).account(address))?.sequence;
  expectThat(sent === 1n, `${address} sent ${sent} transactions`);
  const isPosted = async (): Promise<boolean> => {
    const { treasuryNel, gainNel } = await ask(folder, ledgerOf);
    return treasuryNel === GIVEN_NEL - owes && gainNel === -owes;
  };
  await until(isPosted, SETTLED_WITHIN_MS, `a treasury of ${GIVEN_NEL - owes} nel, which is what it was given less ${owes}`);
}

async function killed(): Promise<string> {
  const folder = scratch('sharing');
  const data = join(folder.dir, 'data');
  const run = await up(data, '--exchange', '--freeze-after', String(FREEZE_AFTER_S));
  try {
    const names = await killAll(data, run);
    await run.says(RUNNING_ON, WHOLE_MS);
    const verdict = run
      .text()
      .split('\n')
      .find((line) => line.includes('seven days: '));
    expectThat(verdict?.includes('passed with open matters') === true, `the verdict: ${verdict}`);
    const sums = await sumsOf(data);
    for (const name of SHARING) {
      const own = folderOf(data, name);
      await assertOnce(own, readEndpoints(dataFolder(data))!.rpcUrls, sums.get(readSettings(own).uplink!.address));
    }
    await stop(run);
    return `killed ${names.join(', ')}; the audit passes, each day is stated once, each sum is paid once`;
  } finally {
    if (run.child.exitCode === null) {
      run.child.kill('SIGTERM');
      await run.ended;
    }
    folder.remove();
  }
}

export const sharing: readonly Fault[] = [
  {
    name: 'sharing-killed',
    does: 'kill -9 of thirteen parts of communities that share, step by step: the same verdict, nothing stated or paid twice',
    quick: false,
    run: killed,
  },
];
