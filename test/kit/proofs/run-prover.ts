/**
 * A prover process for tests that kill it: node run-prover.ts DATABASE_URL KEYS_DIR [ELECTRA_PROVE]. Writes one JSON line per log entry.
 */
import { runProver } from '../../../src/node/proofs/pool.ts';

const [databaseUrl, keysDir, binary] = process.argv.slice(2);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
process.on('disconnect', () => process.exit(1)); // never outlives the test
const write =
  (level: string) =>
  (fields: object, message: string): void => {
    process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`);
  };
await runProver({
  databaseUrl,
  keysDir,
  binary,
  signal: stop.signal,
  log: { info: write('info'), warn: write('warn'), error: write('error') },
});
process.exit(0);
