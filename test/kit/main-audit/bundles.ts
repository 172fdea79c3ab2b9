/**
 * Bundles of the audit's test main chain, proven for real, and its week: on the first day one is absent, on the second one is disputed, on
 * the others one alone stated its day, so that they are void; then it was settled. The chain says what the files say (../audit/chain.ts).
 */
import { dayToDate, encodeSettlementsFile, type SettledSum } from '../../../src/protocol/index.ts';
import { Meter } from '../../../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { stateKeys } from '../../../src/reader/light/index.ts';
import { edit } from '../audit/bundles.ts';
import { type ChainOptions, withChain } from '../audit/chain.ts';
import { FIRST_DAY } from '../genesis.ts';
import { type BookedSharedDay, bookSharedDay, proofsOf, type SharedDayPlan, settledOf } from './days.ts';
import { communityFile, type EvidencePlan, keptOf } from './evidence.ts';
import { CAPACITY_WH, MAIN_CHAIN_ID, mainGenesisText, UPLINKS } from './genesis.ts';
import { type Modules, mainFileOf, moduleStores, SETTLED_UNIX_S, settledModules, treasuryOf } from './modules.ts';

export type Files = Map<string, string>;

export const WEEK: readonly SharedDayPlan[] = [
  { name: 'first', day: FIRST_DAY, stated: [0, 1, 2] },
  { name: 'second', day: FIRST_DAY + 1, stated: [0, 1, 2, 3], disputed: [2] },
  ...[2, 3, 4, 5, 6].map((n) => ({ name: 'void', day: FIRST_DAY + n, stated: [0] })),
];

export const DATES = WEEK.map(({ day }) => dayToDate(day));

/** The files of a day, with its proofs. */
async function dayFiles(made: BookedSharedDay): Promise<[string, string][]> {
  const folder = `days/${dayToDate(made.plan.day)}`;
  const of: [string, string][] = [
    [`${folder}/roster.json`, made.rosterText],
    [`${folder}/chain.json`, made.chainText],
  ];
  if (made.bookText === null) return of;
  return [...of, [`${folder}/book.json`, made.bookText], [`${folder}/proofs.json`, await proofsOf(made)]];
}

/** What uplinks owe for the week, proven. */
export async function sumsOf(days: readonly BookedSharedDay[]): Promise<SettledSum[]> {
  const sums = [];
  for (const [n, uplink] of UPLINKS.entries())
    if (days.some(({ bills }) => bills.some((bill) => bill.n === n))) {
      const { amountNel, proof } = await settledOf(n, days);
      sums.push({ fromDay: days[0].plan.day, uplink, amountNel, proof });
    }
  return sums;
}

export const settlementsText = (sums: readonly SettledSum[]): string => encodeSettlementsFile({ chainId: MAIN_CHAIN_ID, sums });

/** With the sums in settlements.json of some uplinks alone. */
export function withSums(files: Files, keep: (uplink: string) => boolean): Files {
  edit(files, 'settlements.json', (file) => {
    file.sums = file.sums.filter(({ uplink }: { uplink: string }) => keep(uplink));
  });
  return files;
}

/** Days that an uplink stated. */
const statedBy = (n: number, plans: readonly SharedDayPlan[]): number[] =>
  plans.filter(({ stated }) => stated.includes(n)).map(({ day }) => day);

/** How communities' chains are that are not honest, by place in UPLINKS. */
export type EvidencePlans = ReadonlyMap<number, EvidencePlan>;
const HONEST: EvidencePlans = new Map();

/** A bundle of these days, without a chain. */
export async function filesOf(plans: readonly SharedDayPlan[], chains = HONEST): Promise<Files> {
  const files: Files = new Map([['genesis.json', mainGenesisText()]]);
  const days = plans.map(bookSharedDay);
  for (const made of days) for (const [path, text] of await dayFiles(made)) files.set(path, text);
  for (const n of UPLINKS.keys()) {
    const [path, text] = await communityFile(n, statedBy(n, plans), chains.get(n));
    files.set(path, text);
  }
  files.set('settlements.json', settlementsText(plans.length === 7 ? await sumsOf(days) : []));
  return files;
}

const meterEntries = () =>
  UPLINKS.map((address, n) => ({
    key: stateKeys.meter(address),
    value: Meter.encode(
      Meter.fromPartial({ address, member: treasuryOf(n), firstDay: FIRST_DAY, maxWhPerSlot: CAPACITY_WH, enrolledHeight: 1n }),
    ).finish(),
  }));

/** On a chain that says what the files say, whose modules hold `modules`. */
export const onMain = (files: Files, modules: Modules, options: ChainOptions = {}): Files => {
  withChain(files, {
    nowUnixS: SETTLED_UNIX_S + 60,
    ...options,
    extra: [...meterEntries(), ...(options.extra ?? [])],
    stores: moduleStores(modules),
    onState: (state, height) => files.set('main.json', mainFileOf(state, height)),
  });
  return files;
};

/** What the modules hold after these days: of a week, settled; of less, the same without a settlement. */
export function modulesOf(plans: readonly SharedDayPlan[], change: (modules: Modules) => void = () => undefined, chains = HONEST): Modules {
  const kept = [...UPLINKS.keys()].flatMap((n) => keptOf(n, statedBy(n, plans), chains.get(n)));
  const settled = settledModules(plans.length === 7 ? plans.map(bookSharedDay) : [], kept);
  if (plans.length < 7) Object.assign(settled, { periods: [], pools: [] });
  change(settled);
  return settled;
}

/** A bundle of these days on its chain. */
export const mainBundle = async (
  plans: readonly SharedDayPlan[] = WEEK,
  change?: (modules: Modules) => void,
  options: ChainOptions = {},
  chains = HONEST,
): Promise<Files> => onMain(await filesOf(plans, chains), modulesOf(plans, change, chains), options);
