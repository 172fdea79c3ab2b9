/** `electra doctor`: what a person checks first when something is wrong, in one list. */
import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { CometRpc, type RpcError } from '../../../sdk/ts/src/index.ts';
import { periodsOf } from '../../node/books/index.ts';
import { type OpenRun, openRunsOf } from '../../node/books/open-runs.ts';
import {
  type DisputedMeter,
  disputedMeters,
  newestDays,
  operatorInWords,
  queuedChanges,
  refusedBoxes,
  releasedDays,
  unprovenBooks,
} from '../../node/books/overview.ts';
import {
  assertSchemaVersion,
  chainHead,
  hasMainDatabase,
  indexFindings,
  missingDays,
  oddities,
  type Sql,
  sharingFaults,
  sharingOddities,
  voidInWords,
} from '../../node/db/index.ts';
import { type DataFolder, dataFolder, hasSettings, isExchange, readEndpoints, readSettings } from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { nodeKeys } from '../../node/processes/keys.ts';
import { ELECTRAD } from '../../node/processes/paths.ts';
import { isThere, PROVER_BINARY } from '../../node/proofs/engine.ts';
import { vaultStatus } from '../../node/vault/client.ts';
import { operatorAddress } from '../../node/vault/index.ts';
import { DAY_S, dayToDate } from '../../protocol/values/time.ts';
import { timeOfMain, withDatabase } from '../database.ts';
import { sparedParts } from '../demo/spared.ts';
import { isLocked } from '../lock.ts';
import { dataOption, example, jsonOption } from '../options.ts';

interface Finding {
  check: string;
  ok: boolean;
  detail: string;
}
const LOW_DISK_BYTES = 2 * 1024 ** 3;
const DAYS_SHOWN = 14;
const NO_STATE_PROOFS = 'the index has no state proofs yet (it takes them once it is level with the chain)';
const NOT_RUNNING = 'not running (start it with npm start, or electra up)';
const DATES_NAMED = 5;
const NO_VOID = { voidDays: [], voidAtFreeze: [] };
/** So long a day that was let run out is something to look after. It is void two weeks after its freeze. */
const VOID_TOLD_DAYS = 31;
/** A chain makes a block at least every minute. */
const STALE_S = 300;

const datesOf = (days: readonly number[]): string =>
  days.slice(0, DATES_NAMED).map(dayToDate).join(', ') + (days.length > DATES_NAMED ? ` and ${days.length - DATES_NAMED} more` : '');

async function finding(check: string, work: () => Promise<string> | string): Promise<Finding> {
  try {
    return { check, ok: true, detail: await work() };
  } catch (error) {
    return { check, ok: false, detail: explain(error) };
  }
}

const need = (condition: boolean, otherwise: string): void => {
  if (!condition) throw new Error(otherwise);
};

function machine(): Promise<Finding>[] {
  return [
    finding('Node', () => {
      const major = Number(process.versions.node.split('.')[0]);
      need(major >= 24, `${process.versions.node}; the pinned Node of node_modules was expected (npm ci)`);
      return process.versions.node;
    }),
    finding('Go', () => {
      const go = spawnSync('go', ['version'], { encoding: 'utf8' });
      need(!go.error, 'not installed: needed to build the chain (Go >= 1.24)');
      return go.stdout.trim();
    }),
    finding('chain binary', () => {
      need(existsSync(ELECTRAD), 'not built: node scripts/chain.mjs');
      return 'chain/bin/electrad';
    }),
    finding('prover', () => {
      if (!isThere(PROVER_BINARY))
        return 'WebAssembly, at an eighth of the speed: chain/bin/electra-prove is not built (node scripts/chain.mjs)';
      const { stdout, status, error } = spawnSync(PROVER_BINARY, ['--version'], { encoding: 'utf8', env: {} });
      need(status === 0, `chain/bin/electra-prove does not run (${(error as NodeJS.ErrnoException | undefined)?.code ?? status})`);
      return stdout.trim();
    }),
  ];
}

/** Says which parts the others go on without. */
function withoutParts(data: DataFolder): string {
  const reasons = Object.values(sparedParts(data));
  need(reasons.length === 0, `${reasons.join('; ')}; mend it, then stop and start`);
  return 'none is missing';
}

function folder(data: DataFolder): Promise<Finding>[] {
  return [
    finding('passphrase file', () => {
      const mode = statSync(data.passphrase).mode & 0o777;
      need((mode & 0o077) === 0, `mode ${mode.toString(8)}: expected 600`);
      return 'readable by its owner only';
    }),
    finding('keys', () =>
      nodeKeys(data).development
        ? 'development keys, with which proofs can be forged: fit to try things out'
        : 'of the community’s ceremony',
    ),
    finding('disk', () => {
      const s = statfsSync(data.dir);
      const free = s.bavail * s.bsize;
      need(free > LOW_DISK_BYTES, `${(free / 1024 ** 3).toFixed(1)} GiB free: expected more than 2`);
      return `${(free / 1024 ** 3).toFixed(1)} GiB free`;
    }),
    finding('chain', async () => {
      const url = readEndpoints(data)?.rpcUrls[0] ?? readSettings(data).rpcUrls?.[0];
      need(Boolean(url), NOT_RUNNING);
      const { height, blockTime } = await new CometRpc({ urls: [url!], timeoutMs: 3_000 }).status().catch((error: RpcError) => {
        throw error.reason === 'ECONNREFUSED' ? new Error(NOT_RUNNING) : error;
      });
      const ageS = (Date.now() - Date.parse(blockTime)) / 1000;
      need(ageS < 60, `height ${height}, last block ${ageS.toFixed(0)} s ago: more than a third of the validators may be offline`);
      return `height ${height}, last block ${ageS.toFixed(1)} s ago`;
    }),
    finding('vault', async () => {
      const status = await vaultStatus(data.vaultSocket);
      const foreign = status.foreign;
      need(
        foreign.length === 0,
        `the chain has a sealing key that is not this vault’s (epoch ${foreign.join(', ')}): whoever holds it reads the meters`,
      );
      return `newest epoch ${status.newest}, and the chain has no key but this vault’s`;
    }),
  ];
}

const inWords = ({ meter, name, days, reason }: DisputedMeter): string =>
  `${name ?? meter}: disputed ${days} day${days === 1 ? '' : 's'} running (${reason})`;

const runInWords = ({ meter, name, firstDay, lastDay, why, dueUnixS }: OpenRun): string =>
  `${name ?? meter}: ${dayToDate(firstDay)} … ${dayToDate(lastDay)}, ${why}; due ${new Date(dueUnixS * 1000).toISOString().slice(0, 10)}`;

/** Whether the chain has verified what is anchored. @throws Error with what it refused */
async function provenInWords(sql: Parameters<typeof unprovenBooks>[0]): Promise<string> {
  const waiting = await unprovenBooks(sql);
  const refused = waiting.filter(({ error }) => error !== null);
  const named = refused.slice(0, DATES_NAMED).map(({ day, version, error }) => `${dayToDate(day)} (version ${version}): ${error}`);
  need(refused.length === 0, `${named.join('; ')} (what to do: docs/prove-book.md)`);
  return waiting.length === 0 ? 'the chain has verified every anchored book' : `${waiting.length} on their way to the chain`;
}

/** Whether the chain takes what communities owe. @throws Error with what it refused */
async function settledInWords(sql: Parameters<typeof periodsOf>[0]): Promise<string> {
  const open = (await periodsOf(sql)).filter(({ state }) => state !== 'settled');
  const refused = open.filter(({ state }) => state !== 'proving' && state !== 'sending');
  const named = refused.slice(0, DATES_NAMED).map(({ fromDay, name, state }) => `${dayToDate(fromDay)} ${name}: ${state}`);
  need(refused.length === 0, `${named.join('; ')} (what to do: docs/exchange.md)`);
  return open.length === 0 ? 'every period that is over is on the chain' : `${open.length} sum(s) on their way to the chain`;
}

/**
 * Days without a book, for good. Those that nobody stated are no fault of this node, and those of long ago are over.
 * @throws Error with those that it has let run out
 */
async function voidDaysInWords(sql: Sql): Promise<string> {
  const found = await indexFindings(sql);
  const words = voidInWords(found);
  const since = Math.floor(((await chainHead(sql))?.chainUnixS ?? 0) / DAY_S) - VOID_TOLD_DAYS;
  need(!found.voidDays.some((day) => day >= since), `${words.join('; ')} (nothing of them is billed: docs/prove-book.md)`);
  return words.length === 0 ? 'none' : `${words.join('; ')}; there is nothing to mend`;
}

/** How much time shared days have. */
async function sharingInWords(sql: Sql, data: DataFolder): Promise<string> {
  const { sharing } = await indexFindings(sql, await timeOfMain(data));
  const [faults, over] = [sharingFaults(sharing), sharingOddities(sharing)];
  need(faults.length === 0, [...faults, ...over].join('; '));
  return over.length === 0 ? 'no shared day is running out of time' : over.join('; ');
}

async function database(data: DataFolder): Promise<Finding[]> {
  try {
    return await withDatabase(data, 'books', async (sql) => [
      await finding('database', async () => {
        await assertSchemaVersion(sql);
        return 'reachable, schema current';
      }),
      await finding('index', async () => {
        const head = await chainHead(sql);
        if (!head) throw new Error('empty: the indexer has not run yet');
        return `height ${head.newest}, results checked to ${head.height}`;
      }),
      await finding('days', async () => {
        const days = await newestDays(sql, DAYS_SHOWN);
        return days.length === 0 ? 'none frozen yet' : days.map(({ day, state }) => `${dayToDate(day)} ${state ?? 'frozen'}`).join(', ');
      }),
      await finding('frozen days', async () => {
        const missing = missingDays({ ...(await indexFindings(sql)), sharing: [] });
        need(missing.length === 0, missing.join('; '));
        return 'all that the chain froze are indexed and booked';
      }),
      await finding('void days', () => voidDaysInWords(sql)),
      await finding('sharing', () => sharingInWords(sql, data)),
      await finding('blocks', async () => {
        const found = { ...(await indexFindings(sql)), ...NO_VOID, sharing: [] };
        const named = found.rosters
          .slice(0, DATES_NAMED)
          .map(({ day, late, meters }) => `${dayToDate(day)}${late ? ' (late)' : ''}: ${meters.join(', ')}`);
        need(oddities(found).length === 0, [...oddities(found), ...named].join('; '));
        return 'every transaction was read, every roster is that of the indexed statements';
      }),
      await finding('state proofs', async () => {
        const { days, unproven } = await releasedDays(sql);
        need(unproven.length === 0, `${datesOf(unproven)} cannot be exported: ${NO_STATE_PROOFS}`);
        return days === 0 ? 'no day released yet' : `of all ${days} released day${days === 1 ? '' : 's'}`;
      }),
      await finding('proven books', () => provenInWords(sql)),
      ...(isExchange(data) ? [await finding('settlement', () => settledInWords(sql))] : []),
      await finding('validators', async () => {
        const changes = await queuedChanges(sql);
        return changes.length === 0 ? 'no change of power queued' : changes.join('; ');
      }),
      await finding('operator', async () => {
        const { address, words } = await operatorInWords(sql);
        const own = operatorAddress(data.signer);
        need(own === address, `${words}. The key here is ${own}’s, which the chain refuses: electra operator adopt`);
        return words;
      }),
      await finding('disputed meters', async () => {
        const disputed = await disputedMeters(sql);
        need(disputed.length === 0, `${disputed.map(inWords).join('; ')} (what to do: docs/meter-sdk.md, "A disputed day")`);
        return 'none';
      }),
      await finding('runs', async () => {
        const runs = await openRunsOf(sql);
        const head = await chainHead(sql);
        const overdue = runs.filter(({ dueUnixS }) => dueUnixS < (head?.chainUnixS ?? 0));
        need(overdue.length === 0, `${runs.map(runInWords).join('; ')} (what to do: docs/audit.md, "What an operator does about them")`);
        return runs.length === 0 ? 'every stretch of days without a statement is closed' : runs.map(runInWords).join('; ');
      }),
      await finding('refused boxes', async () => {
        const refused = await refusedBoxes(sql);
        return refused.length === 0 ? 'none' : refused.map(({ boxes, reason }) => `${boxes} × ${reason}`).join(', ');
      }),
    ]);
  } catch (error) {
    return [{ check: 'database', ok: false, detail: explain(error) }];
  }
}

/** The index of the main chain that the community shares on. */
async function mainIndex(data: DataFolder, chainId: string): Promise<Finding> {
  return finding('main index', async () => {
    const make = 'electra migrate --database-url-file FILE makes it';
    return withDatabase(
      data,
      'books',
      async (sql) => {
        need(await hasMainDatabase(data.secrets, 'books'), `there is no database of the main chain’s index yet: ${make}`);
        await assertSchemaVersion(sql);
        const head = await chainHead(sql);
        if (!head) throw new Error('empty: electra index --main has not run yet');
        need(head.chainId === chainId, `it is of ${head.chainId}, not of ${chainId}: electra index --main --reset`);
        // Its books are others': days without one, or void, are nothing that this node could mend.
        const found = { ...(await indexFindings(sql)), unbookedDays: [], unprovenDays: [], ...NO_VOID };
        const odd = [...missingDays(found), ...oddities(found)];
        need(odd.length === 0, odd.join('; '));
        const ageS = Math.round((Date.now() - head.updatedAt.getTime()) / 1000);
        need(ageS < STALE_S, `height ${head.newest}, written ${ageS} s ago: does electra index --main run, and does ${chainId}?`);
        return `${chainId}, height ${head.newest}, results checked to ${head.height}`;
      },
      { main: true },
    );
  });
}

export function register(program: Command): void {
  const c = program.command('doctor').description('check this machine and a data folder').addOption(dataOption()).addOption(jsonOption());
  example(c, 'npx electra doctor --data .electra');
  c.action(async () => {
    const o = c.opts();
    const data = dataFolder(o.data);
    const findings = await Promise.all(machine());
    if (hasSettings(data)) {
      const running = await isLocked(data, 'up');
      const { uplink } = readSettings(data);
      findings.push(
        { check: 'electra up', ok: true, detail: running ? 'running' : 'not running' },
        ...(running ? [await finding('parts', () => withoutParts(data))] : []),
        ...(await Promise.all(folder(data))),
        ...(await database(data)),
        ...(uplink ? [await mainIndex(data, uplink.mainChainId)] : []),
      );
    } else findings.push({ check: 'data folder', ok: false, detail: `${data.dir} holds no community yet` });
    if (o.json) process.stdout.write(`${JSON.stringify(findings)}\n`);
    else for (const f of findings) process.stdout.write(`${f.ok ? '✓' : '✗'} ${f.check.padEnd(16)} ${f.detail}\n`);
    process.exitCode = findings.every((f) => f.ok) ? 0 : 1;
  });
}
