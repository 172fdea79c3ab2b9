/**
 * Exceptions of the chain itself, on a real one with four validators and a fast clock: it halts across midnights and goes on, and its
 * validators change one by one until nobody of the first set is left, and veto one more. Every day is billed all the same, and an auditor
 * who knows the genesis alone follows it to the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CometRpc } from '../../sdk/ts/src/index.ts';
import { message, testAccount } from '../kit/chain.ts';
import type { FleetMeter } from '../kit/fleet.ts';
import { Grid } from '../kit/grid.ts';
import { consensusKey, installKey } from '../kit/validators.ts';

const FIRST = 20_700;
const DAY_S = 86_400;
const GRACE_S = 2 * DAY_S;
const HALT_MS = 9_000;
const MAX_WH = 5_000;
const LONG_MS = 600_000;

let grid: Grid;
let haltDay = 0; // days since the first
let changedAt = 0; // a height from which on nobody of the first set signs
beforeAll(async () => {
  grid = await Grid.start({
    rate: 14_400,
    firstDay: FIRST,
    validators: 4,
    maxWhPerSlot: MAX_WH,
    timeoutCommit: '200ms',
    params: {
      graceS: GRACE_S,
      graceBlocks: 2,
      lateS: 400 * DAY_S,
      keyOverlapS: DAY_S,
      anchorDueS: 400 * DAY_S,
      linkDueS: 800 * DAY_S,
      validatorDelayS: 10 * 3600, // 2.5 s
      validatorWindowS: 3600,
    },
  });
}, 120_000);
afterAll(() => grid?.stop());

const validators = async (height?: number): Promise<string[]> => {
  const { validators: set } = (await grid.chain.rpc.call('validators', {
    ...(height ? { height: String(height) } : {}),
    per_page: '100',
  })) as { validators: { address: string }[] };
  return set.map(({ address }) => address).sort();
};
const everybodySaid = (day: number): boolean =>
  grid.fleet.meters.filter((meter) => meter.firstDay <= day && day <= meter.lastDay).every((meter) => grid.fleet.said(meter, day));
const sourcesOf = (n: number) =>
  grid.sql<
    { source: string; count: number }[]
  >`select source, count(*)::int4 as count from books.entry where day = ${FIRST + n} and version = 1 group by source`;

/** Says something about a day ahead; on a slow machine that day may have come before the chain hears it, so then of a later one. */
async function ahead(say: (today: number) => Promise<unknown>): Promise<number> {
  for (let tries = 0; ; tries++) {
    const today = await grid.today();
    try {
      await say(today);
      return today;
    } catch (error) {
      if (tries === 5 || !/(first|last)[_-]day/.test((error as Error).message)) throw error;
    }
  }
}

/** Says no, as two of the validators, to the power of a meter that is being enrolled, as soon as the chain hears of it. */
async function vetoed(target: string, voters: readonly FleetMeter[]): Promise<void> {
  const veto = ({ account: { address } }: FleetMeter) => message('VetoValidator', { meter: address, target, end: false });
  for (const voter of voters)
    await grid.until('the veto is taken', async () => (await grid.chain.send(voter.account, [veto(voter)], 'any')).code === 0);
}

/** Enrols a new meter as a validator, lets it take over the node of an old one, and retires that. */
async function replace(i: number): Promise<void> {
  const old = grid.fleet.meters[i];
  const key = consensusKey();
  const account = testAccount();
  const firstDay =
    2 +
    (await ahead((today) =>
      grid.operator('EnrolMeter', {
        meter: account.address,
        member: old.member.address,
        firstDay: today + 2,
        maxWhPerSlot: MAX_WH,
        consensusKey: key.publicKey.toString('base64'),
      }),
    ));
  grid.fleet.meters.push({ account, member: old.member, firstDay, lastDay: 2 ** 31, maxWhPerSlot: MAX_WH } satisfies FleetMeter);
  await grid.until('five validators', async () => (await validators()).length === 5);
  await grid.until('yesterday is stated', async () => everybodySaid((await grid.today()) - 1));
  await grid.chain.kill(i);
  installKey(grid.chain.homes[i], key);
  await grid.chain.restart();
  const node = new CometRpc({ urls: [grid.chain.rpcUrls[i]] });
  await grid.until(
    'the node has caught up',
    async () => !((await node.call('status', {})) as { sync_info: { catching_up: boolean } }).sync_info.catching_up,
  );
  old.lastDay = 1 + (await ahead((today) => grid.operator('RetireMeter', { meter: old.account.address, lastDay: today + 1 })));
  await grid.until('four validators', async () => (await validators()).length === 4);
}

describe('a chain that halts, and a validator set that changes', () => {
  test(
    'halts across midnights, without a block',
    async () => {
      await grid.until('day 0 is stated', async () => (await grid.today()) > FIRST && everybodySaid(FIRST));
      haltDay = (await grid.today()) - FIRST;
      await Promise.all([grid.chain.kill(2), grid.chain.kill(3)]); // two of four: no block without them
      const height = await grid.chain.height();
      await sleep(HALT_MS); // the halt itself
      const halted = await grid.chain.height();
      expect(halted).toBeLessThanOrEqual(height + 1); // one was being decided
      await grid.chain.restart();
      await grid.chain.reach(halted + 2); // until then its clock stands where it stood
    },
    LONG_MS,
  );

  test(
    'goes on, and exchanges its validators one at a time until none of the first is left',
    async () => {
      for (let i = 0; i < 4; i++) await replace(i);
      const [first, now] = [await validators(1), await validators()];
      expect(now.filter((address) => first.includes(address))).toEqual([]);
      changedAt = await grid.chain.height();
    },
    LONG_MS,
  );

  test(
    'gives no power to a newcomer whom two of the four veto, and takes it as a member all the same',
    async () => {
      const [{ member }] = grid.fleet.meters;
      const account = testAccount();
      const enrol = ahead((today) =>
        grid.operator('EnrolMeter', {
          meter: account.address,
          member: member.address,
          firstDay: today + 2,
          maxWhPerSlot: MAX_WH,
          consensusKey: consensusKey().publicKey.toString('base64'),
        }),
      );
      const [today] = await Promise.all([enrol, vetoed(account.address, grid.fleet.meters.slice(4, 6))]);
      grid.fleet.meters.push({ account, member, firstDay: today + 2, lastDay: 2 ** 31, maxWhPerSlot: MAX_WH } satisfies FleetMeter);
      const fates = () => grid.sql<{ fate: string | null }[]>`select fate from chain.validator_change where meter = ${account.address}`;
      await grid.until('the change is settled', async () => (await fates()).some(({ fate }) => fate !== null));
      expect(await fates()).toEqual([{ fate: 'vetoed' }]);
      expect(await validators()).toHaveLength(4);
      expect(await grid.sql`select consensus_key from chain.meter where id = ${account.address}`).toEqual([{ consensus_key: null }]);
    },
    LONG_MS,
  );
});

describe('the days of the halt', () => {
  test(
    'froze late, in order, one to a block, each with everybody’s statement',
    async () => {
      await grid.released(haltDay + 1);
      const rosters = await grid.sql<
        { day: number; unix_s: bigint; height: number }[]
      >`select day, unix_s, height from chain.roster where day between ${FIRST + haltDay - 1} and ${FIRST + haltDay + 1} and not late
        order by day`;
      expect(rosters).toHaveLength(3);
      const delaysS = rosters.map(({ day, unix_s: unixS }) => Number(unixS) - (day + 1) * DAY_S - GRACE_S);
      expect(Math.max(...delaysS)).toBeGreaterThan(DAY_S / 4); // the halt, as the chain's clock has it
      expect(rosters[0].height).toBeLessThan(rosters[1].height);
      expect(rosters[1].height).toBeLessThan(rosters[2].height);
      for (const n of [haltDay - 1, haltDay, haltDay + 1]) expect(await sourcesOf(n)).toEqual([{ source: 'metered', count: 4 }]);
    },
    LONG_MS,
  );
});

describe('an auditor who knows the genesis alone', () => {
  test(
    'follows the chain to its new validators, and finds every day of old meters and new as it should be',
    async () => {
      const newcomers = Math.min(...grid.fleet.meters.slice(4).map(({ firstDay }) => firstDay)) - FIRST;
      await grid.released(newcomers);
      // Something new about a day makes the index take its proofs anew, under a header of the new validators.
      const [{ account, member }] = grid.fleet.meters;
      const say = (name: string) =>
        grid.chain.send(member, [message(name, { member: member.address, meter: account.address, day: FIRST })]);
      await say('NoBill');
      const { height: withdrawnAt } = await say('WithdrawNoBill');
      await grid.until(
        'the proofs are of the new validators’ time, and of what the member said last',
        async () =>
          (
            await grid.sql`
              select from chain.evidence where day between ${FIRST} and ${FIRST + newcomers}
                and (height <= ${changedAt} or (day = ${FIRST} and height < ${withdrawnAt}))`
          ).count === 0,
      );
      const verdict = await grid.audit(...Array.from({ length: newcomers + 1 }, (_, n) => n));
      expect(verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable')).toEqual([]);
      expect(verdict).toMatchObject({ exitCode: 0, counts: { substitutes: 0, disputes: 0, openRuns: 0, noBills: 0 } });
      expect(verdict.checks.filter(({ id }) => id === '1').map(({ status }) => status)).toContain('passed');
      expect(verdict.days).toHaveLength(newcomers + 1);
      const newcomer = grid.fleet.meters.find(({ firstDay }) => firstDay === FIRST + newcomers)!;
      expect((await grid.entries(newcomer, newcomers)).map(({ source }) => source)).toEqual(['metered']);
    },
    LONG_MS,
  );

  test('each member, who pays for its old meter and its new one, has a balance that is the sum of its bills', async () => {
    const accounts = await grid.accounts();
    expect(accounts).toHaveLength(4);
    for (const { balanceNel, billedNel } of accounts) expect(balanceNel).toBe(billedNel);
  });
});
