/**
 * How each long-running command lives: a log on stdout, a signal to stop on, an end when its supervisor dies, and two ways to fail
 * (try again, or don't).
 */
import pino, { type Logger } from 'pino';
import { EXIT_FATAL, explain } from '../../cli/errors.ts';

export type { Logger };

export interface ProcessContext {
  log: Logger;
  /** aborted by SIGINT, SIGTERM or the end of the supervising process */
  signal: AbortSignal;
}

/** Whether an error says that trying again cannot help: a forked chain, a wrong passphrase, an unknown schema. */
function isFatal(error: unknown): boolean {
  return error instanceof Error && (/Fatal/.test(error.name) || (error as { fatal?: unknown }).fatal === true);
}

export async function runProcess(name: string, work: (context: ProcessContext) => Promise<void>): Promise<never> {
  const log = pino({ name, level: process.env.ELECTRA_LOG_LEVEL ?? 'info', base: { name }, timestamp: pino.stdTimeFunctions.isoTime });
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (process.connected) process.on('disconnect', end);
  let code = 0;
  try {
    await work({ log, signal: stop.signal });
    if (!stop.signal.aborted) code = 1;
  } catch (error) {
    if (!stop.signal.aborted) {
      code = isFatal(error) ? EXIT_FATAL : 1;
      log.error({ code: (error as { code?: unknown }).code }, explain(error));
      if (process.env.ELECTRA_DEBUG && error instanceof Error) log.error(error.stack);
      process.stderr.write(`electra ${name}: ${explain(error)}\n`);
    }
  }
  process.exit(code);
}
