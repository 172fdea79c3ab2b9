/** The `electra` command. */
import { endWithParent } from '../../bin/parent.mjs';
import { makeProgram } from './commands.ts';
import { fail } from './errors.ts';

endWithParent();
const isSupervisor = process.argv[2] === 'up';

// Whoever read our output is gone (`| head`, a closed window): the work goes on, and its exit code still counts. Anything else is said.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO' || isSupervisor) return;
    if (stream === process.stdout) fail(error);
    process.exit(1);
  });

async function main(argv: readonly string[]): Promise<void> {
  const [, , first] = argv;
  // One command is loaded where one is named; all only where the list is asked for.
  const listed = first === undefined || first === 'help' || first.startsWith('-');
  const program = await makeProgram(listed ? undefined : first);
  if (first === undefined) return program.outputHelp();
  await program.parseAsync(argv);
}

main(process.argv).catch(fail);
