/** The exchange node's days: who is metered and who absent, disputes of boxes alone, void days, proofs that are real. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builders, type Community, community, indexSigner, passes, pretendProofs, quiet } from '../../../../test/kit/books/community.ts';
import { exchange, realProofs, selfAudit, someNet } from '../../../../test/kit/books/exchange.ts';
import { seededInts } from '../../../../test/kit/books/index-rows.ts';
import { shownDays } from '../../../../test/kit/main-audit/evidence.ts';
import {
  dayToDate,
  decodeSharedWhole,
  encodeSharedWhole,
  parseCommunityFile,
  parseProofs,
  parseSharedBook,
} from '../../../protocol/index.ts';
import { indexFindings } from '../../db/index.ts';
import { sendOutbox, settleOutbox } from '../outbox.ts';
import { advanceDays } from '../pipeline.ts';
import { proveBooks } from '../prove.ts';
import { bundleOfDays } from '../release/bundle.ts';
import { kindOnly } from '../run.ts';

let c: Community;
const int = seededInts(15);
const first = 20_635;
beforeAll(async () => {
  c = await community(4, { shared: true, chainId: 'electra-main-5eed0001' });
});
afterAll(() => c.stop());

const step = () => advanceDays({ sql: c.sql, builders, audit: selfAudit, exchange, log: quiet });
const untilStill = async () => {
  while ((await step()) > 0);
};
const dayRow = async (day: number) =>
  (
    await c.sql`
    select state, waiting, blocked_by, book, proofs, outside_cost_nel from books.day where day = ${day} and version = 1`
  )[0];
const said = async (day: number, ...who: number[]) => {
  for (const i of who) await c.index.statement(c.meters[i].meter, { statement: someNet(day, int) });
};
const sourcesOf = (text: string) => parseSharedBook(text).meters.map(({ source }) => source);

test('a node that was not made for communities keeps away from their chain, and theirs from a community’s', async () => {
  await expect(kindOnly(c.sql, {})()).rejects.toMatchObject({ code: 'wrong-chain', message: expect.stringContaining('books households') });
  await kindOnly(c.sql, { exchange })();
  await c.index.sql`update chain.genesis set genesis = genesis #- '{app_state,meter,params,rule}'`;
  await kindOnly(c.sql, {})();
  await expect(kindOnly(c.sql, { exchange })()).rejects.toMatchObject({ code: 'wrong-chain', message: expect.stringContaining('own') });
  await c.index.sql`update chain.genesis set genesis = jsonb_set(genesis, '{app_state,meter,params,rule}', '"shared/1"')`;
});

describe('a day that three of four stated', () => {
  test('is drafted with the silent one absent, who has no bill and no proof', async () => {
    await said(first, 0, 1, 3);
    await c.index.freeze(first);
    await step();
    expect(await dayRow(first)).toMatchObject({ state: 'frozen', waiting: '3 statement(s) not opened yet' });
    await c.openAll();
    await step();
    const row = await dayRow(first);
    expect(row).toMatchObject({ state: 'drafted', waiting: null, outside_cost_nel: '0' });
    expect(sourcesOf(row.book)).toEqual(['metered', 'metered', 'absent', 'metered']);
    expect(parseSharedBook(row.book).meters[2]).toEqual({ source: 'absent', meter: c.meters[2].meter });
    const wanted = await c.sql`select circuit, count(*)::int as n from prove.input group by circuit order by circuit`;
    expect(wanted.map(({ circuit, n }) => [circuit, n])).toEqual([
      ['clearing-shared', 1],
      ['day-bill', 3],
    ]);
  });

  test('is proven for real, holds before the node itself, and goes to the chain as it takes it', async () => {
    expect(await realProofs(c.sql)).toBe(4);
    await untilStill();
    const row = await dayRow(first);
    expect(row).toMatchObject({ state: 'audited', blocked_by: null });
    const whole = encodeSharedWhole(row.book, parseProofs(row.proofs));
    expect(decodeSharedWhole(whole).bookText).toBe(row.book);
    const signer = indexSigner(c.index);
    await sendOutbox(c.sql, signer, quiet);
    await c.index.sql`delete from chain.proven_book where day = ${first}`; // the anchor's stand-in proves too
    await untilStill();
    expect(await dayRow(first)).toMatchObject({ state: 'anchored' }); // nobody owes by it before the chain has verified it
    await proveBooks(c.sql, signer, quiet);
    await untilStill();
    expect(await dayRow(first)).toMatchObject({ state: 'released' });
    const [sent] = signer.sent.filter(([{ typeUrl }]) => typeUrl.endsWith('ProveBook'));
    expect(Buffer.from(sent[0].value.bytes as string, 'base64')).toEqual(Buffer.from(whole));
    await settleOutbox(c.sql);
  });

  test('leaves a ledger of what each owes, the fees and the rounding, and nothing for an outside', async () => {
    const rows = await c.sql<{ account: string; amount_nel: string }[]>`select account, amount_nel from books.posting where day = ${first}`;
    const of = new Map(rows.map(({ account, amount_nel }) => [account, BigInt(amount_nel)]));
    expect([...of.values()].reduce((sum, amount) => sum + amount, 0n)).toBe(0n);
    expect(of.get('outside')).toBe(0n);
    expect(-of.get('fund')! >= 3n * 250_000_000n).toBe(true);
    expect([...of.keys()].filter((account) => account.startsWith('member:'))).toHaveLength(3);
  });
});

describe('a box that does not open', () => {
  const day = first + 1;
  test('is disputed, and its community absent once the chain says so', async () => {
    await said(day, 0, 1);
    await c.index.statement(c.meters[2].meter, { statement: someNet(day, int), sealed: new Uint8Array(600) });
    await c.index.freeze(day);
    await c.openAll();
    await step();
    expect(await dayRow(day)).toMatchObject({ state: 'frozen', waiting: '1 dispute(s) not on the chain yet' });
    expect((await c.sql`select id from books.outbox where id like 'dispute:%'`).map(({ id }) => id)).toEqual([
      `dispute:${c.meters[2].meter}:${day}`,
    ]);
    await sendOutbox(c.sql, indexSigner(c.index), quiet);
    await step();
    expect(sourcesOf((await dayRow(day)).book)).toEqual(['metered', 'metered', 'absent', 'absent']);
  });

  test('is the only one that is: registers are nobody’s matter here, and those of a day go on from no other', async () => {
    const links = await c.sql<{ day: number; meter: string; link_open: string; link_close: string }[]>`
      select day, meter, link_open, link_close from books.entry where meter = ${c.meters[0].meter} order by day`;
    expect(links[1].link_open).not.toBe(links[0].link_close);
    expect((await c.sql`select from books.link`).length).toBe(0);
  });
});

describe('a day that one alone stated', () => {
  const day = first + 2;
  test('has no book and waits for none, and the day after it goes on', async () => {
    await said(day, 3);
    await c.index.freeze(day);
    await said(day + 1, 0, 3);
    await c.index.freeze(day + 1);
    await c.openAll();
    await untilStill();
    expect(await dayRow(day)).toMatchObject({ state: 'frozen', blocked_by: 'void', book: null });
    expect(await dayRow(day + 1)).toMatchObject({ state: 'drafted' });
    await pretendProofs(c.sql);
    const signer = indexSigner(c.index);
    for (let i = 0; i < 4; i++) {
      while ((await advanceDays({ sql: c.sql, builders, audit: passes, exchange, log: quiet })) > 0);
      await sendOutbox(c.sql, signer, quiet);
    }
    expect(await dayRow(day + 1)).toMatchObject({ state: 'released' });
  });

  test('is told as void, and as nothing that is late or missing', async () => {
    await c.index.commit({ unixS: (day + 6) * 86_400 });
    await c.index.sql`insert into chain.frozen (height, first_day, next_freeze_day, next_late_day)
      values (${c.index.height}, ${first}, ${day + 2}, ${day + 2})`;
    const findings = await indexFindings(c.sql);
    expect(findings).toMatchObject({ unbookedDays: [], unprovenDays: [], voidDays: [], voidAtFreeze: [day] });
  });
});

test('a bundle has books of the days that have one, of a void day what the chain says, and of no other day anything', async () => {
  const days = [first + 1, first + 2, first + 3].slice(1);
  expect(await bundleOfDays(c.sql, days)).toBeNull(); // the index has no proofs yet
  await c.index.evidence(...days);
  expect(await bundleOfDays(c.sql, days)).toBeNull(); // nor of what the chain's modules hold
  await c.index.sql`insert into chain.main_proof (height, file) values (${c.index.height}, 'main')`;
  expect(await bundleOfDays(c.sql, days)).toBeNull(); // nor the header of the block that left that state
  await c.index.header(c.index.height);
  const [shown] = await shownDays(0, days.slice(1));
  const { chain_id: chainId, uplink, day, evidence, net_proof: net } = shown;
  await c.index.sql`insert into chain.community (id, chain_id, genesis_hash, credit_nel, members, height)
    values (${uplink}, ${chainId}, ${Buffer.alloc(32)}, 0, 4, 1)`;
  for (const at of [first + 1, day])
    await c.index.sql`insert into chain.day_evidence (id, meter, day, evidence, net_proof, height)
      values (${`${uplink}-${at}`}, ${uplink}, ${at}, ${evidence}, ${net}, ${c.index.height})`;
  const files = await bundleOfDays(c.sql, days);
  expect(parseCommunityFile(files![`communities/${chainId}.json`]).days.map((one) => one.day)).toEqual([day]);
  const [empty, full] = days.map(dayToDate);
  const ofDay = (date: string, ...names: string[]) => names.map((name) => `days/${date}/${name}.json`);
  expect(Object.keys(files!).sort()).toEqual(
    [
      ...[`communities/${chainId}.json`, 'genesis.json', 'light.json', 'log.json', 'main.json', 'settlements.json'],
      ...ofDay(empty, 'chain', 'roster', 'state'),
      ...ofDay(full, 'book', 'chain', 'proofs', 'roster', 'state'),
    ].sort(),
  );
  const { blocks } = JSON.parse(files!['light.json']);
  expect(blocks.map(({ header }: { header: { height: string } }) => Number(header.height))).toEqual([c.index.height, c.index.height + 1]);
  expect(await bundleOfDays(c.sql, [...days, first + 1])).toBeNull(); // a day on its way
});

test('no bundle shows a state of before the last sum that the chain has settled of its weeks', async () => {
  const days = [first + 2, first + 3];
  const settled = (fromDay: number) =>
    c.index.sql`insert into chain.settlement_entry (id, uplink, from_day, amount_nel, height, unix_s)
      values (${`${fromDay}`}, ${c.meters[0].meter}, ${fromDay}, 1, ${c.index.height + 1}, 1)`;
  await settled(first + 4);
  expect(await bundleOfDays(c.sql, days)).not.toBeNull();
  await settled(first - 3);
  expect(await bundleOfDays(c.sql, days)).toBeNull();
  await c.index.sql`delete from chain.settlement_entry`;
  expect(await bundleOfDays(c.sql, days)).not.toBeNull();
});

describe('disputes that leave one alone', () => {
  const day = first + 4;
  test('leave a day without a book, which the next one passes over once it is void', async () => {
    await said(day, 0);
    await c.index.statement(c.meters[1].meter, { statement: someNet(day, int), sealed: new Uint8Array(600) });
    await c.index.freeze(day);
    await c.openAll();
    await step();
    await sendOutbox(c.sql, indexSigner(c.index), quiet);
    await step();
    const why = 'disputes leave 1 metered: there is nobody to share with, and the day is void 14 days after its freeze';
    expect(await dayRow(day)).toMatchObject({ state: 'frozen', waiting: why, blocked_by: null });
    await said(day + 1, 0, 1);
    await c.index.freeze(day + 1);
    await c.openAll();
    await step();
    await pretendProofs(c.sql);
    const go = async () => {
      while ((await advanceDays({ sql: c.sql, builders, audit: passes, exchange, log: quiet })) > 0);
    };
    await go();
    expect(await dayRow(day + 1)).toMatchObject({ state: 'proven' });
    await c.index.commit({ unixS: (day + 16) * 86_400 });
    await go();
    expect(await dayRow(day + 1)).toMatchObject({ state: 'audited' });
  });
});
