/**
 * Makes the expected answers anew: `node scripts/run.mjs test/golden/regenerate.ts [PART …]`. See answers.ts: a change of an answer is a
 * change of format, made on purpose. The inputs stay.
 */
import { type Part, writeExpected } from './answers.ts';
import { parts } from './parts.ts';

const asked = process.argv.slice(2) as Part[];
for (const part of asked.length > 0 ? asked : (Object.keys(parts) as Part[])) {
  const answers = await parts[part]();
  writeExpected(part, answers);
  console.log(`${part}: ${Object.keys(answers).length} answers`);
}
process.exit(0);
