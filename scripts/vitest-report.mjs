/**
 * What vitest's JSON report says of each file, and which files are run once more: a browser, a chain and a database beside one another's
 * can be too slow for a test that waits for them, which tells nothing of the program. What is wrong fails alone, too.
 */
import { stripVTControlCharacters } from 'node:util';

/** More than so many failed files are no crowded machine. */
export const MOST_ONCE_MORE = 6;

/** The beginning of what a failed test said, without its stack: whoever reads only the end of a log must not have to guess. */
function saidOf(messages) {
  const said = stripVTControlCharacters((messages ?? []).join('\n'))
    .split('\n')
    .filter((line) => line.trim() && !/^\s+at /.test(line));
  return said
    .slice(0, 12)
    .map((line) => `\n    ${line.slice(0, 400)}`)
    .join('');
}

/**
 * A file that could not be run counts as one failed test.
 * @returns `said`: each failure, with what it said
 */
export function countFile({ status, message, assertionResults }) {
  const of = (...kinds) => assertionResults.filter((test) => kinds.includes(test.status));
  const said = of('failed').map(({ fullName, failureMessages }) => `${fullName}${saidOf(failureMessages)}`);
  if (status === 'failed' && said.length === 0) said.push(`could not be run: ${message}`);
  return { passed: of('passed').length, failed: said.length, skipped: of('skipped', 'pending', 'todo', 'disabled').length, said };
}

/**
 * @param counts by file
 * @returns the files to run once more, alone: none where too many failed
 */
export function onceMore(counts) {
  const failed = [...counts].filter(([, { failed }]) => failed > 0).map(([file]) => file);
  return failed.length > MOST_ONCE_MORE ? [] : failed;
}
