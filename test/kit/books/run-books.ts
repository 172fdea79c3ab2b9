/**
 * The books in a process of their own, for tests that kill it: forked with the options as JSON. The audit passes and the provers are
 * pretended by the test; everything else is real.
 */
import { runBooks } from '../../../src/node/books/run.ts';
import { clearingInput, dayBillInput, substituteInput } from '../../../src/node/proofs/inputs.ts';

const { databaseUrl, vaultSocket, signerSocket } = JSON.parse(process.argv[2]) as {
  databaseUrl: string;
  vaultSocket: string;
  signerSocket: string;
};
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
process.on('disconnect', () => stop.abort());
const say = (level: string) => (_: object, message: string) => {
  if (process.connected) process.send!({ level, message });
};
try {
  await runBooks({
    databaseUrl,
    vaultSocket,
    signerSocket,
    development: true,
    signal: stop.signal,
    builders: { dayBillInput, clearingInput, substituteInput },
    audit: async () => ({ exitCode: 4, checks: [] }),
    log: { info: say('info'), warn: say('warn'), error: say('error') },
  });
  process.exit(0);
} catch (error) {
  say('fatal')({}, `${(error as { code?: string }).code}: ${(error as Error).message}`);
  process.exit(1);
}
