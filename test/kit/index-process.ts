/**
 * The indexer in a process of its own, to be measured and killed, as `electra index` runs it; says on each line of its output how far it is
 * and when.
 */
import pino from 'pino';
import { runIndexer } from '../../src/node/indexer/index.ts';

const [rpcUrl, databaseUrl] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('disconnect', () => process.exit(1)); // whoever measured is gone
const say = (line: Record<string, unknown>) =>
  process.stdout.write(`${JSON.stringify({ atMs: performance.timeOrigin + performance.now(), ...line })}\n`);

say({ height: 0, txs: 0 });
await runIndexer({
  rpcUrls: [rpcUrl],
  databaseUrl,
  development: true,
  signal: stop.signal,
  log: pino({ level: 'warn' }, process.stderr),
  onProgress: ({ height, txs }) => say({ height, txs }),
});
say({ cpuS: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6, residentMb: process.resourceUsage().maxRSS / 1024 });
