/**
 * The one layout of a bundle, path by path: what the node writes and every reader expects (protocol §7).
 *
 *     genesis.json                                              what an auditor needs of the chain's genesis, verification keys included
 *     light.json                                                signed headers and validator sets
 *     operators.json                                            rotations of the operator, where there were any
 *     log.json                                                  the chain's log, as of the newest of these headers
 *     days/YYYY-MM-DD/{book,proofs,roster,chain,state}.json     a day; book and proofs of version 1
 *     days/YYYY-MM-DD/{book,proofs}.v2.json, .v3 …              corrections, as many as the chain has anchored
 *     earlier/YYYY-MM-DD.json                                   a day that is not in the bundle and that a copy was chosen from
 *     main.json, settlements.json, communities/CHAIN-ID.json    of a main chain: its modules' state, settled sums, what uplinks showed
 *
 * A draft, which only the node itself may see, has neither light.json nor log.json nor state.json. All of them are
 * canonical JSON, byte for byte. Each file's codec is the file of its name in this folder. `book.v1.json` is no name: version 1 has no
 * suffix.
 */

export const GENESIS_PATH = 'genesis.json';
export const LIGHT_PATH = 'light.json';
export const LOG_PATH = 'log.json';
export const OPERATORS_PATH = 'operators.json';
export const MAIN_PATH = 'main.json';
export const SETTLEMENTS_PATH = 'settlements.json';

export const communityPath = (chainId: string): string => `communities/${chainId}.json`;
/** The chain's id in a path of that kind. */
export const communityOf = (path: string): string | undefined => /^communities\/([^/]+)\.json$/.exec(path)?.[1];

/** Kinds of files that a day has once. */
export type DayFile = 'roster' | 'chain' | 'state';
/** Kinds of files that each version of a day's book has. */
export type VersionFile = 'book' | 'proofs';

const suffix = (version: number): string => (version === 1 ? '' : `.v${version}`);

/** `date`: `YYYY-MM-DD` */
export const dayPath = (date: string, kind: DayFile): string => `days/${date}/${kind}.json`;
export const bookPath = (date: string, version: number): string => `days/${date}/book${suffix(version)}.json`;
export const proofsPath = (date: string, version: number): string => `days/${date}/proofs${suffix(version)}.json`;

export const earlierPath = (date: string): string => `earlier/${date}.json`;

/** What a path is the place of. Whether `date` is one of the calendar is not looked at. */
export type BundlePath =
  | { kind: 'genesis' | 'light' | 'log' | 'operators' | 'main' | 'settlements' }
  | { kind: 'community'; chainId: string }
  | { kind: DayFile | 'earlier'; date: string }
  | { kind: VersionFile; date: string; version: number };

const EARLIER = /^earlier\/([^/]+)\.json$/;
const DAY = /^days\/([^/]+)\/(roster|chain|state)\.json$/;
const VERSION = /^days\/([^/]+)\/(book|proofs)(?:\.v([1-9][0-9]{0,5}))?\.json$/;

/** The place that a path names, or null for a path that is none. */
export function placeOf(path: string): BundlePath | null {
  if (path === GENESIS_PATH) return { kind: 'genesis' };
  if (path === LIGHT_PATH) return { kind: 'light' };
  if (path === LOG_PATH) return { kind: 'log' };
  if (path === OPERATORS_PATH) return { kind: 'operators' };
  if (path === MAIN_PATH) return { kind: 'main' };
  if (path === SETTLEMENTS_PATH) return { kind: 'settlements' };
  const chainId = communityOf(path);
  if (chainId !== undefined) return { kind: 'community', chainId };
  const earlier = EARLIER.exec(path)?.[1];
  if (earlier !== undefined) return { kind: 'earlier', date: earlier };
  const [, day, kind] = DAY.exec(path) ?? [];
  if (day !== undefined) return { kind: kind as DayFile, date: day };
  const [, date, of, version] = VERSION.exec(path) ?? [];
  return date === undefined || version === '1' ? null : { kind: of as VersionFile, date, version: Number(version ?? 1) };
}

/** The folder of days/ that a path lies in, whatever its name; undefined elsewhere. */
export const dayFolderOf = (path: string): string | undefined => /^days\/([^/]*)\//.exec(path)?.[1];
