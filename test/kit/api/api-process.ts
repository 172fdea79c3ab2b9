/**
 * The API in a process of its own: `api-process.ts '{"databaseUrl": …, "free": true}'` prints its URL, and ends with its parent.
 * `free`: no client has limits.
 */
import { pino } from 'pino';
import { LIMITS } from '../../../src/node/api/limits.ts';
import { runApi } from '../../../src/node/api/run.ts';

const { databaseUrl, free } = JSON.parse(process.argv[2]) as { databaseUrl: string; free: boolean };
const endless = { burst: 1e9, perMinute: 1e9 };
const limits = free
  ? {
      clients: { strangers: endless, members: endless },
      connections: { ...LIMITS.connections, perAddress: 1e9, all: 1e9 },
    }
  : undefined;
const { url } = await runApi({ databaseUrl, host: '127.0.0.1', port: 0, lagLimitS: 1e9, limits, log: pino({ level: 'silent' }) });
process.stdout.write(`${url}\n`);
process.on('disconnect', () => process.exit(0));
