/**
 * Bundles of the audit's test main chain, proven for real, and its week: on the first day one is absent, on the second one is disputed, on
 * the others one alone stated its day, so that they are void. `withChain` of ../audit/chain.ts makes the chain say what the files say.
 */
import { dayToDate } from '../../../src/protocol/index.ts';
import { withChain } from '../audit/chain.ts';
import { FIRST_DAY } from '../genesis.ts';
import { type BookedSharedDay, bookSharedDay, proofsOf, type SharedDayPlan } from './days.ts';
import { mainGenesisText } from './genesis.ts';

export type Files = Map<string, string>;

export const WEEK: readonly SharedDayPlan[] = [
  { name: 'first', day: FIRST_DAY, stated: [0, 1, 2] },
  { name: 'second', day: FIRST_DAY + 1, stated: [0, 1, 2, 3], disputed: [2] },
  ...[2, 3, 4, 5, 6].map((n) => ({ name: 'void', day: FIRST_DAY + n, stated: [0] })),
];

export const DATES = WEEK.map(({ day }) => dayToDate(day));

/** The files of a day, with its proofs. */
export async function dayFiles(made: BookedSharedDay): Promise<[string, string][]> {
  const folder = `days/${dayToDate(made.plan.day)}`;
  const of: [string, string][] = [
    [`${folder}/roster.json`, made.rosterText],
    [`${folder}/chain.json`, made.chainText],
  ];
  if (made.bookText === null) return of;
  return [...of, [`${folder}/book.json`, made.bookText], [`${folder}/proofs.json`, await proofsOf(made)]];
}

/** A bundle of these days, without a chain. */
export async function filesOf(plans: readonly SharedDayPlan[]): Promise<Files> {
  const files: Files = new Map([['genesis.json', mainGenesisText()]]);
  for (const plan of plans) for (const [path, text] of await dayFiles(bookSharedDay(plan))) files.set(path, text);
  return files;
}

/** On a chain that says what the files say. */
export const mainBundle = async (plans: readonly SharedDayPlan[] = WEEK): Promise<Files> => withChain(await filesOf(plans));
