/**
 * The API in a process of its own: `api-process.ts '{"databaseUrl": …, "free": true}'` prints its URL, and ends with its parent.
 * `free`: no client has limits. `metrics`: also prints where they
 * are.
 */
import { pino } from 'pino';
import { LIMITS } from '../../../src/node/api/limits.ts';
import { runApi } from '../../../src/node/api/run.ts';

const { databaseUrl, free, metrics } = JSON.parse(process.argv[2]) as { databaseUrl: string; free: boolean; metrics?: boolean };
const endless = { burst: 1e9, perMinute: 1e9 };
const limits = free
  ? {
      clients: { strangers: endless, members: endless },
      connections: { ...LIMITS.connections, perAddress: 1e9, all: 1e9 },
      streams: { ...LIMITS.streams, perViewer: 1e9, perClient: 1e9, all: 1e9 },
    }
  : undefined;
const { url, metricsUrl } = await runApi({
  databaseUrl,
  host: '127.0.0.1',
  port: 0,
  ...(metrics && { metrics: { host: '127.0.0.1', port: 0 } }),
  lagLimitS: 1e9,
  limits,
  log: pino({ level: 'silent' }),
});
process.stdout.write(`${metrics ? `${url} ${metricsUrl}/metrics` : url}\n`);
process.on('disconnect', () => process.exit(0));
