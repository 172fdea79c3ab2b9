/** A draft passes over a day that is void, as the chain will, and waits while a day may become so before its anchor. */
import { afterEach, expect, test } from 'vitest';
import { builders, type Community, community, passes, quiet } from '../../../../test/kit/books/community.ts';
import { closing, seededInts, someStatement } from '../../../../test/kit/books/index-rows.ts';
import { dayToDate, parseBook, VOID_AFTER_S } from '../../../protocol/index.ts';
import type { Statement } from '../../../protocol/meter/statement.ts';
import { advanceDays } from '../pipeline.ts';
import { draftBundle } from '../release/bundle.ts';

const first = 20_635;
let c: Community;
afterEach(() => c.stop());

/** Two days: all spoke on the first, the second meter was silent on the other. The first one's book is anchored. */
async function silentSince({ proven }: { proven: boolean }): Promise<void> {
  const int = seededInts(3);
  const last = new Map<string, Statement>();
  c = await community(2);
  for (const [day, speaking] of [
    [first, c.meters],
    [first + 1, c.meters.slice(0, 1)],
  ] as const) {
    for (const { meter } of speaking) {
      const before = last.get(meter);
      const statement = someStatement(day, int, before && closing(before));
      last.set(meter, statement);
      await c.index.statement(meter, { statement });
    }
    await c.index.freeze(day);
    await c.openAll();
  }
  await c.index.anchor(first, 1, Buffer.alloc(32, 1));
  if (!proven) await c.index.sql`delete from chain.proven_book`;
}

/** As many seconds after the first day is void, or would be: what stands of the second. */
async function at(afterVoidS: number): Promise<{ state: string; waiting: string | null; fromDay: number | undefined }> {
  const [{ unix_s }] = await c.index.sql<{ unix_s: string }[]>`select unix_s from chain.roster where day = ${first} and not late`;
  await c.index.commit({ unixS: Number(unix_s) + VOID_AFTER_S + afterVoidS });
  for (let i = 0; i < 2; i++) await advanceDays({ sql: c.sql, builders, audit: passes, log: quiet });
  const [row] = await c.sql<{ state: string; waiting: string | null; book: string | null }[]>`
    select state, waiting, book from books.day where day = ${first + 1} and version = 1`;
  const silent = row.book === null ? undefined : parseBook(row.book).meters.find(({ source }) => source === 'substitute');
  return { state: row.state, waiting: row.waiting, fromDay: silent?.copied?.fromDay };
}

test('a day that the chain has verified is copied, whatever the time', async () => {
  await silentSince({ proven: true });
  expect(await at(-3600)).toMatchObject({ state: 'drafted', fromDay: first });
});

test('one that it has not verified is copied while its time is far from over', async () => {
  await silentSince({ proven: false });
  expect(await at(-86_400)).toMatchObject({ state: 'drafted', fromDay: first });
});

test('shortly before its time is over the draft waits, and passes over it once it is void; the self-audit is told the same', async () => {
  await silentSince({ proven: false });
  const why = `a copy waits for the proofs of ${dayToDate(first)}, or the end of their time: until then that day may become void`;
  expect(await at(-3600)).toMatchObject({ state: 'frozen', waiting: why });
  expect(await at(0)).toMatchObject({ state: 'drafted', waiting: null, fromDay: 0 });
  const { said } = JSON.parse((await draftBundle(c.sql, first + 1))[`earlier/${dayToDate(first)}.json`]);
  expect(said.proven).toBe(false);
});
