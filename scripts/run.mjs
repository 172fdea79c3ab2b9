/** Runs one of the project's TypeScript programs on the pinned Node: node scripts/run.mjs FILE [args…] */
import { runNode, setup } from './setup.mjs';
import { endWithNpm } from './with-npm.mjs';

endWithNpm();
try {
  await setup();
  process.exit(await runNode(process.argv.slice(2)));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
