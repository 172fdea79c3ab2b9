/** The `electra` command. */
import { makeProgram } from './commands.ts';
import { fail } from './errors.ts';

async function main(argv: readonly string[]): Promise<void> {
  const [, , first] = argv;
  // One command is loaded where one is named; all only where the list is asked for.
  const listed = first === undefined || first === 'help' || first.startsWith('-');
  const program = await makeProgram(listed ? undefined : first);
  if (first === undefined) return program.outputHelp();
  await program.parseAsync(argv);
}

main(process.argv).catch(fail);
