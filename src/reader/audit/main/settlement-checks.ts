/**
 * Check 12, where the sums have gone: what was paid in goes to whom it is owed (docs/main-chain.md, Settlement). All of it is proven state,
 * and the pools must be what one pass more would leave alone.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { accountText, DAY_S, dayToDate, heldIn, type Pools, pass } from '../../../protocol/index.ts';
import type { MainState, SettlementState } from '../../light/index.ts';
import { type Check, type Fault, lines } from '../checks.ts';

/** After a period is ready its pool executes with the entries that there are. */
const ENTRIES_DUE_S = 28 * DAY_S;
/** A treasury that owes for so long is suspended until it owes nothing. */
const OWING_S = 14 * DAY_S;

/** What a time that has run out is held against. A chain that halted has made no blocks to say anything in: `graceBlocks` come besides. */
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
}

/** Whether a period's entries are overdue: it is to be executed without who is missing. */
export const isOverdue = (period: SettlementState['periods'][number], { heldUnixS, height, graceBlocks }: AsOfState): boolean =>
  heldUnixS > Number(period.readyUnixS) + ENTRIES_DUE_S && BigInt(height) >= period.readyHeight + BigInt(graceBlocks);

/** What is over by the newest header, and perhaps not by that of the block that left the state: it takes that header to tell. */
const byLatest = (at: AsOfState): AsOfState => ({ ...at, heldUnixS: at.heldByUnixS });
export const untold = ({ height }: AsOfState): string =>
  `cannot be told, since the header of block ${height}, which left the state, is not in the bundle: every export has it`;

/** The account of a module, as the SDK names it. */
export const moduleAddress = (name: string): string => accountText(sha256(utf8ToBytes(name)).subarray(0, 20));

/** Whether a period was executed before its time was over: with all its entries, then, and with nobody's missing. */
export const isEarly = ({ readyUnixS, executedUnixS }: SettlementState['periods'][number]): boolean =>
  executedUnixS > 0n && Number(executedUnixS - readyUnixS) < ENTRIES_DUE_S;

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
 * time, nor where the pool was made after them. (One of a single entry may be that of a late debt.)
 */
function voidClaims({ pools, entries, periods }: SettlementState): Fault[] {
  const ended = new Map(periods.filter(({ executedUnixS }) => executedUnixS > 0n).map((period) => [period.fromDay, period]));
  const own = pools.filter(({ number }) => entries.filter(({ pool }) => pool === number).length > 1);
  return entries.flatMap(({ fromDay, uplink, amountNel, pool, height }): Fault[] => {
    const period = ended.get(fromDay);
    if (!period || amountNel >= 0n || pool !== 0n) return [];
    const isInTime = isEarly(period) || own.some((one) => one.fromDay === fromDay && height <= one.height);
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
  const waiting = settlement.periods.filter((one) => one.executedUnixS === 0n && isOverdue(one, byLatest(at)));
  const [overdue, perhaps] = [true, false].map((is) => waiting.filter((one) => isOverdue(one, at) === is));
  const moving: Fault[] = pass(books).moved
    ? [{ status: 'open', detail: 'escrows still pay: the next block passes on what was received' }]
    : [];
  const pools = [
    ...poolFaults(settlement),
    ...voidClaims(settlement),
    ...overdue.map(({ fromDay }) => ({
      detail: `the week from ${dayToDate(fromDay)} was to be executed by now, with the entries there are`,
    })),
    ...perhaps.map(
      ({ fromDay }): Fault => ({
        status: 'open',
        detail: `whether the week from ${dayToDate(fromDay)} was to be executed by now ${untold(at)}`,
      }),
    ),
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
