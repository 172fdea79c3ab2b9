/** `npm run bench:recovery`: from kill -9, and from when Postgres is back, to indexing again; exit 1 where either takes too long. */
import { loadavg } from 'node:os';
import { fail } from '../../src/cli/errors.ts';
import { recoveries } from '../../test/kit/made-chain/recovery.ts';

const PLAN = { times: 5, awayMs: 12_000 };
const MOST_MS = { killed: 2_000, postgres: 3_000 };

async function main(): Promise<number> {
  const load = loadavg()[0];
  const { killedMs, postgresMs } = await recoveries('sparse', PLAN);
  const line = (about: string, ms: readonly number[], most: number): boolean => {
    const good = Math.max(...ms) <= most;
    process.stdout.write(`${good ? '✓' : '✗'} ${about}: ${ms.map((one) => one.toFixed(0)).join(', ')} ms, at most ${most}\n`);
    return good;
  };
  const killed = line('kill -9 of the indexer, until it has indexed again', killedMs, MOST_MS.killed);
  const postgres = line(`Postgres away for ${PLAN.awayMs / 1000} s and back, until indexed again`, postgresMs, MOST_MS.postgres);
  process.stdout.write(`load ${load.toFixed(1)}\n`);
  return killed && postgres ? 0 : 1;
}

main().then((code) => process.exit(code), fail);
