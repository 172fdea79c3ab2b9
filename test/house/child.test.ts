/** What a program behind a wrapper is started with (bin/child.mjs). */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const CHILD = fileURLToPath(new URL('../../bin/child.mjs', import.meta.url));

/** Runs `script` by a shell behind the wrapper, with words of its own. */
function behind(script: string, ...words: string[]) {
  const given = JSON.stringify(['-c', script, 'sh', ...words]);
  const program = `import { runChild } from ${JSON.stringify(CHILD)}; process.exit(await runChild('sh', ${given}));`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

test('it can leave no image of its memory behind, and can’t allow itself one', () => {
  expect(behind('ulimit -Sc; ulimit -Hc').stdout).toBe('0\n0\n');
});

test('it gets its words as they are, and its exit code is passed on', () => {
  const { stdout, status } = behind('printf "<%s>" "$@"; exit 7', 'a b', '$HOME', '*', '"; exit 1', '');
  expect([stdout, status]).toEqual(['<a b><$HOME><*><"; exit 1><>', 7]);
});
