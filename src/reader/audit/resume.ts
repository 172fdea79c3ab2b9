/**
 * What an audit writes down so that the next one can start where it ended: the last verified header, the last day with its books' hashes,
 * the links that were still open, and the days that were not final. The file is the auditor's own and as trustworthy as where it is kept:
 * whoever can change it can change what the next audit takes for granted.
 *
 * What is open leaves the list by a positive match alone: a link that was looked at and fits, a late roster that was shown and is billed.
 * That a day is missing, or could not be checked, closes nothing.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { addressBytes, canonicalJson, DAY_S, dateToDay, dayToDate, type Json, parseCanonical, U32_MAX } from '../../protocol/index.ts';
import { array, hex, object, oneOf, small, text } from '../../protocol/values/shape.ts';
import type { BundleDay } from '../bundle.ts';
import { type LightState, type SavedState, saveState } from '../light/index.ts';
import { unbilledFaults } from './book-checks.ts';
import { type Check, type Fault, lines } from './checks.ts';

const RESUME_FORMAT = 'electra/audited/v2';

export interface OpenLink {
  day: number;
  meter: string;
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
  openLinks: readonly OpenLink[];
  /** days whose late roster was not yet seen, or not yet billed: late statements and corrections may still change their bills */
  notFinal: readonly number[];
}

export const encodeResume = ({ light, openLinks, notFinal, ...r }: Resume): string =>
  canonicalJson({
    format: RESUME_FORMAT,
    chainId: r.chainId,
    genesisHash: r.genesisHash,
    firstDay: dayToDate(r.firstDay),
    lastDay: dayToDate(r.lastDay),
    lastBooks: [...r.lastBooks],
    light: { ...light, height: String(light.height) },
    openLinks: openLinks.map(({ day, meter }) => ({ day: dayToDate(day), meter })),
    notFinal: notFinal.map(dayToDate),
  });

const dayOf = (value: Json, field: string): number => dateToDay(text(value, field, /^\d{4}-\d\d-\d\d$/, 'a date'));

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
    'openLinks',
    'notFinal',
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
    openLinks: array(f.openLinks, 'openLinks').map((entry, i) => {
      const link = object(entry, `openLinks[${i}]`, ['day', 'meter']);
      const meter = text(link.meter, `openLinks[${i}].meter`);
      addressBytes(meter, `openLinks[${i}].meter`);
      return { day: dayOf(link.day, `openLinks[${i}].day`), meter };
    }),
    notFinal: array(f.notFinal, 'notFinal').map((day, i) => dayOf(day, `notFinal[${i}]`)),
  };
}

/** Whether the bundle goes on where the earlier audit ended, with the books that it saw. */
export function resumeChecks(resume: Resume, genesis: Genesis, days: readonly BundleDay[]): Check[] {
  const head = { id: '3' as const, name: 'resumed' };
  const first = days.find((day) => day.audited);
  const faults: Fault[] = [];
  if (resume.chainId !== genesis.chainId || resume.genesisHash !== genesis.hash)
    faults.push({ detail: `the earlier audit was of ${resume.chainId}, genesis ${resume.genesisHash}` });
  if (first && first.day > resume.lastDay + 1)
    faults.push({
      detail: `the earlier audit ended with ${dayToDate(resume.lastDay)}, this bundle begins with ${first.date}: days between are missing`,
    });
  const again = days.find((day) => day.day === resume.lastDay);
  resume.lastBooks.forEach((hash, i) => {
    const found = again?.books.get(i + 1)?.hash;
    if (found !== undefined && found !== hash)
      faults.push({ detail: `${again!.date}: the earlier audit saw book ${hash} of version ${i + 1}, this bundle has ${found}` });
  });
  if (first && first.day === resume.lastDay + 1 && !again)
    faults.push({ detail: `${dayToDate(resume.lastDay)}: expected for its links`, status: 'unreadable' });
  const unseen = again && !again.audited && !again.proven && again.books.size > resume.lastBooks.length;
  if (unseen)
    faults.push({
      detail: `${again.date}: a correction that the earlier audit has not seen, without its proofs: export that day with them`,
      status: 'unreadable',
    });
  return lines(head, faults, `goes on from the audit of ${dayToDate(resume.firstDay)} … ${dayToDate(resume.lastDay)}`);
}

/** Links by day that check 7 of this audit looked at. */
export interface SeenLinks {
  /** they fit */
  fitting: ReadonlyMap<number, ReadonlySet<string>>;
  /** they are open, and counted there */
  open: readonly OpenLink[];
}

const isLink = (a: OpenLink, b: OpenLink): boolean => a.day === b.day && a.meter === b.meter;

/** Open links of earlier days that this bundle did not show to fit: still open, and a failure when their time is up. */
export function carriedLinks(resume: Resume, genesis: Genesis, seen: SeenLinks, nowUnixS: number): { checks: Check[]; open: OpenLink[] } {
  const open = resume.openLinks.filter(
    (link) => !seen.fitting.get(link.day)?.has(link.meter) && !seen.open.some((other) => isLink(link, other)),
  );
  const faults = open.map(({ day, meter }): Fault => {
    const overdue = nowUnixS > day * DAY_S + genesis.params.linkDueS;
    const since = overdue ? `, and is so after ${genesis.params.linkDueS} s: if it was corrected, audit that day again` : '';
    return {
      meter,
      detail: `${dayToDate(day)}: a link that was open at the earlier audit${since}`,
      status: overdue ? 'failed' : 'open',
    };
  });
  return { checks: faults.length === 0 ? [] : lines({ id: '7', name: 'earlier links' }, faults, ''), open };
}

/** Whether a day's bills are final as far as this bundle shows: its late roster is there, and what it adds is billed. */
const isFinal = (day: BundleDay, genesis: Genesis): boolean =>
  day.proven && day.chain !== null && day.chain.lateRoster !== null && unbilledFaults(day, genesis, 0).length === 0;

/** Days of earlier audits whose late rosters were not seen, here neither. */
const stillNotFinal = (resume: Resume, genesis: Genesis, days: readonly BundleDay[]): number[] => {
  const final = new Set(days.filter((day) => isFinal(day, genesis)).map(({ day }) => day));
  return resume.notFinal.filter((day) => !final.has(day));
};

/** Those of them whose late roster has frozen by now: late statements of these days are not covered until a bundle shows them again. */
export function carriedDays(resume: Resume, genesis: Genesis, days: readonly BundleDay[], nowUnixS: number): Check[] {
  const { graceS, lateS } = genesis.params;
  const faults = stillNotFinal(resume, genesis, days)
    .filter((day) => nowUnixS >= (day + 1) * DAY_S + graceS + lateS)
    .map(
      (day): Fault => ({
        detail: `${dayToDate(day)}: its late roster has frozen by now and was not seen: corrections of that day are not covered`,
        status: 'open',
      }),
    );
  return faults.length === 0 ? [] : lines({ id: '3', name: 'earlier days' }, faults, 'late rosters that this bundle does not show');
}

/** What to write down after an audit that passed; null where the headers were not believed from genesis. */
export function resumeOf(
  genesis: Genesis,
  days: readonly BundleDay[],
  openLinks: readonly OpenLink[],
  light: LightState | null,
  earlier: Resume | null,
): Resume | null {
  const audited = days.filter((day) => day.audited);
  const last = audited.at(-1);
  if (!last || !light || light.trusted || light.headers.size === 0) return null;
  const books = [...last.books.values()].sort((a, b) => a.version - b.version).map(({ hash }) => hash);
  return {
    chainId: genesis.chainId,
    genesisHash: genesis.hash,
    light: saveState(light),
    firstDay: Math.min(audited[0].day, earlier?.firstDay ?? Infinity),
    lastDay: last.day,
    lastBooks: books,
    openLinks: [...openLinks].sort((a, b) => a.day - b.day),
    notFinal: [
      ...new Set([
        ...(earlier ? stillNotFinal(earlier, genesis, days) : []),
        ...audited.filter((day) => !isFinal(day, genesis)).map(({ day }) => day),
      ]),
    ].sort((a, b) => a - b),
  };
}
