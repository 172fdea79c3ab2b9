/** What a command says when it cannot go on: one sentence for a person, an exit code for a script. */
import { explain, USAGE } from '../node/processes/explain.ts';
import { ElectraError } from '../protocol/values/errors.ts';

export class CliError extends ElectraError {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(USAGE, message);
    this.exitCode = exitCode;
  }
}

/** Prints the error and ends the process. */
export function fail(error: unknown): never {
  process.stderr.write(`electra: ${explain(error)}\n`);
  if (process.env.ELECTRA_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(error instanceof CliError ? error.exitCode : 1);
}
