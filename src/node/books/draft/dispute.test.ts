import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Community } from '../../../../test/kit/books/community.ts';
import { builders, community, passes, pretendProofs, quiet } from '../../../../test/kit/books/community.ts';
import { seededInts, someStatement } from '../../../../test/kit/books/index-rows.ts';
import { dayToDate } from '../../../protocol/index.ts';
import { advanceDays } from '../pipeline.ts';
import { disputeByHand } from './dispute.ts';

let c: Community;
const int = seededInts(11);
const day = 20_635;
const step = () => advanceDays({ sql: c.sql, builders, audit: passes, log: quiet });
const state = async () => (await c.sql`select state from books.day where day = ${day} and version = 1`)[0]?.state;
const sourceOf = async (meter: string) => (await c.sql`select source from books.entry where meter = ${meter} and day = ${day}`)[0]?.source;
const meter = () => c.meters[0].meter;

beforeAll(async () => {
  c = await community(3);
  for (const one of c.meters) await c.index.statement(one.meter, { statement: someStatement(day, int) });
  await c.index.freeze(day);
  await c.openAll();
  await step();
});
afterAll(() => c.stop());

describe('a dispute by hand', () => {
  test('that the chain refuses leaves the draft as it is', async () => {
    const refused = () => Promise.reject(new Error('the chain refused it'));
    await expect(disputeByHand(c.sql, { meter: meter(), day }, refused)).rejects.toThrow('the chain refused it');
    expect([await state(), await sourceOf(meter())]).toEqual(['drafted', 'metered']);
  });
  test('takes the draft back, and holds the day until the index shows it: so the next draft has it', async () => {
    let drafting: Promise<number> | undefined;
    const send = async () => {
      drafting = step(); // the books' process, at the worst moment
      await c.index.dispute(meter(), day, 'broken');
      return 'sent';
    };
    expect(await disputeByHand(c.sql, { meter: meter(), day }, send)).toEqual({ sent: 'sent', takenBack: [day] });
    await drafting;
    await step();
    expect([await state(), await sourceOf(meter())]).toEqual(['drafted', 'disputed']);
  });
  test('is refused, and nothing sent, once the book has passed the node’s own audit', async () => {
    await pretendProofs(c.sql);
    await step();
    await step();
    expect(await state()).toBe('audited');
    let sent = 0;
    const refused = disputeByHand(c.sql, { meter: c.meters[1].meter, day }, async () => sent++);
    await expect(refused).rejects.toMatchObject({ code: 'not-disputable', message: expect.stringContaining(dayToDate(day)) });
    expect(sent).toBe(0);
  });
});
