/**
 * The operator's lists and overviews, on an index written by hand: what `electra meter`, `doctor`, `up` and `key destroy` ask of the books.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builders, type Community, community, passes, quiet } from '../../../test/kit/books/community.ts';
import { seededInts, someStatement } from '../../../test/kit/books/index-rows.ts';
import { epochUse } from './intake/epoch-use.ts';
import { enrolledMeters, enterMembers, members, nameMember } from './members.ts';
import { disputedMeters, newestDays, refusedBoxes, releasedDays, replayProgress } from './overview.ts';
import { advanceDays } from './pipeline.ts';

const day = 20_635;
const int = seededInts(11);
let c: Community;

beforeAll(async () => {
  c = await community(2);
  const [one, other] = c.meters;
  await c.index.statement(one.meter, { statement: someStatement(day, int) });
  await c.index.statement(other.meter, { sealed: new Uint8Array(7), statement: someStatement(day, int) });
  await c.index.freeze(day);
});
afterAll(() => c.stop());

describe('the operator’s list', () => {
  test('gives a member another name, and no name to two', async () => {
    const [one, other] = await members(c.sql);
    await nameMember(c.sql, { ...one, name: 'the mill' });
    expect(await members(c.sql)).toContainEqual({ address: one.address, name: 'the mill' });
    await expect(nameMember(c.sql, { ...other, name: 'the mill' })).rejects.toMatchObject({
      code: 'name-taken',
      message: `the mill belongs to ${one.address} already`,
    });
    expect(await members(c.sql)).toContainEqual(other);
  });
  test('enters many at once, and leaves names that are there', async () => {
    const [one] = await members(c.sql);
    await enterMembers(c.sql, [
      { address: one.address, name: 'another' },
      { address: 'electra1new', name: 'new' },
    ]);
    expect(await members(c.sql)).toContainEqual(one);
    expect(await members(c.sql)).toContainEqual({ address: 'electra1new', name: 'new' });
  });
  test('stands beside the meters that the chain has', async () => {
    const names = new Map((await members(c.sql)).map(({ address, name }) => [address, name]));
    const meters = await enrolledMeters(c.sql);
    expect(meters.map(({ meter }) => meter).sort()).toEqual(c.meters.map(({ meter }) => meter).sort());
    for (const meter of meters) expect(meter).toMatchObject({ name: names.get(meter.member), maxWhPerSlot: 20_000 });
  });
});

describe('an epoch of the vault’s keys', () => {
  test('is in use while boxes of it are not opened, and the newest one always', async () => {
    expect(await epochUse(c.sql, 1)).toMatchObject({ known: true, successorUnixS: null, unopened: 2 });
    expect(await epochUse(c.sql, 2)).toMatchObject({ known: false, unopened: 0 });
    await c.openAll();
    expect(await epochUse(c.sql, 1)).toMatchObject({ unopened: 0, overlapS: 86_400 });
  });
});

describe('the overview', () => {
  test('shows frozen days before they have books, what was refused and how far the replay is', async () => {
    expect(await newestDays(c.sql, 14)).toEqual([{ day, state: null }]);
    expect(await refusedBoxes(c.sql)).toEqual([{ reason: 'wrong-size', boxes: 1 }]);
    await advanceDays({ sql: c.sql, builders, audit: passes, log: quiet });
    expect(await newestDays(c.sql, 14)).toEqual([{ day, state: 'frozen' }]); // a dispute has to reach the chain first
    expect(await disputedMeters(c.sql)).toEqual([]);
    expect(await newestDays(c.sql, 0)).toEqual([]);
    expect(await replayProgress(c.sql, day, day)).toEqual({ statements: 2, frozen: 1, proofs: 0, released: 0, evidence: 0 });
    expect(await replayProgress(c.sql, day + 1, day + 9)).toEqual({ statements: 0, frozen: 0, proofs: 0, released: 0, evidence: 0 });
    expect(await releasedDays(c.sql)).toEqual({ days: 0, unproven: [] });
  });

  test('names the meters whose newest booked days are disputed, for how long and why', async () => {
    const [one, other] = c.meters;
    const advance = () => advanceDays({ sql: c.sql, builders, audit: passes, log: quiet });
    await c.index.dispute(other.meter, day, 'wrong-size');
    await advance();
    expect(await disputedMeters(c.sql)).toMatchObject([{ meter: other.meter, days: 1, reason: 'wrong-size' }]);
    await c.index.anchor(day, 1, new Uint8Array(32)); // what a copy of the next day waits for
    await c.index.statement(one.meter, { statement: someStatement(day + 1, int) }); // begins nowhere near
    await c.index.statement(other.meter, { sealed: new Uint8Array(7), statement: someStatement(day + 1, int) });
    await c.index.freeze(day + 1);
    await c.openAll();
    await advance();
    await c.index.dispute(one.meter, day + 1, 'registers-jump');
    await c.index.dispute(other.meter, day + 1, 'wrong-size');
    await advance();
    const name = (await enrolledMeters(c.sql)).find(({ meter }) => meter === other.meter)!.name;
    expect(await disputedMeters(c.sql)).toMatchObject([
      { meter: other.meter, name, days: 2, reason: 'wrong-size' },
      { meter: one.meter, days: 1, reason: 'registers-jump' },
    ]);
  });
});
