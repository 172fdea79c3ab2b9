/**
 * Check 12, sums: what communities owe each other is the sum of their bills, once (docs/main-chain.md, Settlement).
 *
 * The chain has judged each sum's proof; here it is verified again, of the bills in the audited books. Which sums there are, what they are
 * and when they came is proven state.
 */
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import {
  DAY_S,
  dayToDate,
  gridId,
  meterTag,
  PERIOD_DAYS,
  ProtocolError,
  type SettlementsFile,
  VOID_AFTER_S,
} from '../../../protocol/index.ts';
import type { Parsed } from '../../bundle.ts';
import type { SettlementState } from '../../light/index.ts';
import { billSumPublic, type Claim } from '../../verifier/index.ts';
import { type Check, type Fault, lines, notChecked } from '../checks.ts';
import { faultLines } from '../file-checks.ts';
import type { MainKeys } from '../key-checks.ts';
import { type VerifyOptions, verify } from '../proof-checks.ts';
import type { MainDay } from './bundle.ts';
import { type AsOfState, isEarly, isOverdue, untold } from './settlement-checks.ts';

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
  at: AsOfState;
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

/** Who has a bill in a period and no entry yet. */
function absentFaults({ settlement, at }: OfSums, fromDay: number, absent: readonly string[]): Fault[] {
  const period = settlement.periods.find((one) => one.fromDay === fromDay);
  const isLate = period !== undefined && isOverdue(period, at);
  return absent.map((meter): Fault => {
    if (period && isEarly(period, settlement, at.graceBlocks))
      return { meter, detail: 'its entry is missing, though the week was executed before its time' };
    const isNamed = settlement.missing.some((one) => one.uplink === meter && one.fromDay === fromDay);
    if (isLate && !isNamed) return { meter, detail: 'its entry did not come in time, and the chain does not say so' };
    return { meter, status: 'open', detail: isLate || isNamed ? 'its entry is missing: suspended until it comes' : 'not settled yet' };
  });
}

/** When the last day of a period is proven or void, so are those before it: nothing keeps the period from being settled. */
function readyFaults({ settlement, at }: OfSums, days: ReadonlyMap<number, MainDay>, fromDay: number): Fault[] {
  const chain = days.get(fromDay + PERIOD_DAYS - 1)?.chain;
  const isReady = settlement.periods.some((one) => one.fromDay === fromDay);
  const dueUnixS = (chain?.frozenUnixS ?? 0) + VOID_AFTER_S + DAY_S;
  if (isReady || !chain || at.heldByUnixS <= dueUnixS) return [];
  if (at.heldUnixS > dueUnixS) return [{ detail: 'all its days are proven or void, and the chain does not have it settled' }];
  return [{ status: 'open', detail: `whether the chain was to have it settled by now ${untold(at)}` }];
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

/**
 * Weeks of which some days alone are here. Nobody can add up their bills, so their sums are an open matter: a range that is cut at the
 * right place would hide a false one.
 */
function partChecks({ settlement, days, at: { asOfUnixS } }: OfSums, whole: readonly number[]): Check[] {
  const here = new Set(days.map(({ day }) => day));
  const weekOf = (day: number): number => day - ((((day - settlement.firstDay) % PERIOD_DAYS) + PERIOD_DAYS) % PERIOD_DAYS);
  const parts = [...new Set([...here].map(weekOf))].filter((fromDay) => !whole.includes(fromDay));
  return parts.map((fromDay): Check => {
    const [from, to] = [dayToDate(fromDay), dayToDate(fromDay + PERIOD_DAYS - 1)];
    const lacking = daysFrom(fromDay).filter((day) => !here.has(day)).length;
    const isOver = asOfUnixS >= (fromDay + PERIOD_DAYS) * DAY_S;
    const detail =
      `sums of the week from ${from} to ${to} were not verified, ${lacking} of its days are not here: ` +
      `${isOver ? 'export' : 'once it is over, export'} ${from} to ${to} as one bundle`;
    return { id: '12', name: 'sums', day: from, status: 'open', detail };
  });
}

/** Line 12 sums, of every period: verified where its days are all here, and open where they are not. */
export async function sumChecks(of: OfSums, options: VerifyOptions): Promise<Check[]> {
  if (of.file.fault && of.settlement.entries.length > 0 && of.file.fault.kind === 'wrong')
    return faultLines({ id: '12', name: 'sums' }, of.file.fault);
  const ofFile = fileFaults(of);
  const days = new Map(of.days.map((day) => [day.day, day]));
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
  return [...(ofFile.length === 0 ? [] : lines({ id: '12', name: 'sums' }, ofFile, '')), ...checks, ...partChecks(of, whole)];
}

/**
 * What the verdict says of weeks that the chain has settled and of which no day is here: a range says which bills are audited, so nothing
 * of it is open, but nobody shall think that those were added up.
 */
export function otherWeeksNote({ entries }: SettlementState, days: readonly MainDay[]): string[] {
  const here = new Set(days.map(({ day }) => day));
  const other = [...new Set(entries.map(({ fromDay }) => fromDay))].filter((fromDay) => !daysFrom(fromDay).some((day) => here.has(day)));
  if (other.length === 0) return [];
  const [first, last] = [Math.min(...other), Math.max(...other)].map(dayToDate);
  const which = other.length === 1 ? `the week from ${first}` : `${other.length} weeks, from ${first} to that from ${last}`;
  return [`The chain has settled ${which}, of which no day is here: their sums were not verified; pools and debts are of all weeks.`];
}

/** Days on which a period begins whose sums are due. */
export function duePeriods({ firstDay }: SettlementState, days: readonly MainDay[]): number[] {
  const here = new Set(days.map(({ day }) => day));
  return [...here].filter((day) => day >= firstDay && (day - firstDay) % PERIOD_DAYS === 0 && daysFrom(day).every((one) => here.has(one)));
}
