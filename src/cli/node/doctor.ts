/** `electra doctor`: what a person checks first when something is wrong, in one list. */
import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { assertSchemaVersion } from '../../node/db/index.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { vaultStatus } from '../../node/vault/client.ts';
import { dataFolder, hasSettings, readEndpoints, readSettings, type DataFolder } from '../../node/processes/data-folder.ts';
import { withDatabase } from '../database.ts';
import { explain } from '../../node/processes/explain.ts';
import { isLocked } from '../lock.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { ELECTRAD } from '../../node/processes/paths.ts';

interface Finding {
  check: string;
  ok: boolean;
  detail: string;
}
const LOW_DISK_BYTES = 2 * 1024 ** 3;

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
  ];
}

interface DayRow {
  day: number;
  state: string | null;
  frozen: boolean;
}

function folder(data: DataFolder): Promise<Finding>[] {
  return [
    finding('passphrase file', () => {
      const mode = statSync(data.passphrase).mode & 0o777;
      need((mode & 0o077) === 0, `mode ${mode.toString(8)}: expected 600`);
      return 'readable by its owner only';
    }),
    finding('disk', () => {
      const s = statfsSync(data.dir);
      const free = s.bavail * s.bsize;
      need(free > LOW_DISK_BYTES, `${(free / 1024 ** 3).toFixed(1)} GiB free: expected more than 2`);
      return `${(free / 1024 ** 3).toFixed(1)} GiB free`;
    }),
    finding('chain', async () => {
      const url = readEndpoints(data)?.rpcUrls[0] ?? readSettings(data).rpcUrls?.[0];
      need(Boolean(url), 'no address known (not running)');
      const status = (await (await fetch(`${url}/status`, { signal: AbortSignal.timeout(3_000) })).json()) as {
        result: { sync_info: { latest_block_height: string; latest_block_time: string } };
      };
      const { latest_block_height: height, latest_block_time: time } = status.result.sync_info;
      const ageS = (Date.now() - Date.parse(time)) / 1000;
      need(ageS < 60, `height ${height}, last block ${ageS.toFixed(0)} s ago: more than a third of the validators may be offline`);
      return `height ${height}, last block ${ageS.toFixed(1)} s ago`;
    }),
    finding('vault', async () => {
      const status = await vaultStatus(data.vaultSocket);
      return `newest epoch ${status.newest}`;
    }),
  ];
}

async function database(data: DataFolder): Promise<Finding[]> {
  try {
    return await withDatabase(data, 'books', async (sql) => [
      await finding('database', async () => {
        await assertSchemaVersion(sql);
        return 'reachable, schema current';
      }),
      await finding('index', async () => {
        const [cursor] = await sql<
          { height: number; results_height: number }[]
        >`select height::int4, results_height::int4 from chain.cursor`;
        need(Boolean(cursor), 'empty: the indexer has not run yet');
        return `height ${cursor.height}, results checked to ${cursor.results_height}`;
      }),
      await finding('days', async () => {
        const days = await sql<
          DayRow[]
        >`select coalesce(d.day, r.day) as day, d.state, r.day is not null as frozen from chain.roster r full join books.day d on d.day = r.day and d.version = 1 where r.late is not true order by 1 desc limit 14`;
        return days.length === 0 ? 'none frozen yet' : days.map((d) => `${dayToDate(d.day)} ${d.state ?? 'frozen'}`).join(', ');
      }),
      await finding('state proofs', async () => {
        const [{ days, missing }] = await sql<{ days: number; missing: number[] }[]>`
          select count(*)::int4 as days, coalesce(array_agg(d.day order by d.day) filter (where e.day is null), '{}') as missing
          from books.day d left join chain.evidence e using (day) where d.version = 1 and d.state = 'released'`;
        need(
          missing.length === 0,
          `${missing.slice(0, 5).map(dayToDate).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''} cannot be exported: the index has no state proofs yet (it takes them once it is level with the chain)`,
        );
        return days === 0 ? 'no day released yet' : `of all ${days} released day${days === 1 ? '' : 's'}`;
      }),
      await finding('refused boxes', async () => {
        const rows = await sql<
          { reason: string; n: number }[]
        >`select reason, count(*)::int4 as n from (select reason from books.statement where status = 'refused' union all select reason from books.report where status = 'refused') x group by reason`;
        return rows.length === 0 ? 'none' : rows.map((r) => `${r.n} × ${r.reason}`).join(', ');
      }),
    ]);
  } catch (error) {
    return [{ check: 'database', ok: false, detail: explain(error) }];
  }
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
      findings.push(
        { check: 'electra up', ok: true, detail: running ? 'running' : 'not running' },
        ...(await Promise.all(folder(data))),
        ...(await database(data)),
      );
    } else findings.push({ check: 'data folder', ok: false, detail: `${data.dir} holds no community yet` });
    if (o.json) process.stdout.write(`${JSON.stringify(findings)}\n`);
    else for (const f of findings) process.stdout.write(`${f.ok ? '✓' : '✗'} ${f.check.padEnd(16)} ${f.detail}\n`);
    process.exitCode = findings.every((f) => f.ok) ? 0 : 1;
  });
}
