/**
 * The files of a main chain's bundle from any node of it (docs/audit.md): of each day what its state says and the proven book, what the
 * modules hold by proof, and from blocks what uplinks showed and the proofs of sums. Nothing of the exchange's.
 */
import {
  encodeMainFile,
  encodeSettlementsFile,
  isVoid,
  LEAST_METERED,
  MAIN_PATH,
  PERIOD_DAYS,
  SETTLEMENTS_PATH,
} from '../../../protocol/index.ts';
import { readMainState } from '../../../reader/light/index.ts';
import { communityFiles } from '../../shared/community-files.ts';
import { believed } from '../errors.ts';
import { mainFileOf } from '../main-state.ts';
import { dayOf, filesOf, type NodeDay, NotProven } from './day.ts';
import { settledSums, shownDays } from './main-blocks.ts';
import type { View } from './view.ts';

/** Whether no book of a day is due: fewer than two stated it, or are left by disputes, or its time is over without proofs. */
function isWithoutBook({ roster, chain, proven }: NodeDay, nowUnixS: number): boolean {
  const disputed = new Set(chain.disputes.map(({ meter }) => meter));
  const left = roster.roster.meters.filter(({ meter, commitment }) => commitment !== null && !disputed.has(meter)).length;
  return left < LEAST_METERED || isVoid({ frozenUnixS: chain.frozenUnixS, proven }, nowUnixS);
}

async function mainDay(view: View, day: number): Promise<NodeDay> {
  const found = await dayOf(view.target, day, { ...view, log: view.log.entries });
  if (!found) throw new NotProven(day, 'the chain has not frozen it');
  if (found.books.size === 0 && !isWithoutBook(found, view.nowUnixS)) throw new NotProven(day, 'the chain has verified no book of it');
  return found;
}

/** path → text, but for what common() has. @throws FatalError `not-proven`, UntrustedNodeError, RetryableError */
export async function mainFiles(view: View, wanted: readonly number[]): Promise<Record<string, string>> {
  const { target } = view;
  const days: NodeDay[] = [];
  for (const day of [...new Set(wanted)].sort((a, b) => a - b)) days.push(await mainDay(view, day));
  const main = await mainFileOf(target);
  const state = believed(target.node, 'state of the modules', () => readMainState(main, target.appHash));
  const shown = await shownDays(view, days, state);
  // Sums of other weeks have no use here.
  const isWanted = (fromDay: number): boolean => days.some(({ day }) => day >= fromDay && day < fromDay + PERIOD_DAYS);
  const sums = await settledSums(view, state, isWanted);
  return Object.assign(
    {},
    ...days.map((day, i) => filesOf(day, { isLast: i === days.length - 1 })),
    believed(target.node, 'evidence', () => communityFiles(shown)),
    { [MAIN_PATH]: encodeMainFile(main), [SETTLEMENTS_PATH]: encodeSettlementsFile({ chainId: target.chainId, sums }) },
  );
}
