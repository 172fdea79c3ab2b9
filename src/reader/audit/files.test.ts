/** Bundles that cannot be read, and bundles of noise: a verdict each time, never an exception. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY1, DAY2, edit, load, writeBundle } from '../../../test/kit/audit/bundles.ts';
import { auditAsIs as auditOf, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { BOOK_FORMAT } from '../../protocol/index.ts';
import { readBundle } from '../folder.ts';
import { auditPath } from './audit-path.ts';
import { auditBundle, formatVerdict } from './index.ts';

const DAY_FILES = ['book', 'proofs', 'roster', 'chain', 'state'].map((name) => `days/${DAY2}/${name}.json`);
const PREVIOUS = ['book', 'roster', 'chain', 'state'].map((name) => `days/${DAY1}/${name}.json`);
const CHECK_OF: Record<string, string> = {
  book: '3 book',
  proofs: '4 inputs',
  roster: '3 roster',
  chain: '3 chain',
  state: '2 state proofs',
  light: '1 headers',
  genesis: '3 genesis',
};
const checkOf = (path: string): string => CHECK_OF[/(\w+)\.json$/.exec(path)![1]];

describe("what cannot be read gives exit code 2 and the file's name", () => {
  const changes: [string, (text: string) => string | undefined][] = [
    ['truncated', (text) => text.slice(0, Math.floor(text.length / 2))],
    ['missing', () => undefined],
    ['truncated by one character', (text) => text.trimEnd().slice(0, -1)],
    ['empty', () => ''],
    ['no JSON', () => 'electra'],
  ];
  const cases = [
    ...['genesis.json', 'light.json', ...DAY_FILES].flatMap((path) => changes.map((change) => [path, ...change] as const)),
    ...PREVIOUS.flatMap((path) => changes.slice(0, 2).map((change) => [path, ...change] as const)),
  ];
  test.each(cases)('%s %s', async (path, _name, change) => {
    const files = exported();
    const text = change(files.get(path)!);
    if (text === undefined) files.delete(path);
    else files.set(path, text);
    const verdict = await auditOf(files);
    expect(namesOf(verdict, 'failed')).toEqual([]);
    expect(verdict).toMatchObject({ exitCode: 2, status: 'unreadable' });
    expect(namesOf(verdict, 'unreadable')).toEqual([checkOf(path)]);
    expect(linesOf(verdict, checkOf(path), 'unreadable')[0].detail).toContain(path);
  });

  test('a bundle without days, or with nothing at all', async () => {
    expect(await auditOf(new Map([['genesis.json', load('honest').get('genesis.json')!]]))).toMatchObject({ exitCode: 2 });
    expect(await auditOf(new Map())).toMatchObject({ exitCode: 2, chainId: null });
  });

  test('a bundle whose only day has no proofs: deleting them is no way to a pass', async () => {
    const files = exported();
    for (const path of DAY_FILES) files.delete(path);
    expect(await auditOf(files)).toMatchObject({ exitCode: 2 });
  });
});

describe('what can be read and is wrong gives exit code 1', () => {
  test.each([
    ['genesis.json', '{}'],
    ['genesis.json', '[]'],
    ['genesis.json', 'null'],
    ['light.json', '{}'],
    ['light.json', '[]'],
    ['light.json', 'null'],
    ...DAY_FILES.flatMap((path) => [
      [path, '{}'],
      [path, '[]'],
      [path, 'null'],
      [path, '"electra"'],
      [path, '12'],
    ]),
  ])('%s with %s', async (path, text) => {
    const files = exported();
    files.set(path, text);
    const verdict = await auditOf(files);
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual([checkOf(path)]);
  });

  test('a file in the place of another', async () => {
    const files = exported();
    files.set(DAY_FILES[0], files.get(DAY_FILES[2])!);
    expect(linesOf(await auditOf(files), '3 book').map((c) => c.detail)).toEqual([expect.stringContaining(BOOK_FORMAT)]);
  });

  test('a folder that is no date', async () => {
    const files = exported();
    files.set('days/2026-02-30/book.json', '{}');
    expect(namesOf(await auditOf(files))).toEqual(['3 bundle']);
  });

  test.each(['tick', 'anchor_due_s'])('a genesis without %s, named', async (key) => {
    const files = exported();
    edit(files, 'genesis.json', (g) => {
      delete g.app_state.meter.params[key];
    });
    expect(linesOf(await auditOf(files), '3 genesis').map((c) => c.detail)).toEqual([expect.stringContaining(key)]);
  });
});

describe('noise', () => {
  const harmless = { developmentKeys: true, random: (n: number) => new Uint8Array(n).fill(7) };

  test('any one character changed in book, roster, proofs or state proofs never passes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DAY_FILES.slice(0, 3), DAY_FILES[4]),
        fc.nat(),
        fc.constantFrom(...'0123456789abcdefz",:{}[] '),
        async (path, at, character) => {
          const files = exported();
          const text = files.get(path)!;
          const position = at % text.length;
          fc.pre(text[position] !== character);
          files.set(path, text.slice(0, position) + character + text.slice(position + 1));
          expect([1, 2]).toContain((await auditBundle(files, harmless)).exitCode);
        },
      ),
      { numRuns: 40 },
    );
  }, 240_000);

  test('any value replaced in any file gives a verdict, not an exception', async () => {
    const paths = ['genesis.json', 'light.json', ...DAY_FILES, ...PREVIOUS];
    const values: unknown[] = [
      null,
      true,
      0,
      -1,
      1.5,
      1e300,
      '',
      '0',
      '-0',
      '1'.repeat(400),
      '\ud800',
      [],
      [[]],
      {},
      { toString: 'x' },
      { __proto__: null, constructor: 1 },
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), fc.constantFrom(...values), async (path, at, value) => {
        const files = exported();
        const doc = JSON.parse(files.get(path)!);
        const spots: [Untyped, string | number][] = [];
        const walk = (node: Untyped): void => {
          for (const key of Object.keys(node)) {
            spots.push([node, key]);
            if (typeof node[key] === 'object' && node[key] !== null) walk(node[key]);
          }
        };
        walk(doc);
        const [node, key] = spots[at % spots.length];
        node[key] = value;
        files.set(path, JSON.stringify(doc));
        // No pairings: this is about shapes.
        files.set(DAY_FILES[1], files.get(DAY_FILES[1])!.replace(/"bookHash":"[0-9a-f]{4}/, '"bookHash":"0000'));
        const verdict = await auditBundle(files, harmless);
        expect([1, 2]).toContain(verdict.exitCode);
        expect(formatVerdict(verdict)).not.toMatch(/undefined|\[object/);
      }),
      { numRuns: 300 },
    );
  }, 240_000);
});

describe('a folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'electra-audit-'));
  let dir: string;
  let n = 0;
  const fresh = (): string => {
    dir = join(root, String(n++));
    writeBundle(load('honest'), dir);
    return dir;
  };
  beforeAll(() => fresh());
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('is read as it was written', async () => expect(await readBundle(dir)).toEqual(load('honest')));

  test('of a main chain is read with what its modules hold, what was settled and what communities showed', async () => {
    const files = new Map([...load('honest')]);
    for (const path of ['main.json', 'settlements.json', 'communities/electra-a-5eed0002.json']) files.set(path, '{}');
    const path = join(root, 'main');
    writeBundle(files, path);
    writeFileSync(join(path, 'communities', 'notes.txt'), 'nobody reads this');
    expect(await readBundle(path)).toEqual(files);
  });

  test('of a community with files of a main chain passes, and they are named as not looked at', async () => {
    const target = fresh();
    writeFileSync(join(target, 'main.json'), '{}');
    const verdict = await auditPath(target, { developmentKeys: true });
    expect([verdict.exitCode, verdict.notes.join()]).toEqual([0, expect.stringContaining('Not looked at: main.json')]);
  });

  test("of this repository's keys passes with development keys, and only with them", async () => {
    expect((await auditPath(dir, { developmentKeys: true })).exitCode).toBe(0);
    const verdict = await auditPath(dir);
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['8 clearing key', '8 day-bill key', '8 substitute key']);
  });

  test('that is missing or a file gives a verdict', async () => {
    for (const path of [join(root, 'nowhere'), join(dir, 'genesis.json')]) {
      const verdict = await auditPath(path);
      expect(verdict).toMatchObject({ exitCode: 2, status: 'unreadable' });
      expect(verdict.checks[0].detail).toContain(path);
    }
  });

  test('with symbolic links out of it is refused', async () => {
    const target = fresh();
    rmSync(join(target, DAY_FILES[0]));
    symlinkSync('/etc/passwd', join(target, DAY_FILES[0]));
    expect((await auditPath(target)).checks[0]).toMatchObject({ status: 'unreadable', detail: expect.stringContaining('symbolic link') });
    rmSync(join(target, `days/${DAY2}`), { recursive: true });
    symlinkSync(join(dir, `days/${DAY2}`), join(target, `days/${DAY2}`));
    expect((await auditPath(target)).checks[0]).toMatchObject({ status: 'unreadable', detail: expect.stringContaining('symbolic link') });
  });

  test('with bytes that are no UTF-8, or a byte order mark, is unreadable', async () => {
    const target = fresh();
    const path = join(target, DAY_FILES[0]);
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 50), Buffer.from([0xff]), bytes.subarray(50)]));
    expect((await auditPath(target)).checks[0]).toMatchObject({ status: 'unreadable', detail: expect.stringContaining('UTF-8') });
    writeFileSync(path, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]));
    expect((await auditPath(target, { developmentKeys: true })).exitCode).toBe(2);
  });

  test('with a folder where a file should be is unreadable', async () => {
    const target = fresh();
    rmSync(join(target, DAY_FILES[0]));
    mkdirSync(join(target, DAY_FILES[0]));
    expect((await auditPath(target)).checks[0]).toMatchObject({ status: 'unreadable', detail: `${DAY_FILES[0]}: expected a file` });
  });

  test('with files of no concern passes; those below days/ are named', async () => {
    const target = fresh();
    writeFileSync(join(target, 'README.md'), 'hello');
    writeFileSync(join(target, 'days', DAY2, 'book copy.json'), '{}');
    mkdirSync(join(target, 'days', '.cache'), { recursive: true });
    const verdict = await auditPath(target, { developmentKeys: true });
    expect(verdict.exitCode).toBe(0);
    expect(verdict.notes.join()).toContain(`Not looked at: days/${DAY2}/book copy.json`);
  });
});

describe('the text of a verdict', () => {
  test('has a line for every check, the counts and the exit code', async () => {
    const text = formatVerdict(await auditOf(load('exceptions')));
    expect(text).toMatch(/^NOT A PRODUCTION CHAIN: development keys /);
    expect(text.split('\n')[1]).toBe('Audit of electra-rural-5eed0001, days 2026-07-01 … 2026-07-02: PASSED WITH EXCEPTIONS');
    expect(text).toContain('✓ 6 clearing');
    expect(text).toContain('! 7 runs');
    expect(text).toContain('Substitutes 1 · disputes 1 · open runs 2 · open NoBills 0 · objections 0');
    expect(text).toMatch(/PASSED WITH EXCEPTIONS \(exit code 3\)$/);
  });

  test('marks what failed and what was not checked', async () => {
    const files = exported();
    edit(files, DAY_FILES[0], (b) => {
      b.tariff.retailNelPerWh[17] = '302000';
    });
    const text = formatVerdict(await auditOf(files));
    expect(text).toContain(
      "✗ 3 tariff       slot 17 (04:15 UTC): the book's retailNelPerWh is 302000, expected 300000 as in the tariff on the chain",
    );
    expect(text).toContain('– 5 bills        not checked: the proofs do not belong to this book (check 4)');
  });

  test('prints no control character of a stranger', async () => {
    const files = load('exceptions');
    edit(files, `days/${DAY1}/chain.json`, (c) => {
      c.disputes[0].reason = 'bad\u001b[2Jgood\u202e\nPASSED';
    });
    const text = formatVerdict(await auditOf(files));
    expect(text).toContain('bad\\u{1b}[2Jgood\\u{202e}\\u{a}PASSED');
  });
});
