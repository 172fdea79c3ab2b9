/** A community that shares is told in time of a day whose book or statement is late, and of one whose freeze never comes. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { address, IndexRows } from '../../../test/kit/books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { DAY_S, dayToDate } from '../../protocol/values/time.ts';
import { connect, type Sql } from './index.ts';
import { indexFindings, missingDays, oddities } from './index-findings.ts';
import { mainTime, sharingFindings } from './sharing-findings.ts';

const DAY = 20_635;
const DATE = dayToDate(DAY);
/** The day is over, and statements may come for 100 s more (test/kit/books/index-rows.ts). */
const END_S = (DAY + 1) * DAY_S;
const GRACE_S = 100;
const HOUR_S = 3600;
let [database, index, sql, owner] = [] as unknown as [TestPostgres, IndexRows, Sql, Sql];
beforeAll(async () => {
  database = await startTestPostgres();
  const meters = [{ meter: address('meter'), member: address('member'), maxWh: 5000 }];
  index = await IndexRows.create({ indexerUrl: database.urls.indexer, nodeKey: '11'.repeat(32), meters });
  sql = connect({ url: database.urls.books, max: 1, application: 'test sharing' });
  owner = connect({ url: database.urls.owner, max: 1, application: 'test sharing' });
}, 60_000);
afterAll(async () => {
  await Promise.all([sql?.end(), owner?.end()]);
  await index?.end();
  await database?.stop();
});
beforeEach(async () => {
  for (const table of ['uplink', 'roster', 'proven_book']) await index.sql`delete from chain.${index.sql(table)}`;
  await shares(DAY);
});

const shares = (fromDay: number, main: string | null = 'electra-main-5eed0002') => index.sql`
  insert into chain.uplink (id, from_day, main_chain_id, height) values (${`${fromDay}-${main}`}, ${fromDay}, ${main}, 1)`;
const at = async (unixS: number) => {
  await index.sql`update chain.cursor set chain_unix_s = ${unixS}`;
  return (await sharingFindings(sql)).map(({ day, state }) => [day, state]);
};
const proven = () => index.prove(DAY, 1);
const frozen = async (unixS: number) => {
  await index.freeze(DAY);
  await index.sql`update chain.roster set unix_s = ${unixS} where day = ${DAY}`;
};

test('a book that is not proven is said six hours before it is due, counted from the freeze', async () => {
  await frozen(END_S + 3 * HOUR_S);
  expect(await at(END_S + 27 * HOUR_S - 1)).toEqual([]);
  expect(await at(END_S + 27 * HOUR_S)).toEqual([[DAY, 'unproven']]);
  const [sentence] = missingDays(await indexFindings(sql)).filter((words) => words.includes('shared'));
  expect(sentence).toBe(
    `${DATE} is shared, and its book is not proven, which is due in 6 h 0 min; ` +
      'in 33 h 0 min the day is missed on the main chain: look at books, provers and signer',
  );
  await proven();
  expect(await at(END_S + 27 * HOUR_S)).toEqual([]);
});

test('a day whose freeze never comes is said all the same, counted from its end', async () => {
  expect(await at(END_S + GRACE_S + 24 * HOUR_S - 1)).toEqual([]);
  expect(await at(END_S + GRACE_S + 24 * HOUR_S)).toEqual([[DAY, 'unproven']]);
  expect(await at(END_S + 50 * HOUR_S)).toEqual([
    [DAY, 'unproven'],
    [DAY + 1, 'unproven'],
  ]);
  expect(missingDays(await indexFindings(sql))[0]).toContain('which is overdue; in 10 h 0 min the day is missed');
});

test('a proven day that is not stated is said twelve hours before the main chain freezes it, and named when it is over', async () => {
  await proven();
  const own = (rows: (string | number)[][]) => rows.filter(([day]) => day === DAY).map(([, state]) => state);
  expect(own(await at(END_S + 48 * HOUR_S - 1))).toEqual([]);
  expect(own(await at(END_S + 48 * HOUR_S))).toEqual(['unstated']);
  expect(missingDays(await indexFindings(sql))[0]).toContain('does electra uplink run?');
  expect(own(await at(END_S + 60 * HOUR_S))).toEqual(['missed']);
  expect(oddities(await indexFindings(sql))).toEqual([`not shared, since it was not stated on the main chain in time: ${DATE}`]);
});

test('a proven day that is not stated is no fault here while the main chain stands still, and is one while it goes on', async () => {
  const graceS = 60 * HOUR_S;
  await proven();
  for (const hours of [48, 59]) {
    const nowS = END_S + hours * HOUR_S;
    await at(nowS);
    const of = async (behindS: number) => {
      const { sharing, ...found } = await indexFindings(sql, { graceS, seen: { frozenTo: DAY - 1, chainUnixS: nowS - behindS } });
      const own = { ...found, sharing: sharing.filter(({ day }) => day === DAY) };
      return [missingDays(own).filter((words) => words.includes('main chain')), oddities(own)];
    };
    const unstated = expect.stringContaining(`${DATE} is proven and not stated; in ${60 - hours} h 0 min`);
    expect(await of(HOUR_S)).toEqual([[unstated], []]);
    const halted = `proven and not stated, while the main chain, or this node’s index of it, does not go on: ${DATE}`;
    expect(await of(HOUR_S + 1)).toEqual([[], [halted]]);
  }
});

test('the time that is left is that of the main chain’s own grace, where its index says it; of no other chain’s', async () => {
  const states = async (graceS?: number) =>
    (await sharingFindings(sql, graceS === undefined ? undefined : { graceS })).map(({ state }) => state);
  await proven();
  await at(END_S + GRACE_S);
  expect([await mainTime(sql, 'electra-other-5eed0003'), await states()]).toEqual([undefined, []]);
  const time = await mainTime(sql, index.chainId);
  expect(time).toEqual({ graceS: GRACE_S, seen: { frozenTo: null, chainUnixS: END_S + GRACE_S } });
  expect([await states(GRACE_S), await states(GRACE_S + 1)]).toEqual([['missed'], ['unstated']]);
  await frozen(END_S + 7);
  expect((await mainTime(sql, index.chainId, END_S + 6))?.seen?.frozenTo).toBeNull();
  expect((await mainTime(sql, index.chainId, END_S + 7))?.seen?.frozenTo).toBe(DAY);
});

test('a day past its time that the main chain has not frozen, or this node’s index not seen, is no fault here, and is said', async () => {
  const graceS = 60 * HOUR_S;
  const of = async (seen?: { frozenTo: number | null; chainUnixS: number }) => {
    const { sharing, ...found } = await indexFindings(sql, { graceS, seen });
    const own = { ...found, sharing: sharing.filter(({ day }) => day === DAY) };
    return [own.sharing.map(({ state }) => state), missingDays(own).filter((words) => words.includes('main chain')), oddities(own)];
  };
  await at(END_S + 70 * HOUR_S);
  for (const make of [async () => undefined, proven]) {
    await make();
    const help = 'does electra uplink run? electra uplink status';
    const open = `not stated, and the main chain has not frozen it, though its time is over (${help}): ${DATE}`;
    for (const frozenTo of [null, DAY - 1]) expect(await of({ frozenTo, chainUnixS: END_S + graceS })).toEqual([['open'], [], [open]]);
    const beyond = `not known to be stated, and its time is over: this node’s index of the main chain does not reach that far: ${DATE}`;
    expect(await of({ frozenTo: DAY - 1, chainUnixS: END_S + graceS - 1 })).toEqual([['beyond'], [], [beyond]]);
    const missed = [['missed'], [], [`not shared, since it was not stated on the main chain in time: ${DATE}`]];
    expect([await of({ frozenTo: DAY, chainUnixS: END_S + graceS }), await of()]).toEqual([missed, missed]);
  }
});

test('a day that is stated is content, whenever; one of another statement is named', async () => {
  const day = (of: number, fate: string) => owner`
    insert into books.uplink_day (day, main_chain_id, uplink, import_wh, export_wh, blinding, commitment, fate, done_at)
    values (${of}, 'm', 'u', ${Array(96).fill(0)}, ${Array(96).fill(0)}, ${Buffer.alloc(31)}, 1, ${fate}, now())`;
  await day(DAY, 'stated');
  await day(DAY + 1, 'other');
  expect(await at(END_S + 70 * HOUR_S)).toEqual([[DAY + 1, 'other']]);
  expect(oddities(await indexFindings(sql))).toEqual([expect.stringContaining(`otherwise than this database knows`)]);
});

test('a community that shares nowhere, or has left, is told nothing', async () => {
  await index.sql`delete from chain.uplink`;
  expect(await at(END_S + 50 * HOUR_S)).toEqual([]);
  await shares(DAY - 9);
  await shares(DAY, null);
  expect((await at(END_S + 50 * HOUR_S)).filter(([day]) => Number(day) >= DAY)).toEqual([]);
});
