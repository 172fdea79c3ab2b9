/**
 * Check 12, where the sums have gone: what was paid in goes to whom it is owed (docs/main-chain.md, Settlement). All of it is proven state,
 * and the pools must be what one pass more would leave alone.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { accountText, DAY_S, dayToDate, heldIn, type Pools, pass } from '../../../protocol/index.ts';
import type { MainState, SettlementState } from '../../light/index.ts';
import { type Check, type Fault, lines } from '../checks.ts';

/** So long after a period is ready its pool executes with the entries that there are, once the blocks of grace after that are made. */
export const ENTRIES_DUE_S = 28 * DAY_S;
/** A treasury that owes for so long is suspended until it owes nothing. */
const OWING_S = 14 * DAY_S;

/** What a time that has run out is held against. A chain that halted has made no blocks to say anything in: `graceBlocks` come after it. */
export interface AsOfState {
  /** chain time of the newest header, which holds the state's hash */
  asOfUnixS: number;
  /**
   * of the block that left the state: of its own header, where that is here, since after a halt the next one is of much later. Else at
   * least this, and at most `heldByUnixS`
   */
  heldUnixS: number;
  heldByUnixS: number;
  height: number;
  graceBlocks: number;
  /** the headers that are here, in chain time */
  blocks: readonly { height: number; unixS: number }[];
}

type Period = SettlementState['periods'][number];
const dueUnixS = ({ readyUnixS }: Period): number => Number(readyUnixS) + ENTRIES_DUE_S;
const hadBlocks = ({ dueHeight }: Period, height: bigint, graceBlocks: number): boolean =>
  dueHeight > 0n && height >= dueHeight + BigInt(graceBlocks);

/** Whether a period's entries are overdue: it is to be executed without who is missing. */
export const isOverdue = (period: Period, { height, graceBlocks }: AsOfState): boolean => hadBlocks(period, BigInt(height), graceBlocks);

export const untold = ({ height }: AsOfState): string =>
  `cannot be told, since the header of block ${height}, which left the state, is not in the bundle: every export has it`;

/** The account of a module, as the SDK names it. */
export const moduleAddress = (name: string): string => accountText(sha256(utf8ToBytes(name)).subarray(0, 20));

/**
 * Whether a period was executed before its time was over, or in the blocks of grace after it: with all its entries, then, and with nobody's
 * missing. Its first pool tells the block; where it has none, nobody had an entry.
 */
export function isEarly(period: Period, { pools }: Pick<SettlementState, 'pools'>, graceBlocks: number): boolean {
  if (period.executedUnixS === 0n) return false;
  if (period.dueHeight === 0n || Number(period.executedUnixS) < dueUnixS(period)) return true;
  const pool = pools.find(({ fromDay }) => fromDay === period.fromDay);
  return pool !== undefined && !hadBlocks(period, pool.height, graceBlocks);
}

/** The block from which a period's grace counts is the first one at or after its time: as far as the headers that are here tell. */
function dueFaults(periods: readonly Period[], at: AsOfState): Fault[] {
  return periods.flatMap((period): Fault[] => {
    const { fromDay, dueHeight, executedUnixS } = period;
    const [due, week, from] = [dueUnixS(period), `the week from ${dayToDate(fromDay)}`, Number(dueHeight)];
    if (from > 0 && at.blocks.some(({ height, unixS }) => height >= from && unixS < due))
      return [{ detail: `the grace of ${week} counts from block ${from}, which was before its time` }];
    // One that was executed before the chain began again, from an export, has a height of before that.
    if (executedUnixS > 0n) return [];
    if (from > at.height || (from > 0 && at.blocks.some(({ height, unixS }) => height < from && unixS > due)))
      return [{ detail: `the grace of ${week} counts from block ${from}, and was to count from an earlier one` }];
    if (from > 0 || at.heldByUnixS <= due) return [];
    if (at.heldUnixS > due) return [{ detail: `${week} is due since chain time ${due}, and its grace does not count` }];
    return [{ status: 'open', detail: `whether the grace of ${week} was to count by now ${untold(at)}` }];
  });
}

/** The chain's pools as the rule knows them. */
const poolsOf = ({ pools, claims, debts, escrowsNel, fundNel }: SettlementState): Pools => ({
  fundNel,
  escrowsNel,
  pools: pools.map(({ number, paidNel }) => ({
    claimsNel: new Map(claims.filter(({ pool }) => pool === number).map((claim) => [claim.uplink, claim.amountNel])),
    leftNel: new Map(debts.filter(({ pool }) => pool === number).map((debt) => [debt.uplink, debt.leftNel])),
    paidNel,
  })),
});

/** A pool is what its entries say: their claims, and their debts less what was paid. */
function poolFaults(of: SettlementState): Fault[] {
  const { pools, entries, claims, debts, periods } = of;
  const isDone = new Set(periods.filter(({ executedUnixS }) => executedUnixS > 0n).map(({ fromDay }) => fromDay));
  const weekOf = new Map(pools.map(({ number, fromDay }) => [number, fromDay]));
  const stray = [...claims, ...debts].filter(({ pool }) => !weekOf.has(pool));
  const elsewhere = entries.filter(({ pool, fromDay }) => pool !== 0n && weekOf.get(pool) !== fromDay);
  const early = pools.filter(({ fromDay }) => !isDone.has(fromDay));
  const lost = entries.filter((entry) => entry.amountNel > 0n && entry.pool === 0n && isDone.has(entry.fromDay));
  return [
    ...stray.map(({ pool, uplink }): Fault => ({ meter: uplink, detail: `a claim or a debt of pool ${pool}, which there is not` })),
    ...elsewhere.map(
      ({ uplink, fromDay, pool }): Fault => ({
        meter: uplink,
        detail: `its entry of the week from ${dayToDate(fromDay)} is said to be in pool ${pool}, which is none of that week`,
      }),
    ),
    ...early.map(
      ({ number, fromDay }): Fault => ({ detail: `pool ${number} is of the week from ${dayToDate(fromDay)}, not executed yet` }),
    ),
    ...lost.map(
      ({ uplink, fromDay }): Fault => ({ meter: uplink, detail: `its debt of the week from ${dayToDate(fromDay)} is in no pool` }),
    ),
    ...pools.flatMap(({ number, claimsNel, paidNel }): Fault[] => {
      const own = entries.filter(({ pool }) => pool === number);
      const said = new Map(claims.filter(({ pool }) => pool === number).map((claim) => [claim.uplink, claim.amountNel]));
      const owed = own.filter(({ amountNel }) => amountNel < 0n);
      const isSame = owed.length === said.size && owed.every(({ uplink, amountNel }) => said.get(uplink) === -amountNel);
      const due = own.reduce((sum, { amountNel }) => (amountNel > 0n ? sum + amountNel : sum), 0n);
      const left = debts.filter(({ pool }) => pool === number);
      const tooMuch = left.filter(({ uplink, leftNel }) => leftNel > (own.find((one) => one.uplink === uplink)?.amountNel ?? 0n));
      const sum = left.reduce((all, { leftNel }) => all + leftNel, 0n);
      return [
        ...(isSame && claimsNel === owed.reduce((all, { amountNel }) => all - amountNel, 0n)
          ? []
          : [{ detail: `the claims of pool ${number} are not those of its entries` }]),
        ...tooMuch.map(({ uplink }): Fault => ({ meter: uplink, detail: `owes pool ${number} more than its entry says` })),
        ...(due - sum === paidNel ? [] : [{ detail: `pool ${number} was paid ${paidNel} nELECTRA; debts say ${due - sum}` }]),
      ];
    }),
  ];
}

/**
 * Claims in no pool, of weeks that were executed. They are void where they came too late: not where all entries were there before the
 * time, nor in the blocks of grace after it, nor where the pool was made after them. (One of a single entry may be that of a late debt.)
 */
function voidClaims({ pools, entries, periods }: SettlementState, graceBlocks: number): Fault[] {
  const ended = new Map(periods.filter(({ executedUnixS }) => executedUnixS > 0n).map((period) => [period.fromDay, period]));
  const own = pools.filter(({ number }) => entries.filter(({ pool }) => pool === number).length > 1);
  return entries.flatMap(({ fromDay, uplink, amountNel, pool, height }): Fault[] => {
    const period = ended.get(fromDay);
    if (!period || amountNel >= 0n || pool !== 0n) return [];
    const isInTime =
      isEarly(period, { pools }, graceBlocks) ||
      !hadBlocks(period, height - 1n, graceBlocks) ||
      own.some((one) => one.fromDay === fromDay && height <= one.height);
    const of = `its claim of ${-amountNel} nELECTRA of the week from ${dayToDate(fromDay)}`;
    return [
      isInTime
        ? { meter: uplink, detail: `${of} came in time, and is in no pool` }
        : { meter: uplink, status: 'open', detail: `${of} came too late: void` },
    ];
  });
}

/** Who owes, and since when: that is what suspends, so nobody owes without a date. */
function debtFaults({ debts, owing }: SettlementState, asOfUnixS: number): Fault[] {
  const dated = new Set(owing.map(({ uplink }) => uplink));
  const undated = new Set(debts.filter(({ uplink, leftNel }) => leftNel > 0n && !dated.has(uplink)).map(({ uplink }) => uplink));
  return [
    ...[...undated].map((meter): Fault => ({ meter, detail: 'has not paid, and the chain does not say since when it owes' })),
    ...owing.map(({ uplink: meter, sinceUnixS }): Fault => {
      const isSuspended = asOfUnixS >= sinceUnixS + OWING_S;
      return {
        meter,
        status: 'open',
        detail: `owes since chain time ${sinceUnixS}${isSuspended ? ': suspended until it owes nothing' : ''}`,
      };
    }),
  ];
}

/** Lines 12 pools, conservation and debts: by state alone. */
export function poolChecks({ settlement, bank }: MainState, at: AsOfState): Check[] {
  const books = poolsOf(settlement);
  const held = heldIn(books);
  const account = bank.balancesNel.get(moduleAddress('settlement')) ?? 0n;
  const overdue = settlement.periods.filter((one) => one.executedUnixS === 0n && isOverdue(one, at));
  const moving: Fault[] = pass(books).moved
    ? [{ status: 'open', detail: 'escrows still pay: the next block passes on what was received' }]
    : [];
  const pools = [
    ...poolFaults(settlement),
    ...voidClaims(settlement, at.graceBlocks),
    ...dueFaults(settlement.periods, at),
    ...overdue.map(({ fromDay }) => ({
      detail: `the week from ${dayToDate(fromDay)} was to be executed by now, with the entries there are`,
    })),
    ...moving,
  ];
  const kept = held === account ? [] : [{ detail: `escrows, pools and fund hold ${held} nELECTRA, their account has ${account}` }];
  const debts = debtFaults(settlement, at.asOfUnixS);
  return [
    ...lines(
      { id: '12', name: 'pools' },
      pools,
      `${settlement.pools.length} pools are those of their entries, and nothing is left to be passed on`,
    ),
    ...lines({ id: '12', name: 'conservation' }, kept, `escrows, pools and fund hold ${held} nELECTRA, as their account does`),
    ...(debts.length === 0 ? [] : lines({ id: '12', name: 'debts' }, debts, `${debts.length} named`)),
  ];
}
