/** What a command says when it cannot go on: one sentence for a person, an exit code for a script. */
import { explain } from '../node/processes/explain.ts';
import { CommandError } from '../reader/cli/command.ts';

export class CliError extends CommandError {}

/** Prints the error and ends the process. */
export function fail(error: unknown): never {
  process.stderr.write(`electra: ${explain(error)}\n`);
  if (process.env.ELECTRA_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(error instanceof CommandError ? error.exitCode : 1);
}
