/**
 * What an audit writes down so that the next one can start where it ended: the last verified header, the last day with its books' hashes,
 * how far the chain's log was, and what was open, by name. The file is the auditor's own and as trustworthy as where it is kept: whoever
 * can change it can change what the next audit takes for granted. What becomes of the open matters: carried.ts.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import {
  addressBytes,
  canonicalJson,
  dateToDay,
  dayToDate,
  FOLLOWS,
  type Json,
  LOG_SEQ_MAX,
  ProtocolError,
  parseCanonical,
  U32_MAX,
} from '../../protocol/index.ts';
import { array, hex, object, oneOf, small, text } from '../../protocol/values/shape.ts';
import type { BundleDay } from '../bundle.ts';
import { type LightState, type SavedState, saveState } from '../light/index.ts';
import type { OpenRun } from './run-frame.ts';

const RESUME_FORMAT = 'electra/audited/v5';

/** A meter's day, by name. */
export interface MeterDay {
  day: number;
  meter: string;
}

/** A matter that is to be closed by a moment of chain time. */
export interface Pending extends MeterDay {
  dueUnixS: number;
}

export interface Resume {
  chainId: string;
  genesisHash: string;
  light: SavedState;
  /** days audited without a gap, all passed */
  firstDay: number;
  lastDay: number;
  /** hashes of the last day's books, version 1 first */
  lastBooks: readonly string[];
  /** number of the first entry of the chain's log that this audit did not see */
  nextSeq: number;
  /** runs that are not closed */
  runs: readonly OpenRun[];
  /** late statements to be billed */
  unbilled: readonly Pending[];
  /** corrected days of runs that are not closed */
  corrections: readonly Pending[];
  /** open NoBills */
  noBills: readonly MeterDay[];
  /** days that the latest version of the book has as disputed */
  disputes: readonly MeterDay[];
  /** last days of which a final reading is objected to */
  objections: readonly MeterDay[];
  /** void days that audits went on behind, rising: no range that contains one passes */
  voids: readonly number[];
}

const meterDays = (list: readonly MeterDay[]): Json => list.map(({ day, meter }) => ({ day: dayToDate(day), meter }));

const pending = (list: readonly Pending[]): Json =>
  list.map(({ day, meter, dueUnixS }) => ({ day: dayToDate(day), meter, dueUnixS: String(dueUnixS) }));

const runsJson = (list: readonly OpenRun[]): Json =>
  list.map(({ meter, firstDay, lastDay, follows }) => ({ meter, firstDay: dayToDate(firstDay), lastDay: dayToDate(lastDay), follows }));

export const encodeResume = ({ light, runs, unbilled, corrections, noBills, disputes, objections, voids, ...r }: Resume): string =>
  canonicalJson({
    format: RESUME_FORMAT,
    chainId: r.chainId,
    genesisHash: r.genesisHash,
    firstDay: dayToDate(r.firstDay),
    lastDay: dayToDate(r.lastDay),
    lastBooks: [...r.lastBooks],
    light: { ...light, height: String(light.height) },
    nextSeq: String(r.nextSeq),
    runs: runsJson(runs),
    unbilled: pending(unbilled),
    corrections: pending(corrections),
    noBills: meterDays(noBills),
    disputes: meterDays(disputes),
    objections: meterDays(objections),
    voids: voids.map(dayToDate),
  });

const dayOf = (value: Json, field: string): number => dateToDay(text(value, field, /^\d{4}-\d\d-\d\d$/, 'a date'));

function meterOf(value: Json, field: string): string {
  const meter = text(value, field);
  addressBytes(meter, field);
  return meter;
}

function parseMeterDay(value: Json, field: string): MeterDay {
  const entry = object(value, field, ['day', 'meter']);
  return { day: dayOf(entry.day, `${field}.day`), meter: meterOf(entry.meter, `${field}.meter`) };
}

const parseMeterDays = (value: Json, field: string): MeterDay[] =>
  array(value, field).map((entry, i) => parseMeterDay(entry, `${field}[${i}]`));

const parsePending = (value: Json, field: string): Pending[] =>
  array(value, field).map((entry, i) => {
    const { dueUnixS, ...rest } = object(entry, `${field}[${i}]`, ['day', 'meter', 'dueUnixS']);
    return { ...parseMeterDay(rest, `${field}[${i}]`), dueUnixS: small(dueUnixS, `${field}[${i}].dueUnixS`, 0, 2 ** 40) };
  });

/** Ten years: a run is at most a few months long, and its days are walked. */
const RUN_DAYS_MAX = 3660;

const parseRuns = (value: Json, field: string): OpenRun[] =>
  array(value, field).map((entry, i) => {
    const at = `${field}[${i}]`;
    const { firstDay, lastDay, follows, ...rest } = object(entry, at, ['meter', 'firstDay', 'lastDay', 'follows']);
    const [first, last] = [dayOf(firstDay, `${at}.firstDay`), dayOf(lastDay, `${at}.lastDay`)];
    if (last < first || last - first > RUN_DAYS_MAX) throw new ProtocolError('out-of-range', `${at}.lastDay`, 'a day of a run');
    return { meter: meterOf(rest.meter, `${at}.meter`), firstDay: first, lastDay: last, follows: oneOf(follows, `${at}.follows`, FOLLOWS) };
  });

/** @throws ProtocolError naming the field */
export function parseResume(bytes: string): Resume {
  const f = object(parseCanonical(bytes, 'earlier audit'), 'earlier audit', [
    'format',
    'chainId',
    'genesisHash',
    'light',
    'firstDay',
    'lastDay',
    'lastBooks',
    'nextSeq',
    'runs',
    'unbilled',
    'corrections',
    'noBills',
    'disputes',
    'objections',
    'voids',
  ]);
  oneOf(f.format, 'earlier audit.format', [RESUME_FORMAT]);
  const light = object(f.light, 'light', ['chainId', 'height', 'hash', 'time', 'nextValidatorsHash']);
  return {
    chainId: text(f.chainId, 'chainId'),
    genesisHash: hex(f.genesisHash, 'genesisHash'),
    firstDay: dayOf(f.firstDay, 'firstDay'),
    lastDay: dayOf(f.lastDay, 'lastDay'),
    lastBooks: array(f.lastBooks, 'lastBooks').map((hash, i) => hex(hash, `lastBooks[${i}]`)),
    light: {
      chainId: text(light.chainId, 'light.chainId'),
      height: small(light.height, 'light.height', 1, U32_MAX * 256),
      hash: hex(light.hash, 'light.hash'),
      time: text(light.time, 'light.time'),
      nextValidatorsHash: hex(light.nextValidatorsHash, 'light.nextValidatorsHash'),
    },
    nextSeq: small(f.nextSeq, 'nextSeq', 1, LOG_SEQ_MAX),
    runs: parseRuns(f.runs, 'runs'),
    unbilled: parsePending(f.unbilled, 'unbilled'),
    corrections: parsePending(f.corrections, 'corrections'),
    noBills: parseMeterDays(f.noBills, 'noBills'),
    disputes: parseMeterDays(f.disputes, 'disputes'),
    objections: parseMeterDays(f.objections, 'objections'),
    voids: array(f.voids, 'voids').map((day, i) => dayOf(day, `voids[${i}]`)),
  };
}

/** The day before the first, seen for its links: whose late statements, NoBills and objections a verdict names as well. */
export const linkDayOf = ({ firstDay }: Pick<Resume, 'firstDay'>): number => firstDay - 1;

/** What an audit leaves open, its own days' matters and those of earlier audits. */
export interface Open {
  runs: readonly OpenRun[];
  unbilled: readonly Pending[];
  corrections: readonly Pending[];
  noBills: readonly MeterDay[];
  disputes: readonly MeterDay[];
  objections: readonly MeterDay[];
  voids: readonly number[];
}

const byDay = <T extends MeterDay>(list: readonly T[]): T[] => [...list].sort((a, b) => a.day - b.day || (a.meter < b.meter ? -1 : 1));

/** What to write down after an audit that passed; null where the headers were not believed from genesis, or the log was not shown. */
export function resumeOf(
  genesis: Genesis,
  days: readonly BundleDay[],
  { runs, unbilled, corrections, noBills, disputes, objections, voids }: Open,
  { light, nextSeq, earlier }: { light: LightState | null; nextSeq: number | null; earlier: Resume | null },
): Resume | null {
  const audited = days.filter((day) => day.audited).map(({ day }) => day);
  if (audited.length === 0 || nextSeq === null || !light || light.trusted || light.headers.size === 0) return null;
  const lastDay = Math.max(...audited, earlier?.lastDay ?? 0);
  const firstDay = Math.min(...audited, earlier?.firstDay ?? Infinity);
  const within = <T extends MeterDay>(list: readonly T[], from: number): T[] =>
    byDay(list.filter(({ day }) => day >= from && day <= lastDay));
  const linkDay = linkDayOf({ firstDay });
  const last = days.find(({ day }) => day === lastDay);
  const books = last && [...last.books.values()].sort((a, b) => a.version - b.version).map(({ hash }) => hash);
  return {
    chainId: genesis.chainId,
    genesisHash: genesis.hash,
    light: saveState(light),
    firstDay,
    lastDay,
    lastBooks: books ?? earlier!.lastBooks,
    nextSeq,
    // One that ends with the day before the first has its last link there.
    runs: byDay(runs.filter((run) => run.lastDay >= linkDay).map((run) => ({ ...run, day: run.firstDay }))).map(
      ({ day: _, ...run }) => run,
    ),
    unbilled: within(unbilled, linkDay),
    corrections: within(corrections, firstDay),
    noBills: within(noBills, linkDay),
    disputes: within(disputes, firstDay),
    objections: within(objections, linkDay),
    voids: [...voids].sort((a, b) => a - b),
  };
}
