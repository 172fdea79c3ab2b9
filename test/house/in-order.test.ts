/** Suites that run side by side are read one after the other, and all of them before the total (scripts/in-order.mjs). */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const IN_ORDER = fileURLToPath(new URL('../../scripts/in-order.mjs', import.meta.url));

/** What a program prints whose suites `a`, `b`, `c` last as told, `d` begins after `b`, and `a` may fail. */
const printed = (ms: { a: number; b: number; c: number }, aFails = false): string[] =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { allSaid, inOrder } from ${JSON.stringify(IN_ORDER)};
       const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
       const suite = (name, ms, fails) => inOrder(async (say) => {
         say(name);
         await wait(ms);
         if (fails) throw new Error(name);
         say(name + '.');
       });
       await Promise.allSettled([suite('a', ${ms.a}, ${aFails}), suite('b', ${ms.b}).then(() => suite('d', 10)), suite('c', ${ms.c})]);
       await allSaid();
       console.log('total');
       process.exit(0);`,
    ],
    { encoding: 'utf8' },
  )
    .trimEnd()
    .split('\n');

test('suites side by side are read in the order in which they began, whichever ends first', () => {
  expect(printed({ a: 120, b: 10, c: 60 })).toEqual(['a', 'a.', 'b', 'b.', 'c', 'c.', 'd', 'd.', 'total']);
  expect(printed({ a: 10, b: 40, c: 150 })).toEqual(['a', 'a.', 'b', 'b.', 'c', 'c.', 'd', 'd.', 'total']);
});

test('a suite that breaks off keeps nobody else from being heard', () => {
  expect(printed({ a: 60, b: 10, c: 20 }, true)).toEqual(['a', 'b', 'b.', 'c', 'c.', 'd', 'd.', 'total']);
});
