/** `npm start`: sets everything up, then runs a whole community on this machine (`electra up`). */
import { runNode, setup } from './setup.mjs';

const args = process.argv.slice(2);
try {
  await setup();
  process.exit(await runNode(['src/cli/main.ts', 'up', ...args]));
} catch (error) {
  console.error(`npm start: ${error.message}`);
  process.exit(1);
}
