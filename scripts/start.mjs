/** `npm start`: sets everything up, then runs a whole community here (`electra up`), or with --exchange communities that share. */
import { mainChain, runNode, setup } from './setup.mjs';
import { endWithNpm } from './with-npm.mjs';

endWithNpm();
const args = process.argv.slice(2);
try {
  await setup();
  if (args.includes('--exchange')) await mainChain();
  process.exit(await runNode(['src/cli/main.ts', 'up', ...args]));
} catch (error) {
  console.error(`npm start: ${error.message}`);
  process.exit(1);
}
