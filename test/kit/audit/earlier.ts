/** Days before a bundle on its chain: what copies are chosen from (src/protocol/day/copied-day.ts). */
import {
  type ChainFile,
  commitmentsOf,
  DAY_S,
  daysLookedAt,
  dayToDate,
  type EarlierDays,
  earlierPath,
  encodeEarlierFile,
  notMetered,
  parseEarlierFile,
  type Roster,
} from '../../../src/protocol/index.ts';
import { stateKeys, stateRanges } from '../../../src/reader/light/index.ts';
import type { State } from './iavl.ts';

/** A day of the chain that is not in the bundle. */
export interface DayBefore {
  roster: Roster;
  disputed?: readonly string[];
  /** whether the chain has verified its book; default: it has */
  proven?: boolean;
  /** default: with the end of the day */
  frozenUnixS?: number;
}

export const frozenBeforeUnixS = ({ roster: { day }, frozenUnixS }: DayBefore): number => frozenUnixS ?? (day + 1) * DAY_S;

interface OwnDay {
  chain: ChainFile;
  roster: Roster;
}

const disputesOf = (chain: ChainFile): Set<string> => new Set(chain.disputes.map(({ meter }) => meter));

/** Days outside the bundle that an honest node shows, because its days' copies were chosen from them. */
function lookedAt(own: readonly OwnDay[], before: readonly DayBefore[]): number[] {
  const known = new Map([
    ...before.map((one) => {
      const { roster, disputed, proven = true } = one;
      return [roster.day, { roster, disputed: new Set(disputed), frozenUnixS: frozenBeforeUnixS(one), proven }] as const;
    }),
    ...own.map(
      ({ chain, roster }) => [chain.day, { roster, disputed: disputesOf(chain), frozenUnixS: chain.frozenUnixS, proven: true }] as const,
    ),
  ]);
  const earlier: EarlierDays = (day) => {
    const found = known.get(day);
    return found ? { ...found, commitments: commitmentsOf(found.roster) } : null;
  };
  const looked = own.flatMap(({ chain, roster }) =>
    daysLookedAt(notMetered(roster.meters, disputesOf(chain)), chain.day, earlier, chain.anchors[0]?.unixS ?? chain.frozenUnixS),
  );
  return [...new Set(looked)].filter((day) => !own.some(({ chain }) => chain.day === day));
}

/** Writes earlier/ as an honest node does, from the state after a block. */
export function writeEarlier(
  files: Map<string, string>,
  own: readonly OwnDay[],
  before: readonly DayBefore[],
  { chainId, height, state }: { chainId: string; height: number; state: State },
): void {
  for (const path of [...files.keys()]) if (path.startsWith('earlier/')) files.delete(path);
  for (const day of lookedAt(own, before))
    files.set(
      earlierPath(dayToDate(day)),
      encodeEarlierFile({
        chainId,
        day,
        proven: {
          height,
          store: state.store,
          roster: state.prove(stateKeys.roster(day, false)),
          proven: state.prove(stateKeys.proven(day, 1)),
          disputes: state.proveRange(stateRanges.disputes(day)),
        },
        said: null,
      }),
    );
}

/** A bundle whose earlier days are said without proofs, as in a node's own draft; the chain has rosters of none of them. */
export function saidBefore(files: ReadonlyMap<string, string>): Map<string, string> {
  const draft = new Map(files);
  for (const [path, text] of files) {
    if (!path.startsWith('earlier/')) continue;
    const { chainId, day } = parseEarlierFile(text);
    draft.set(path, encodeEarlierFile({ chainId, day, proven: null, said: { roster: null, frozenUnixS: 0, proven: false, disputed: [] } }));
  }
  return draft;
}
