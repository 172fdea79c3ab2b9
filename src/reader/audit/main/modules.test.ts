/** Checks 10, 12 and 13 of a main chain: a settled week whose modules hold what they should, and one thing at a time that is wrong. */
import { toBech32 } from '@cosmjs/encoding';
import { describe, expect, test } from 'vitest';
import { edit } from '../../../../test/kit/audit/bundles.ts';
import type { ChainOptions } from '../../../../test/kit/audit/chain.ts';
import { EVERY_PROOF, linesOf, namesOf } from '../../../../test/kit/audit/verdicts.ts';
import { FIRST_DAY, genesisAddress } from '../../../../test/kit/genesis.ts';
import { DATES, type Files, mainBundle, WEEK, withSums } from '../../../../test/kit/main-audit/bundles.ts';
import { UPLINKS } from '../../../../test/kit/main-audit/genesis.ts';
import { type Modules, SETTLED_UNIX_S, treasuryOf, undatedDebt, withoutClaim } from '../../../../test/kit/main-audit/modules.ts';
import { dayToDate } from '../../../protocol/index.ts';
import { Meter } from '../../../protocol/messages/generated/electra/meter/v1/types.ts';
import { stateKeys } from '../../light/index.ts';
import { auditMain } from './audit.ts';

const audited = async (files: Files) => auditMain(files, EVERY_PROOF);
const on = async (change: (m: Modules) => void, options = {}) => audited(await mainBundle(WEEK, change, options));
const DAYS_S = 86_400;
type Period = Modules['periods'][number];

describe('a settled week', () => {
  test('passes: each sum is that of its bills, pools and ELECTRA conserve', async () => {
    const verdict = await audited(await mainBundle());
    expect(namesOf(verdict)).toEqual([]);
    expect(linesOf(verdict, '12 sums', 'passed').map(({ day, detail }) => [day, detail])).toEqual([
      [DATES[0], expect.stringContaining('4 of 4 sums')],
    ]);
  });
});

describe('weeks that the chain has settled and of which no day is here', () => {
  const another = (m: Modules, fromDay: number): void => {
    m.periods.push({ ...m.periods[0], fromDay, executedUnixS: 0n });
    m.entries.push({ ...m.entries[0], fromDay, amountNel: 0n, pool: 0n });
  };
  const notesOn = async (...weeks: number[]) =>
    (await on((m) => weeks.forEach((fromDay) => void another(m, fromDay)))).notes.filter((note) => note.includes('no day is here'));

  test('are said not to be verified; of the week that is here, and of none, nothing is said', async () => {
    expect(await notesOn()).toEqual([]);
    expect(await notesOn(FIRST_DAY + 7)).toEqual([expect.stringContaining(`the week from ${dayToDate(FIRST_DAY + 7)}, of which`)]);
    expect(await notesOn(FIRST_DAY + 7, FIRST_DAY + 14)).toEqual([expect.stringContaining('2 weeks')]);
  });
});

const moveOne = (list: { amountNel: bigint }[]) => {
  list[0].amountNel += 1n;
};

describe('is refused', () => {
  test.each<[string, string[], (m: Modules) => void]>([
    ['a sum raised by one', ['12 pools', '12 sums'], (m) => moveOne(m.entries)],
    [
      'two sums exchanged, all of them right together',
      ['12 pools', '12 sums'],
      ({ entries: [a, b] }) => {
        [a.amountNel, b.amountNel] = [b.amountNel, a.amountNel];
      },
    ],
    [
      'an entry of somebody without a bill',
      ['12 pools', '12 sums'],
      (m) => {
        m.entries = m.entries.map((one) => (one.uplink === UPLINKS[3] ? { ...one, uplink: treasuryOf(3) } : one));
      },
    ],
    ['a claim raised in its pool', ['12 pools'], (m) => moveOne(m.claims)],
    ['a claim that came in time and is left out of its pool, which the fund then keeps', ['12 pools'], (m) => withoutClaim(m, 0n)],
    ['a claim that is said to be in a pool that there is not, which the fund then keeps', ['12 pools'], (m) => withoutClaim(m, 7n)],
    [
      'a pool of a week that was not executed',
      ['12 pools'],
      (m) => {
        m.pools.push({ number: 2n, fromDay: FIRST_DAY + 7, claimsNel: '0', paidNel: '0', height: 500n });
      },
    ],
    ['a debt of which the chain does not say since when', ['12 debts'], undatedDebt],
    ['a unit gone out of an escrow', ['12 conservation'], (m) => m.escrowsNel.set(UPLINKS[0], m.escrowsNel.get(UPLINKS[0])! - 1n)],
    [
      'a debt that no pool knows',
      ['12 pools'],
      (m) => {
        m.debts.push({ pool: 2, uplink: UPLINKS[1], leftNel: 1n });
        m.owing.set(UPLINKS[1], SETTLED_UNIX_S);
      },
    ],
    [
      'more minted than was ever attested',
      ['13 reserve'],
      (m) => {
        for (const one of m.attestations) one.amountNel -= 4n * 10n ** 10n;
      },
    ],
    [
      'minted again what was redeemed after the attestation',
      ['13 reserve'],
      (m) => {
        m.redemptions[0].closedUnixS = BigInt(SETTLED_UNIX_S);
      },
    ],
    [
      'one payment for two redemptions',
      ['13 supply'],
      (m) => {
        m.redemptions.push({ ...m.redemptions[0], id: 2n, amountNel: 0n });
      },
    ],
    ['a unit from nowhere', ['13 supply'], (m) => m.balancesNel.set(treasuryOf(1), 10n ** 12n + 1n)],
    ['ELECTRA of somebody who is not registered', ['13 supply'], (m) => m.accounts.pop()],
    [
      'a redeemed unit that is spent',
      ['13 supply'],
      (m) => {
        m.redemptions.push({ ...m.redemptions[0], id: 2n, state: 'open', amountNel: 10n ** 7n, paymentHash: new Uint8Array(0) });
      },
    ],
    [
      'two roles of one address',
      ['13 roles'],
      (m) => {
        m.roles.guardian = m.roles.issuer;
      },
    ],
    [
      'energy of an uplink that is nobody',
      ['10 communities', '11 evidence'],
      (m) => {
        m.communities = m.communities.filter(({ uplink }) => uplink !== UPLINKS[1]);
      },
    ],
  ])('%s', async (_, refusedBy, change) => {
    const verdict = await on(change);
    expect([namesOf(verdict), verdict.exitCode]).toEqual([refusedBy, 1]);
  });

  test('a community that is enrolled and on no roster, so that it is not even absent; one that comes later is on none', async () => {
    const enrolled = (firstDay: number) => {
      const address = genesisAddress(77);
      const meter = { address, member: treasuryOf(9), firstDay, maxWhPerSlot: 1, enrolledHeight: 1n };
      return { extra: [{ key: stateKeys.meter(address), value: Meter.encode(Meter.fromPartial(meter)).finish() }] };
    };
    expect(namesOf(await on(() => undefined, enrolled(FIRST_DAY + 7)))).toEqual([]);
    const verdict = await on(() => undefined, enrolled(FIRST_DAY + 6));
    expect([namesOf(verdict), verdict.exitCode]).toEqual([['10 communities'], 1]);
    expect(linesOf(verdict, '10 communities', 'failed').map(({ detail }) => detail)).toEqual([
      expect.stringContaining(`not on the roster of ${DATES[6]}`),
    ]);
  });

  test.each<[string, (m: Modules) => void]>([
    [
      'a community without a clock',
      (m) => {
        m.communities[0].clock = undefined;
      },
    ],
    [
      'a week of no calendar',
      (m) => {
        m.periods.push({ fromDay: 4_000_000_000, readyUnixS: 1n, executedUnixS: 0n, dueHeight: 0n });
      },
    ],
    ['a balance of what is no address', (m) => m.balancesNel.set(toBech32('electra', new Uint8Array(32)), 1n)],
  ])('%s, which is no exception', async (_, change) => {
    const verdict = await on(change);
    expect([namesOf(verdict), verdict.exitCode]).toEqual([['2 modules'], 1]);
  });

  test('a state of which a debt is left out', async () => {
    const files = await mainBundle(WEEK, (m) => m.owing.set(UPLINKS[0], SETTLED_UNIX_S));
    edit(files, 'main.json', (main) => main.stores.settlement.ranges.owing.splice(0, 1));
    expect(namesOf(await audited(files))).toEqual(['2 modules']);
  });

  test('a week that was executed before its time without an entry of it; after its time that is named', async () => {
    const withoutEntry = async (change: (m: Modules, whose: string) => void) => {
      let whose = '';
      const files = await mainBundle(WEEK, (m) => {
        whose = withoutClaim(m, 0n);
        m.entries = m.entries.filter(({ uplink }) => uplink !== whose);
        change(m, whose);
      });
      return audited(withSums(files, (uplink) => uplink !== whose));
    };
    const early = await withoutEntry(() => undefined);
    expect(namesOf(early)).toEqual(['12 sums']);
    expect(linesOf(early, '12 sums', 'failed').map(({ detail }) => detail)).toEqual([expect.stringContaining('before its time')]);
    // Its pool is of block 1000: 600 blocks of grace after block 400.
    const late = (dueHeight: bigint) =>
      withoutEntry((m, uplink) => {
        Object.assign(m.periods[0], { readyUnixS: BigInt(SETTLED_UNIX_S - 28 * DAYS_S), dueHeight });
        m.pools[0].height = 1000n;
        for (const one of m.entries) one.height = 900n;
        m.missing.push({ uplink, fromDay: FIRST_DAY });
      });
    const over = await late(400n);
    expect([namesOf(over), linesOf(over, '12 sums', 'open').length]).toEqual([[], 1]);
    for (const within of [await late(401n), await late(0n)]) expect(namesOf(within)).toEqual(['12 sums']);
  });

  test('a week whose days are all over and that the chain does not settle', async () => {
    const at = async (nowDay: number, heldDay?: number, change: (m: Modules) => void = () => undefined) => {
      const held = heldDay === undefined ? {} : { heldUnixS: heldDay * DAYS_S - 60 };
      const unsettled = (m: Modules) => change(Object.assign(m, { periods: [], entries: [], pools: [], claims: [] }));
      return audited(withSums(await mainBundle(WEEK, unsettled, { ...held, nowUnixS: nowDay * DAYS_S }), () => false));
    };
    const [before, after] = [FIRST_DAY + 24, FIRST_DAY + 25];
    expect(namesOf(await at(before))).toEqual([]);
    expect(namesOf(await at(after, after))).toEqual(['12 sums']);
    // After a halt the next block is of much later: without the header of the one that left the state that is open, and named.
    expect(namesOf(await at(after, before))).toEqual([]);
    const untold = await at(after);
    expect([namesOf(untold), untold.exitCode]).toEqual([[], 3]);
    expect(linesOf(untold, '12 sums', 'open').map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/to have it settled by now cannot be told, since the header of block \d+/),
    );
    // What the state itself says of another week tells the time as well, whatever headers are left out.
    const other = { fromDay: FIRST_DAY + 7, readyUnixS: BigInt(after * DAYS_S - 60), dueHeight: 0n, executedUnixS: 0n };
    expect(namesOf(await at(after, undefined, (m) => m.periods.push(other)))).toEqual(['12 sums']);
  });

  /** The week, ready so many days before it was settled, waits without an entry. What a line of check 12 says of its time. */
  const waiting = async (
    dueHeight: bigint,
    { readyDays = 29, ...options }: ChainOptions & { readyDays?: number } = {},
    others: Period[] = [],
  ) => {
    const verdict = await on((m) => {
      const { uplink } = m.claims[0];
      const readyUnixS = BigInt(SETTLED_UNIX_S - readyDays * DAYS_S);
      m.periods = [{ ...m.periods[0], readyUnixS, dueHeight, executedUnixS: 0n }, ...others];
      m.entries = m.entries.filter((one) => one.uplink !== uplink);
      Object.assign(m, { pools: [], claims: [], fundNel: 0n });
      for (const one of m.entries) one.pool = 0n;
    }, options);
    const saying = (status: 'failed' | 'open') =>
      linesOf(verdict, '12 pools', status)
        .map(({ detail }) => detail)
        .filter((detail) => /was to be executed|grace/.test(detail));
    return { failed: saying('failed'), open: saying('open') };
  };
  const heightOfState = async () => BigInt(JSON.parse(Buffer.from((await mainBundle()).get('main.json')!).toString()).height);
  const nothing = { failed: [], open: [] };

  test('a week that waits for more than 28 days; not before the chain has made its blocks of grace after them', async () => {
    const newest = await heightOfState();
    expect((await waiting(newest - 600n)).failed).toEqual([expect.stringContaining('was to be executed by now')]);
    expect(await waiting(newest - 599n)).toEqual(nothing);
    // The first block after the time: a halt of any length leaves all blocks of grace.
    expect(await waiting(newest)).toEqual(nothing);
  });

  const dueUnixS = SETTLED_UNIX_S - DAYS_S;

  test('a week whose grace counts from a block before its time, or from a later one than the first after it', async () => {
    const newest = await heightOfState();
    const [early, late] = [/block \d+, which was before its time/, /was to count from an earlier one/];
    expect(await waiting(newest - 5n, { readyDays: 27 })).toEqual({ failed: [expect.stringMatching(early)], open: [] });
    expect((await waiting(newest - 5n, { heldUnixS: dueUnixS - 1 })).failed).toEqual([expect.stringMatching(early)]);
    expect(await waiting(newest - 5n, { heldUnixS: dueUnixS })).toEqual(nothing);
    expect((await waiting(newest + 1n)).failed).toEqual([expect.stringMatching(late)]);
  });

  const never = /its grace does not count/;

  test('a week that is due and whose grace does not count; not before its time', async () => {
    expect((await waiting(0n, { heldUnixS: dueUnixS + 1 })).failed).toEqual([expect.stringMatching(never)]);
    // The block that left the state is of before the time, the next one of after it, as after a halt.
    expect(await waiting(0n, { heldUnixS: dueUnixS })).toEqual(nothing);
    // Without that block's own header, which every export has, it is open, and named.
    const untold = /was to count by now cannot be told, since the header of block \d+/;
    expect(await waiting(0n)).toEqual({ failed: [], open: [expect.stringMatching(untold)] });
  });

  test('the same by a later week that was ready, due or executed after the time: who makes the bundle cannot leave that out', async () => {
    const newest = await heightOfState();
    const other = (readyUnixS: number, executedUnixS = 0, dueHeight = 0n): Period[] => [
      { fromDay: FIRST_DAY + 7, readyUnixS: BigInt(readyUnixS), dueHeight, executedUnixS: BigInt(executedUnixS) },
    ];
    expect((await waiting(0n, {}, other(dueUnixS))).failed).toEqual([]);
    expect((await waiting(0n, {}, other(dueUnixS + 1))).failed).toEqual([expect.stringMatching(never)]);
    expect((await waiting(0n, {}, other(dueUnixS, dueUnixS + 1))).failed).toEqual([expect.stringMatching(never)]);
    expect((await waiting(0n, {}, other(dueUnixS + 1 - 28 * DAYS_S, 0, newest))).failed).toEqual([expect.stringMatching(never)]);
  });

  test('a claim that came within the blocks of grace of a week that was executed before, with no entry and so no pool', async () => {
    /** Grace counts from block 400, for 600 blocks. */
    const claimed = async (height: bigint) => {
      const verdict = await on((m) => {
        const uplink = withoutClaim(m, 0n);
        m.entries = m.entries.filter((one) => one.uplink === uplink).map((one) => ({ ...one, height }));
        Object.assign(m, { pools: [], claims: [] });
        Object.assign(m.periods[0], { readyUnixS: BigInt(SETTLED_UNIX_S - 28 * DAYS_S), dueHeight: 400n });
      });
      return (['failed', 'open'] as const).map((status) => linesOf(verdict, '12 pools', status).map(({ detail }) => detail));
    };
    expect(await claimed(1000n)).toEqual([[expect.stringContaining('came in time, and is in no pool')], []]);
    expect(await claimed(1001n)).toEqual([[], [expect.stringContaining('came too late: void')]]);
  });

  test('sums of another chain, one that was not settled, and one twice', async () => {
    const of = async (change: Parameters<typeof edit>[2]) => {
      const files = await mainBundle();
      edit(files, 'settlements.json', change);
      return linesOf(await audited(files), '12 sums', 'failed').map(({ detail }) => detail);
    };
    const other = await of((file) => {
      file.chainId = 'electra-main-5eed0002';
    });
    expect(other).toEqual([expect.stringContaining('settlements.chainId')]);
    const unsettled = await of(({ sums }) => sums.push({ ...sums[0], fromDay: String(FIRST_DAY + 7) }));
    expect(unsettled).toEqual([expect.stringContaining('has not settled')]);
    expect(await of(({ sums }) => sums.push(sums[0]))).toEqual([expect.stringContaining('twice')]);
  });

  test('a sum without its proof, which is unreadable, and one with that of another', async () => {
    const files = await mainBundle();
    edit(files, 'settlements.json', ({ sums }) => {
      [sums[0].proof, sums[1].proof] = [sums[1].proof, sums[0].proof];
    });
    expect(namesOf(await audited(files))).toEqual(['12 sums']);
    edit(files, 'settlements.json', ({ sums }) => sums.splice(0, 2));
    expect((await audited(files)).exitCode).toBe(2);
  });
});

describe('is named', () => {
  test.each<[string, string, (m: Modules) => void, object?]>([
    [
      'a suspended community',
      '10 communities',
      (m) => {
        m.communities[0].suspended = 'conflict';
      },
    ],
    ['a light client that ran out', '10 communities', () => undefined, { nowUnixS: SETTLED_UNIX_S + 15 * DAYS_S }],
    [
      'a redemption that is overdue',
      '13 redemptions',
      (m) => {
        const open = { ...m.redemptions[0], id: 2n, state: 'open', amountNel: 0n, paymentHash: new Uint8Array(0), closedUnixS: 0n };
        m.redemptions.push(open);
      },
    ],
    ['an old attestation', '13 reserve', () => undefined, { nowUnixS: SETTLED_UNIX_S + 40 * DAYS_S }],
    ['a frozen account', '13 accounts', (m) => m.frozen.push({ account: treasuryOf(0), reasonHash: new Uint8Array(32), height: 9n })],
    ['a role on its way', '13 roles', (m) => m.roleChanges.push({ role: 'issuer', address: treasuryOf(3), dueUnixS: 9n, dueHeight: 5n })],
    [
      'a claim that came too late',
      '12 pools',
      (m) => {
        const uplink = withoutClaim(m, 0n);
        m.entries.find((one) => one.uplink === uplink)!.height = 1001n;
        m.pools[0].height = 1000n;
        Object.assign(m.periods[0], { readyUnixS: m.periods[0].executedUnixS - 28n * BigInt(DAYS_S), dueHeight: 400n });
      },
    ],
    ['who owes', '12 debts', (m) => m.owing.set(UPLINKS[1], SETTLED_UNIX_S)],
  ])('%s', async (_, line, change, options) => {
    const verdict = await on(change, options);
    const open = verdict.checks.filter(({ status, id }) => status === 'open' && id !== '14').map(({ id, name }) => `${id} ${name}`);
    expect(namesOf(verdict)).toEqual([]);
    expect(open).toContain(line);
    expect(verdict.exitCode).toBe(3);
  });
});
