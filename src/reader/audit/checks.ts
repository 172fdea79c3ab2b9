/**
 * The lines of an audit: one check of protocol §7 each, as data.
 *
 * A finding is never lost and never thrown: a stranger's bundle may be wrong in any way, and the reader wants to know in which. What lines
 * mean together is for verdict.ts to say.
 */

/** The numbers of protocol §7; 5s: what substitutes copy. 10 … 14: of a main chain (docs/audit.md). */
export type CheckId = '1' | '2' | '3' | '4' | '5' | '5s' | '6' | '7' | '8' | '9' | '10' | '11' | '12' | '13' | '14';

/**
 * `passed` · `failed` (parsed and wrong) · `unreadable` (missing, truncated, unparsable) · `open` (an exception everybody should see: a
 * dispute, an open run, an open NoBill) · `not-checked` (with the reason in the detail).
 */
export type CheckStatus = 'passed' | 'failed' | 'unreadable' | 'open' | 'not-checked';

export interface Check {
  id: CheckId;
  /** what of the check, e.g. `roster` */
  name: string;
  status: CheckStatus;
  detail: string;
  /** `YYYY-MM-DD`, where the line is about a day */
  day?: string;
  /** version of the day's book, where it is not 1 */
  version?: number;
  /** bech32 address */
  meter?: string;
  /** quarter-hour of the day, 0 … 95 */
  slot?: number;
  /** of a line `not-checked`: the check on whose outcome it hangs */
  because?: CheckId;
}

/** One thing that is wrong, or open, within a check. */
export interface Fault {
  detail: string;
  meter?: string;
  slot?: number;
  /** of an open matter: chain time at which it becomes a failure, where the line knows it */
  dueUnixS?: number;
  /** default `failed` */
  status?: 'failed' | 'unreadable' | 'open';
}

const FAULTS_SHOWN = 20;
const DETAIL_CHARACTERS = 400;

const shorten = (text: string): string => (text.length <= DETAIL_CHARACTERS ? text : `${text.slice(0, DETAIL_CHARACTERS)} …`);

/**
 * Lines of one check of one day: `summary` as passed unless something failed, then what was found. At most 20 of a kind are listed, the
 * rest counted.
 */
export function lines(head: Pick<Check, 'id' | 'name' | 'day' | 'version'>, faults: readonly Fault[], summary: string): Check[] {
  const base = {
    id: head.id,
    name: head.name,
    ...(head.day === undefined ? {} : { day: head.day }),
    ...((head.version ?? 1) === 1 ? {} : { version: head.version }),
  };
  // Failures first: what is cut off at the end must not hide that something failed.
  const failed = faults.filter((fault) => (fault.status ?? 'failed') === 'failed');
  const failing = [...failed, ...faults.filter((fault) => fault.status === 'unreadable')];
  const listed = [failing, faults.filter((fault) => fault.status === 'open')].flatMap((kind): Check[] => [
    ...kind.slice(0, FAULTS_SHOWN).map(
      (fault): Check => ({
        ...base,
        status: fault.status ?? 'failed',
        detail: shorten(fault.detail),
        ...(fault.meter === undefined ? {} : { meter: fault.meter }),
        ...(fault.slot === undefined ? {} : { slot: fault.slot }),
      }),
    ),
    ...(kind.length > FAULTS_SHOWN
      ? [{ ...base, status: kind[FAULTS_SHOWN].status ?? 'failed', detail: `… and ${kind.length - FAULTS_SHOWN} more` } as Check]
      : []),
  ]);
  return failing.length > 0 ? listed : [{ ...base, status: 'passed', detail: shorten(summary) }, ...listed];
}

/** A line that says why a check did not run. `because`: the check that kept it from running. */
export const notChecked = (id: CheckId, name: string, detail: string, day?: string, because?: CheckId): Check => ({
  id,
  name,
  status: 'not-checked',
  detail,
  ...(day === undefined ? {} : { day }),
  ...(because === undefined ? {} : { because }),
});

/** A check that is out passes, whatever it found. `takenOut`: as `5 bills`. */
export const settled = (checks: readonly Check[], takenOut: ReadonlySet<string>): Check[] =>
  checks.map((check) =>
    takenOut.has(`${check.id} ${check.name}`) ? { ...check, status: 'passed', detail: `taken out: ${check.detail}` } : check,
  );

/** The order of lines in a verdict. */
export const byDayAndNumber = (a: Check, b: Check): number =>
  (a.day ?? '').localeCompare(b.day ?? '', 'en') || a.id.localeCompare(b.id, 'en', { numeric: true });
