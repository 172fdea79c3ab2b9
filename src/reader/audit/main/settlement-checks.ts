/**
 * Check 12: what communities owe each other is the sum of their bills, once, and what was paid in goes to whom it is owed
 * (docs/main-chain.md, Settlement).
 *
 * The chain has judged each sum's proof; here it is verified again, of the bills in the audited books. Which sums there are, what they are
 * and where they have gone is proven state, and the pools must be what one pass more would leave alone.
 */

import { toBech32 } from '@cosmjs/encoding';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import {
  ADDRESS_PREFIX,
  DAY_S,
  dayToDate,
  gridId,
  heldIn,
  meterTag,
  PERIOD_DAYS,
  type Pools,
  ProtocolError,
  pass,
  type SettlementsFile,
  VOID_AFTER_S,
} from '../../../protocol/index.ts';
import type { Parsed } from '../../bundle.ts';
import type { MainState, SettlementState } from '../../light/index.ts';
import { billSumPublic, type Claim } from '../../verifier/index.ts';
import { type Check, type Fault, lines, notChecked } from '../checks.ts';
import { faultLines } from '../file-checks.ts';
import type { MainKeys } from '../key-checks.ts';
import { type VerifyOptions, verify } from '../proof-checks.ts';
import type { MainDay } from './bundle.ts';

/** After a period is ready its pool executes with the entries that there are. */
const ENTRIES_DUE_S = 28 * DAY_S;
/** A treasury that owes for so long is suspended until it owes nothing. */
const OWING_S = 14 * DAY_S;

/** The account of a module, as the SDK names it. */
export const moduleAddress = (name: string): string => toBech32(ADDRESS_PREFIX, sha256(utf8ToBytes(name)).subarray(0, 20));

/** The days of a period. */
const daysFrom = (fromDay: number): number[] => Array.from({ length: PERIOD_DAYS }, (_, i) => fromDay + i);

const idOfSum = (fromDay: number, uplink: string): string => `${fromDay}/${uplink}`;

/** The bills of an uplink in a period, 0 where it has none. */
const billsOf = (days: ReadonlyMap<number, MainDay>, fromDay: number, uplink: string): bigint[] =>
  daysFrom(fromDay).map((day) => {
    const entry = days.get(day)?.book?.book.meters.find(({ meter }) => meter === uplink);
    return entry?.source === 'metered' ? entry.B : 0n;
  });

/** Uplinks with a bill in a period. */
function billedIn(days: ReadonlyMap<number, MainDay>, fromDay: number): string[] {
  const all = daysFrom(fromDay).flatMap((day) => days.get(day)?.book?.book.meters ?? []);
  return [...new Set(all.filter(({ source }) => source === 'metered').map(({ meter }) => meter))].sort();
}

/** What lines of sums are made of. */
export interface OfSums {
  settlement: SettlementState;
  file: Parsed<SettlementsFile>;
  days: readonly MainDay[];
  genesis: SharedGenesis;
  key: MainKeys['bill-sum'];
  asOfUnixS: number;
}

interface Period {
  fromDay: number;
  claims: Claim[];
  faults: Fault[];
}

/** An entry's sum, to be verified, or why there is none. */
function sumOf({ settlement, file, genesis }: OfSums, fromDay: number, uplink: string, B: bigint[]): Claim | Fault {
  const entry = settlement.entries.find((one) => one.fromDay === fromDay && one.uplink === uplink)!;
  const shown = file.value?.sums.filter((sum) => sum.fromDay === fromDay && sum.uplink === uplink) ?? [];
  if (shown.length !== 1) return { meter: uplink, status: 'unreadable', detail: 'the proof of its sum is not in settlements.json' };
  if (shown[0].amountNel !== entry.amountNel)
    return { meter: uplink, detail: `settlements.json says ${shown[0].amountNel} nELECTRA, the chain settled ${entry.amountNel}` };
  try {
    const about = { gridId: gridId(genesis.chainId), meterTag: meterTag(uplink), firstDay: fromDay, B, totalNel: entry.amountNel };
    return { id: idOfSum(fromDay, uplink), proof: shown[0].proof, publicInputs: billSumPublic(about) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { meter: uplink, detail: `no public inputs: ${error.message}` };
  }
}

/** Fees of a period, by its books: what all its sums come to at least. */
const feesOf = (days: ReadonlyMap<number, MainDay>, fromDay: number): bigint =>
  daysFrom(fromDay)
    .map((day) => days.get(day)?.book?.book)
    .flatMap((book) => (book ? [BigInt(book.meters.filter(({ source }) => source === 'metered').length) * book.tariff.feePerDayNel] : []))
    .reduce((sum, fee) => sum + fee, 0n);

/** Whether a period was executed before its time was over: with all its entries, then, and with nobody's missing. */
const isEarly = ({ readyUnixS, executedUnixS }: SettlementState['periods'][number]): boolean =>
  executedUnixS > 0n && Number(executedUnixS - readyUnixS) < ENTRIES_DUE_S;

/** Who has a bill in a period and no entry yet. */
function absentFaults({ settlement, asOfUnixS }: OfSums, fromDay: number, absent: readonly string[]): Fault[] {
  const period = settlement.periods.find((one) => one.fromDay === fromDay);
  const isLate = period !== undefined && asOfUnixS > Number(period.readyUnixS) + ENTRIES_DUE_S;
  return absent.map((meter): Fault => {
    if (period && isEarly(period)) return { meter, detail: 'its entry is missing, though the week was executed before its time' };
    const isNamed = settlement.missing.some((one) => one.uplink === meter && one.fromDay === fromDay);
    if (isLate && !isNamed) return { meter, detail: 'its entry did not come in time, and the chain does not say so' };
    return { meter, status: 'open', detail: isLate ? 'its entry is missing: suspended until it comes' : 'not settled yet' };
  });
}

/** When the last day of a period is proven or void, so are those before it: nothing keeps the period from being settled. */
function readyFaults({ settlement, asOfUnixS }: OfSums, days: ReadonlyMap<number, MainDay>, fromDay: number): Fault[] {
  const chain = days.get(fromDay + PERIOD_DAYS - 1)?.chain;
  const isReady = settlement.periods.some((one) => one.fromDay === fromDay);
  if (isReady || !chain || asOfUnixS <= chain.frozenUnixS + VOID_AFTER_S + DAY_S) return [];
  return [{ detail: 'all its days are proven or void, and the chain does not have it settled' }];
}

/** What is to be verified of a period that is in the bundle as a whole. */
function periodOf(of: OfSums, days: ReadonlyMap<number, MainDay>, fromDay: number): Period {
  const { settlement } = of;
  const faults: Fault[] = readyFaults(of, days, fromDay);
  const claims: Claim[] = [];
  const [billed, entries] = [billedIn(days, fromDay), settlement.entries.filter((one) => one.fromDay === fromDay)];
  for (const { uplink } of entries) {
    if (!billed.includes(uplink)) faults.push({ meter: uplink, detail: 'settled for a period in which it has no bill' });
    const one = sumOf(of, fromDay, uplink, billsOf(days, fromDay, uplink));
    if ('id' in one) claims.push(one);
    else faults.push(one);
  }
  const settled = new Set(entries.map(({ uplink }) => uplink));
  const absent = billed.filter((uplink) => !settled.has(uplink));
  const sum = entries.reduce((all, { amountNel }) => all + amountNel, 0n);
  if (absent.length === 0 && entries.length > 0 && sum < feesOf(days, fromDay))
    faults.push({ detail: `all sums come to ${sum} nELECTRA, less than the fees of the days` });
  return { fromDay, claims, faults: [...faults, ...absentFaults(of, fromDay, absent)] };
}

/** settlements.json is of this chain and has each sum that it settled once, and no others. */
function fileFaults({ settlement, file, genesis }: OfSums): Fault[] {
  if (!file.value) return [];
  const { chainId, sums } = file.value;
  const settled = new Set(settlement.entries.map(({ fromDay, uplink }) => idOfSum(fromDay, uplink)));
  return [
    ...(chainId === genesis.chainId ? [] : [{ detail: `settlements.chainId is ${chainId}, genesis says ${genesis.chainId}` }]),
    ...sums.flatMap(({ fromDay, uplink }, i): Fault[] => {
      const of = `settlements.json: a sum of the week from day ${fromDay}`;
      if (!settled.has(idOfSum(fromDay, uplink))) return [{ meter: uplink, detail: `${of} that the chain has not settled` }];
      const isTwice = sums.findIndex((one) => one.fromDay === fromDay && one.uplink === uplink) < i;
      return isTwice ? [{ meter: uplink, detail: `${of} twice` }] : [];
    }),
  ];
}

/** Line 12 sums, of every period whose days are all here. */
export async function sumChecks(of: OfSums, options: VerifyOptions): Promise<{ checks: Check[]; notes: string[] }> {
  if (of.file.fault && of.settlement.entries.length > 0 && of.file.fault.kind === 'wrong')
    return { checks: faultLines({ id: '12', name: 'sums' }, of.file.fault), notes: [] };
  const ofFile = fileFaults(of);
  const days = new Map(of.days.map((day) => [day.day, day]));
  const first = of.settlement.firstDay;
  const from = [...new Set(of.days.map(({ day }) => first + Math.floor((day - first) / PERIOD_DAYS) * PERIOD_DAYS))];
  const whole = duePeriods(of.settlement, of.days);
  const periods = whole.map((fromDay) => periodOf(of, days, fromDay));
  const claims = periods.flatMap((period) => period.claims);
  const outcome = await verify(of.key, claims, options);
  const checks = periods.flatMap((period) => {
    const head = { id: '12' as const, name: 'sums', day: dayToDate(period.fromDay) };
    if (outcome.unusable !== null) return [notChecked('12', 'sums', outcome.unusable, head.day, '8')];
    const bad = period.claims.flatMap(({ id }): Fault[] => {
      const found = outcome.bad.get(id);
      return found ? [{ meter: id.split('/')[1], detail: `its sum is not that of its bills: ${found.detail}` }] : [];
    });
    const summary = `the week from here: ${period.claims.length} of ${period.claims.length} sums are those of the bills in these books`;
    return lines(head, [...period.faults, ...bad], summary);
  });
  const parts = from.filter((fromDay) => !whole.includes(fromDay)).map(dayToDate);
  return {
    checks: [...(ofFile.length === 0 ? [] : lines({ id: '12', name: 'sums' }, ofFile, '')), ...checks],
    notes: parts.length === 0 ? [] : [`Sums of the weeks from ${parts.join(', ')} were not verified: not all of their days are here.`],
  };
}

/** Days on which a period begins whose sums are due. */
export function duePeriods({ firstDay }: SettlementState, days: readonly MainDay[]): number[] {
  const here = new Set(days.map(({ day }) => day));
  return [...here].filter(
    (day) => day >= firstDay && (day - firstDay) % PERIOD_DAYS === 0 && daysFrom(day).every((one) => here.has(one)),
  );
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
    ...early.map(({ number, fromDay }): Fault => ({ detail: `pool ${number} is of the week from ${dayToDate(fromDay)}, not executed yet` })),
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
      return { meter, status: 'open', detail: `owes since chain time ${sinceUnixS}${isSuspended ? ': suspended until it owes nothing' : ''}` };
    }),
  ];
}

/** Lines 12 pools, conservation and debts: by state alone. */
export function poolChecks({ settlement, bank }: MainState, asOfUnixS: number): Check[] {
  const books = poolsOf(settlement);
  const held = heldIn(books);
  const account = bank.balancesNel.get(moduleAddress('settlement')) ?? 0n;
  const overdue = settlement.periods.filter((one) => one.executedUnixS === 0n && asOfUnixS > Number(one.readyUnixS) + ENTRIES_DUE_S);
  const moving: Fault[] = pass(books).moved
    ? [{ status: 'open', detail: 'escrows still pay: the next block passes on what was received' }]
    : [];
  const pools = [
    ...poolFaults(settlement),
    ...voidClaims(settlement),
    ...overdue.map(({ fromDay }) => ({
      detail: `the week from ${dayToDate(fromDay)} was to be executed by now, with the entries there are`,
    })),
    ...moving,
  ];
  const kept = held === account ? [] : [{ detail: `escrows, pools and fund hold ${held} nELECTRA, their account has ${account}` }];
  const debts = debtFaults(settlement, asOfUnixS);
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
