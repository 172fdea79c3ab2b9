/**
 * What a command says when it cannot go on: one sentence for a person, an exit code for a script. Stack traces stay inside;
 * ELECTRA_DEBUG=1 shows them to a developer.
 */
import { ElectraError } from '../protocol/values/errors.ts';

export class CliError extends ElectraError<'usage'> {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super('usage', message);
    this.exitCode = exitCode;
  }
}

/** Exit code of a process that must not simply be started again (forked chain, wrong key, …). */
export const EXIT_FATAL = 70;

/** One line about any error: its message and, where it has one, its stable code. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  if (code === 'ECONNREFUSED') return `nobody answers (${error.message || 'connection refused'}): is it running?`;
  const inner = error instanceof AggregateError && !error.message ? error.errors.map(explain).join('; ') : error.message;
  return typeof code === 'string' && !(error instanceof CliError) && !inner.includes(code) ? `${inner} [${code}]` : inner;
}

/** Prints the error and ends the process. */
export function fail(error: unknown): never {
  process.stderr.write(`electra: ${explain(error)}\n`);
  if (process.env.ELECTRA_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(error instanceof CliError ? error.exitCode : 1);
}
