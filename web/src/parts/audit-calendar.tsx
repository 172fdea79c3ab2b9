/** Months of days with what this device knows of each; a day that is chosen begins a range, the next one ends it. */
import { type Signal, useSignal } from '@preact/signals';
import { type DayState, monthsOf, STATES, stateOf } from '../audit/calendar.ts';
import type { KeptDay } from '../check/kept.ts';
import type { BookDay } from '../community/question.ts';
import { AUDIT } from '../i18n/audit/index.ts';
import { atStart, dayName, monthName } from '../i18n/format.ts';

const SIGN: Record<DayState, string> = { passed: '✓', open: '!', failed: '✗', unchecked: '·', waiting: '…', development: '✓!' };

interface AuditCalendarProps {
  days: readonly BookDay[];
  kept: ReadonlyMap<string, KeptDay>;
  from: Signal<string>;
  to: Signal<string>;
}

/** What the signs mean, of those that stand in the calendar. */
function Signs({ used }: { used: ReadonlySet<DayState> }) {
  const texts = AUDIT();
  return (
    <ul class="legend small">
      {STATES.filter((state) => used.has(state)).map((state) => (
        <li key={state}>
          <span aria-hidden="true">{SIGN[state]}</span> {texts.states[state]}
        </li>
      ))}
    </ul>
  );
}

export function AuditCalendar({ days, kept, from, to }: AuditCalendarProps) {
  const texts = AUDIT();
  const begun = useSignal<string | null>(null);
  if (days.length === 0) return null;
  const byDay = new Map(days.map((day) => [day.day, day]));
  const choose = (day: string): void => {
    const start = begun.value;
    begun.value = start === null || day < start ? day : null;
    from.value = start === null || day < start ? day : start;
    to.value = day;
  };
  const cell = (day: string | null) => {
    const book = day === null ? undefined : byDay.get(day);
    if (day === null || !book) return <span class="cell">{day && Number(day.slice(8))}</span>;
    const state = stateOf(book, kept.get(day));
    const label = texts.dayIs(dayName(day), texts.states[state]);
    const chosen = from.value <= day && day <= to.value;
    return (
      <button
        type="button"
        class={`${state} ${chosen ? 'chosen' : ''}`}
        aria-label={label}
        aria-pressed={chosen}
        title={label}
        disabled={state === 'waiting'}
        onClick={() => choose(day)}
      >
        <span>{Number(day.slice(8))}</span>
        <span class="sign" aria-hidden="true">
          {SIGN[state]}
        </span>
      </button>
    );
  };
  return (
    <section class="block">
      <h2>{texts.calendar}</h2>
      <Signs used={new Set(days.map((day) => stateOf(day, kept.get(day.day))))} />
      <div class="months">
        {monthsOf(days.at(-1)!.day, days[0].day).map(({ month, weeks }) => (
          <section key={month}>
            <h3>{atStart(monthName(month))}</h3>
            <table class="calendar">
              <thead>
                <tr>
                  {texts.weekdays.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {weeks.map((week, i) => (
                  <tr key={i}>
                    {week.map((day, weekday) => (
                      <td key={day ?? weekday}>{cell(day)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
    </section>
  );
}
