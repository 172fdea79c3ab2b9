/**
 * The firmware SDK's commands: node scripts/sdk-c.mjs test | table [--accept] | fuzz [seconds] | fetch
 * `test` ends with one line "N passed, N failed, N skipped"; without the C tools it says which are missing and skips.
 */
import { armTests } from '../sdk/c/scripts/arm.mjs';
import { crossTests } from '../sdk/c/scripts/cross.mjs';
import { fetchMonocypher } from '../sdk/c/scripts/fetch.mjs';
import { fuzzTests } from '../sdk/c/scripts/fuzz.mjs';
import { constantTimeTests, coverageTest, footprintTest, generatedTests, hostTests, makeVectors } from '../sdk/c/scripts/host.mjs';
import { missing, say, Tests } from '../sdk/c/scripts/lib.mjs';
import { packageTests } from '../sdk/c/scripts/package.mjs';

const [command = 'test', option] = process.argv.slice(2);
const t = new Tests();

const COMMANDS = {
  async test() {
    await generatedTests(t);
    await footprintTest(t);
    await hostTests(t);
    await constantTimeTests(t);
    await coverageTest(t);
    await armTests(t);
    await fuzzTests(t, { inputs: 120_000 });
    await packageTests(t);
    await crossTests(t);
  },
  table: () => armTests(t, { accept: option === '--accept' }),
  fuzz: () => fuzzTests(t, { seconds: Number(option ?? 3600) }),
  fetch: async () => {},
};

async function main() {
  if (!COMMANDS[command]) throw new Error(`no command ${command}; there are ${Object.keys(COMMANDS).join(', ')}`);
  const absent = await missing();
  if (absent.length > 0) {
    say(`sdk/c is skipped: it needs ${absent.join(', ')}. On Debian: bash sdk/c/scripts/install.sh`);
    return say('0 passed, 0 failed, 1 skipped');
  }
  await fetchMonocypher();
  await makeVectors();
  await COMMANDS[command]();
  say(`${t.passed} passed, ${t.failed} failed, 0 skipped`);
}

try {
  await main();
} catch (error) {
  t.failed++;
  say(`sdk/c: ${error.message}`);
  say(`${t.passed} passed, ${t.failed} failed, 0 skipped`);
}
process.exitCode = t.failed === 0 ? 0 : 1;
