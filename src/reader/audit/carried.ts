/**
 * What an audit that goes on from an earlier one owes to it (protocol §9.1): the same chain and no day between; every earlier day that the
 * chain's log names since, audited again; and whatever was open then.
 *
 * What is open leaves the list by a positive match alone: a run whose every link was looked at and fits (run-checks.ts), a day that was
 * shown and has billed the late statement, a NoBill that the log says was withdrawn. That a day is missing, or could not be checked, closes
 * nothing.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { daysToShow, dayToDate } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import { latestEntries, unbilledFaults } from './book-checks.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import { openCorrections } from './correction-checks.ts';
import { type ProvenLog, wordsOf } from './log-checks.ts';
import { linkDayOf, type MeterDay, type Open, type Pending, type Resume } from './resume.ts';
import type { RunFrame } from './run-frame.ts';

/** Whether the bundle goes on where the earlier audit ended, with the books that it saw. */
export function resumeChecks(resume: Resume, genesis: Genesis, days: readonly BundleDay[]): Check[] {
  const head = { id: '3' as const, name: 'resumed' };
  const fresh = days.find(({ audited, day }) => audited && day > resume.lastDay);
  const faults: Fault[] = [];
  if (resume.chainId !== genesis.chainId || resume.genesisHash !== genesis.hash)
    faults.push({ detail: `the earlier audit was of ${resume.chainId}, genesis ${resume.genesisHash}` });
  if (fresh && fresh.day > resume.lastDay + 1)
    faults.push({
      detail: `the earlier audit ended with ${dayToDate(resume.lastDay)}, this bundle goes on with ${fresh.date}: days between are missing`,
    });
  // Between them and its first day nothing would ever be audited, and where their runs end would be taken for seen.
  const older = days.filter(({ audited, day }) => audited && day < resume.firstDay).at(-1);
  if (older && older.day < resume.firstDay - 1)
    faults.push({
      detail: `the earlier audit began with ${dayToDate(resume.firstDay)}, this bundle ends with ${older.date}: days between are missing`,
    });
  const again = days.find((day) => day.day === resume.lastDay);
  resume.lastBooks.forEach((hash, i) => {
    const found = again?.books.get(i + 1)?.hash;
    if (found !== undefined && found !== hash)
      faults.push({ detail: `${again!.date}: the earlier audit saw book ${hash} of version ${i + 1}, this bundle has ${found}` });
  });
  if (fresh && fresh.day === resume.lastDay + 1 && !again)
    faults.push({ detail: `${dayToDate(resume.lastDay)}: expected for its links`, status: 'unreadable' });
  return lines(head, faults, `goes on from the audit of ${dayToDate(resume.firstDay)} … ${dayToDate(resume.lastDay)}`);
}

/** Entries of the log that the earlier audit has not seen. */
const newsOf = (resume: Resume, log: ProvenLog) => log.entries.filter(({ seq }) => seq >= resume.nextSeq);

/** Every day of earlier audits that the log names since is here, to be audited again; the first, where it names the day before it. */
export function namedChecks(resume: Resume, days: readonly BundleDay[], log: ProvenLog | null): Check[] {
  const head = { id: '3' as const, name: 'earlier days' };
  if (!log) return [notChecked('3', head.name, 'what the log names is not known (check 2)', undefined, '2')];
  const audited = new Set(days.filter((day) => day.audited).map(({ day }) => day));
  const named = daysToShow(newsOf(resume, log), resume);
  const faults = [...named]
    .filter(([day]) => !audited.has(day))
    .map(([day, entry]): Fault => {
      const date = dayToDate(day);
      const what = `${date}: since the earlier audit the log has ${wordsOf(entry)}, and that day is not audited here`;
      return { detail: `${what}: export it too (electra export … --since)`, status: 'unreadable' };
    });
  return lines(head, faults, `${named.size} days that the log names since the earlier audit are here`);
}

/** What has a due time, of days that are not here: open until then, and a failure from then on. */
function carriedPending(
  name: 'earlier late' | 'earlier corrections',
  what: string,
  pending: readonly Pending[],
  here: ReadonlySet<number>,
  nowUnixS: number,
): { checks: Check[]; open: Pending[] } {
  const open = pending.filter(({ day }) => !here.has(day));
  const faults = open.map(({ day, meter, dueUnixS }): Fault => {
    const detail = `${dayToDate(day)}: ${what} at the earlier audit`;
    return nowUnixS > dueUnixS
      ? { meter, detail: `${detail}, nor since, ${nowUnixS - dueUnixS} s after that was due` }
      : { meter, detail, status: 'open' };
  });
  return { checks: faults.length === 0 ? [] : lines({ id: '3', name }, faults, ''), open };
}

/** Open NoBills of days that are not here: those of the earlier audit, and what the log says of opening and withdrawing since. */
function carriedNoBills(resume: Resume, shown: ReadonlySet<number>, log: ProvenLog | null): { checks: Check[]; open: MeterDay[] } {
  const key = ({ day, meter }: MeterDay): string => `${day}/${meter}`;
  const open = new Map(resume.noBills.map((one) => [key(one), one]));
  for (const { kind, day, meter } of log ? newsOf(resume, log) : []) {
    if (meter === null || day < linkDayOf(resume) || day > resume.lastDay) continue;
    if (kind === 'no-bill') open.set(key({ day, meter }), { day, meter });
    if (kind === 'no-bill-withdrawn') open.delete(key({ day, meter }));
  }
  const left = [...open.values()].filter(({ day }) => !shown.has(day));
  const faults = left.map(({ day, meter }): Fault => ({ meter, detail: `${dayToDate(day)}: its NoBill is open`, status: 'open' }));
  return { checks: faults.length === 0 ? [] : lines({ id: '3', name: 'earlier no-bills' }, faults, `${left.length} open`), open: left };
}

/** Disputed days stay exceptions for as long as their books have them so: a version that does not would be in the log. */
function carriedDisputes(resume: Resume, audited: ReadonlySet<number>): { checks: Check[]; open: MeterDay[] } {
  const open = resume.disputes.filter(({ day }) => !audited.has(day));
  const faults = open.map(({ day, meter }): Fault => ({ meter, detail: `${dayToDate(day)}: disputed`, status: 'open' }));
  return { checks: faults.length === 0 ? [] : lines({ id: '3', name: 'earlier disputes' }, faults, `${open.length} declared`), open };
}

/** Objections stay for good: those of the earlier audit, and what the log has since, of days that are not here. */
function carriedObjections(resume: Resume, shown: ReadonlySet<number>, log: ProvenLog | null): { checks: Check[]; open: MeterDay[] } {
  const since = (log ? newsOf(resume, log) : []).flatMap(({ kind, day, meter }): MeterDay[] =>
    kind === 'objection' && meter !== null && day >= linkDayOf(resume) && day <= resume.lastDay ? [{ day, meter }] : [],
  );
  const open = new Map([...resume.objections, ...since].map((one) => [`${one.day}/${one.meter}`, one]));
  const left = [...open.values()].filter(({ day }) => !shown.has(day));
  const faults = left.map(
    ({ day, meter }): Fault => ({ meter, detail: `the final reading of its last day, ${dayToDate(day)}, is objected to`, status: 'open' }),
  );
  return { checks: faults.length === 0 ? [] : lines({ id: '3', name: 'earlier objections' }, faults, `${left.length} named`), open: left };
}

/** What of earlier audits is still open, but for runs. */
export function carried(
  resume: Resume,
  { days, log, nowUnixS }: { days: readonly BundleDay[]; log: ProvenLog | null; nowUnixS: number },
): Omit<Open, 'runs' | 'voids'> & { checks: Check[] } {
  const shown = new Set(days.filter(({ proven, chain }) => proven && chain !== null).map(({ day }) => day));
  // A version that bills a late statement, or closes a run, would be in the log, and its day here.
  const late = 'a late statement that no version of the book billed';
  const stillUnbilled = carriedPending('earlier late', late, resume.unbilled, shown, nowUnixS);
  const audited = new Set(days.filter((day) => day.audited).map(({ day }) => day));
  const run = 'a correction of a run that was not closed';
  const stillCorrections = carriedPending('earlier corrections', run, resume.corrections, audited, nowUnixS);
  const stillNoBills = carriedNoBills(resume, shown, log);
  const stillDisputed = carriedDisputes(resume, audited);
  const stillObjected = carriedObjections(resume, shown, log);
  return {
    checks: [stillUnbilled, stillCorrections, stillNoBills, stillDisputed, stillObjected].flatMap(({ checks }) => checks),
    unbilled: stillUnbilled.open,
    corrections: stillCorrections.open,
    noBills: stillNoBills.open,
    disputes: stillDisputed.open,
    objections: stillObjected.open,
  };
}

/** What the bundle's own days leave open, but for runs. */
export function openOf(frame: RunFrame, genesis: Genesis): Omit<Open, 'runs'> {
  const { days, nowUnixS, voids } = frame;
  const counting = days.filter(({ day }) => !voids.has(day));
  return {
    voids: days.filter(({ day, audited }) => voids.has(day) && !audited).map(({ day }) => day),
    unbilled: counting.flatMap((day) =>
      unbilledFaults(day, genesis, nowUnixS).map(
        ({ meter }): Pending => ({
          day: day.day,
          meter: meter!,
          dueUnixS: day.chain!.lateRoster!.frozenUnixS + genesis.params.anchorDueS,
        }),
      ),
    ),
    corrections: days
      .filter(({ audited }) => audited)
      .flatMap((day) => openCorrections(day, frame, genesis).map((one): Pending => ({ day: day.day, ...one }))),
    disputes: days
      .filter(({ audited }) => audited)
      .flatMap((day) =>
        latestEntries(day)
          .filter(({ source }) => source === 'disputed')
          .map(({ meter }) => ({ day: day.day, meter })),
      ),
    objections: days.flatMap(({ day, chain }) =>
      (chain?.finalReadings ?? []).filter(({ objectedHeight }) => objectedHeight !== null).map(({ meter }) => ({ day, meter })),
    ),
    noBills: days.flatMap(({ day, chain }) => (chain?.noBills ?? []).filter(({ open }) => open).map(({ meter }) => ({ day, meter }))),
  };
}
