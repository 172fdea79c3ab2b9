/** No room reaches into another's tables but by the plan (tables.ts): the corridors that no import shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFiles, root } from './rooms.ts';
import { isSql, stringsOf, TABLES, tableOffences, tablesMade, unusedRights, usesOf } from './tables.ts';

const product = projectFiles().filter(
  (path) => /^(src|mappings|sdk\/ts\/src|simulator|bin|scripts)\//.test(path) && !/\.test\.ts$/.test(path),
);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('every table', () => {
  test('is read and written by the rooms of the plan alone, and the command line asks rooms, never tables', () => {
    expect(product.length).toBeGreaterThan(200);
    expect(product.flatMap((path) => tableOffences(path, read(path)))).toEqual([]);
  });
  test('that there is stands in the plan, and none besides', () => expect(tablesMade()).toEqual(Object.keys(TABLES).sort()));
  test('is read or written by each file that may', () => expect(unusedRights(product, read)).toEqual([]));
});

describe('the test of tables', () => {
  const cli = 'src/cli/node/doctor.ts';
  const ledger = 'src/node/books/money/ledger.ts';
  test.each([
    [cli, 'await sql`select 1 from books.day`', [`${cli} speaks SQL: select 1 from books.day`]],
    [
      cli,
      'await sql<{ n: number }[]>`\n  select count(*) as n\n  from chain.cursor`',
      [`${cli} speaks SQL: select count(*) as n\n  from chain.cursor`],
    ],
    [cli, "await sql.unsafe('delete from access.auditor')", [`${cli} speaks SQL: delete from access.auditor`]],
    [ledger, 'await tx`select day from chain.roster`', [`${ledger} reads chain.roster`]],
    [
      ledger,
      'await tx`insert into books.posting select day from chain.roster r join books.entry using (day)`',
      [`${ledger} reads chain.roster`],
    ],
    [ledger, 'await tx`update chain.cursor set height = ${0}`', [`${ledger} writes chain.cursor`]],
    [ledger, "await insertRows(tx, { name: 'chain.meter', types }, rows)", [`${ledger} writes chain.meter`]],
    [ledger, "const t = on ? sql`(select 1 from books.latest_entry)` : '';", [`${ledger} reads books.latest_entry`]],
    [ledger, 'await tx`select * from ${tx(`books.${kind}`)}`', [`${ledger} hides books.{}`]],
    [ledger, 'await tx`select * from books.entries`', [`${ledger} makes up books.entries`]],
  ])('finds it: %s: %s', (file, code, found) => expect(tableOffences(file, code)).toEqual(found));

  test.each([
    [cli, "need(false, 'select another folder'); // select 1 from books.day"],
    [cli, 'const day = days.find((one) => one.state === "update of books.day");'],
    [ledger, 'await tx`select amount_nel from books.released_entry where day = ${day}`'],
    [ledger, "const file = 'chain.json'; const why = `the books.day of ${day}`;"],
    ['src/node/api/pool.ts', 'await sql`select e.* from access.enter(${hash}) e`'],
  ])('sees nothing where there is nothing: %s: %s', (file, code) => expect(tableOffences(file, code)).toEqual([]));

  test('reads strings and templates, nested ones too, and no comments', () => {
    expect(stringsOf('/* `a` */ const x = sql`b ${on ? sql`c` : "d"} e`;')).toEqual(['b {} e', 'c', 'd']);
    expect(usesOf('delete from books.entry where day in (select day from books.day)')).toEqual(['writes books.entry', 'reads books.day']);
    expect([isSql('update of the index'), isSql('update books.day set state = 1')]).toEqual([false, true]);
  });
  test('names a right that nobody uses', () => {
    expect(unusedRights([], read)).toContain('src/node/books/members.ts never writes books.member');
  });
});
