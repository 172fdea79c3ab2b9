/**
 * The real profiles behind the demo: data/simbench-2016 (SimBench, ODbL 1.0, see its README). A community is its members and the columns
 * they use, each column one value per quarter-hour in millionths of the peak. The file holds the German calendar year in UTC, so it starts
 * at 23:00 the day before: whole UTC days run from 2016-01-01 to 2016-12-30, 365 of them.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { ProtocolError } from '../src/protocol/values/errors.ts';

export const COMMUNITIES = ['rural', 'village', 'suburb', 'town'] as const;
export type Community = (typeof COMMUNITIES)[number];

export const PROFILES_DIR = fileURLToPath(new URL('../data/simbench-2016', import.meta.url));
export const FIRST_PROFILE_DATE = '2016-01-01';
export const LAST_PROFILE_DATE = '2016-12-30';
export const PROFILE_DAYS = 365;
const SLOTS_PER_DAY = 96;

/** What was asked of the simulator, or a file of profiles, is refused. */
export class SimulatorError extends ProtocolError {}

export interface Member {
  /** As in members.csv, e.g. `rural-001`. */
  member: string;
  loadProfile: string;
  loadPeakW: number;
  /** Empty where there is no PV. */
  pvProfile: string;
  pvPeakW: number;
}

export interface Profiles {
  community: Community;
  members: Member[];
  /** By column name: 365 × 96 values in millionths of the peak, from 2016-01-01T00:00Z. */
  columns: Map<string, Int32Array>;
}

export function assertCommunity(value: string): Community {
  if (!(COMMUNITIES as readonly string[]).includes(value))
    throw new SimulatorError('unknown-community', 'community', `one of ${COMMUNITIES.join(', ')}`);
  return value as Community;
}

function wholeNumber(text: string | undefined, field: string): number {
  if (!/^(0|[1-9]\d{0,8})$/.test(text ?? '')) throw new SimulatorError('bad-profile', field, 'a whole number');
  return Number(text);
}

/** The members of a community, in the order of members.csv. */
export async function readMembers(community: Community, profilesDir = PROFILES_DIR): Promise<Member[]> {
  const rows = parse(await readFile(join(profilesDir, 'members.csv'), 'utf8'), { columns: true, skip_empty_lines: true }) as Record<
    string,
    string
  >[];
  return rows
    .filter((row) => row.microgrid === community)
    .map((row) => ({
      member: row.member,
      loadProfile: row.load_profile,
      loadPeakW: wholeNumber(row.load_peak_w, `${row.member} load_peak_w`),
      pvProfile: row.pv_profile,
      pvPeakW: wholeNumber(row.pv_peak_w, `${row.member} pv_peak_w`),
    }));
}

/** Members and just the columns they need, streamed out of the gzip file. */
export async function loadCommunity(name: string, profilesDir = PROFILES_DIR): Promise<Profiles> {
  const community = assertCommunity(name);
  const members = await readMembers(community, profilesDir);
  const wanted = [...new Set(members.flatMap(({ loadProfile, pvProfile }) => (pvProfile ? [loadProfile, pvProfile] : [loadProfile])))];
  const columns = new Map(wanted.map((column) => [column, new Int32Array(PROFILE_DAYS * SLOTS_PER_DAY)]));
  const input = createReadStream(join(profilesDir, 'profiles.csv.gz'));
  const lines = createInterface({ input: input.pipe(createGunzip()), crlfDelay: Infinity });
  let targets: [index: number, name: string, values: Int32Array][] | undefined;
  let row = -1; // of the first whole UTC day on
  for await (const line of lines) {
    const cells = line.split(',');
    if (!targets) {
      targets = wanted.map((column) => [cells.indexOf(column), column, columns.get(column)!]);
      const missing = targets.find(([index]) => index < 0);
      if (missing) throw new SimulatorError('bad-profile', 'profiles.csv.gz', `a column ${missing[1]}`);
      continue;
    }
    if (row < 0 && cells[0] !== `${FIRST_PROFILE_DATE}T00:00Z`) continue;
    row++;
    if (row === PROFILE_DAYS * SLOTS_PER_DAY) break;
    for (const [index, column, values] of targets) values[row] = wholeNumber(cells[index], `${cells[0]} ${column}`);
  }
  input.destroy();
  if (row < PROFILE_DAYS * SLOTS_PER_DAY - 1)
    throw new SimulatorError('bad-profile', 'profiles.csv.gz', `quarter-hours up to the end of ${LAST_PROFILE_DATE}`);
  return { community, members, columns };
}
