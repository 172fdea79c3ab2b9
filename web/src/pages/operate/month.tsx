/** A month on its way to the members' invoices: five gates, and which day of which meter stands how. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { useLoaded } from '../../api/loading.ts';
import { atStart, dayName, monthName, number } from '../../i18n/format.ts';
import { locale } from '../../i18n/index.ts';
import { operateTexts } from '../../i18n/operate/index.ts';
import { exported, invoices, previewed } from '../../operate/commands.ts';
import { countsOf, dueOf, isComplete, monthAfter } from '../../operate/month-counts.ts';
import { type GateState, gatesOf, type Invoices, invoicesOf } from '../../operate/month-invoices.ts';
import { askMonth, type DayState, type MemberInvoicing, type Month } from '../../operate/question.ts';
import { fewOf } from '../../operate/said.ts';
import { Block } from '../../parts/block.tsx';
import { Command } from '../../parts/command.tsx';
import { useTitle } from '../../parts/use-title.ts';
import { byName } from '../../values/by-name.ts';
import { bookDay, daysOfMonth, isMonth, monthOf } from '../../values/day-clock.ts';
import { shortAddress } from '../../values/short-address.ts';
import { OperatePage } from './frame.tsx';

function Gate({ n, title, state, children }: { n: number; title: string; state: GateState; children: ComponentChildren }) {
  const { states } = operateTexts().month;
  return (
    <li class={`gate ${state}`}>
      <h2>
        <span class="number">{n}</span> {title} <span class="state">{states[state]}</span>
      </h2>
      <div class="stack tight">{children}</div>
    </li>
  );
}

const namesOf = (members: readonly MemberInvoicing[]): string => fewOf(members.map(({ member, name }) => name ?? shortAddress(member)));

/** What comes of the month's bills: looked at, issued, in the members' pages. */
function InvoiceGates({ month, invoicing, ready }: { month: string; invoicing: Invoices; ready: boolean }) {
  const texts = operateTexts().month;
  const gates = gatesOf(invoicing, ready);
  const { members, current, left, changed } = invoicing;
  const issued = members - left.length;
  return (
    <>
      <Gate n={3} title={texts.gate.preview} state={gates.preview}>
        <p>{texts.preview}</p>
        <Command text={previewed(month)} />
      </Gate>
      <Gate n={4} title={texts.gate.issue} state={gates.issue}>
        <p>{members === 0 ? texts.noBills : texts.issued(number(issued), number(members))}</p>
        {issued > 0 && left.length > 0 && <p>{texts.left(namesOf(left))}</p>}
        {changed.length > 0 && <p class="warn-text">{texts.changed(changed.length, namesOf(changed))}</p>}
        <p>{texts.issue}</p>
        {gates.issue !== 'done' && <Command text={invoices(month)} />}
      </Gate>
      <Gate n={5} title={texts.gate.handed} state={gates.handed}>
        {current > 0 && <p>{texts.current(number(current), number(members))}</p>}
        <p>{texts.handed}</p>
      </Gate>
    </>
  );
}

function Gates({ month, data, days }: { month: string; data: Month; days: readonly string[] }) {
  const texts = operateTexts().month;
  const counts = countsOf(data.meters);
  const over = days.at(-1)! < data.facts.today;
  const complete = over && isComplete(counts);
  const released = new Set(data.days.filter(({ version, state }) => version === 1 && state === 'RELEASED').map(({ day }) => day));
  const booked = new Set(data.days.map(({ day }) => day));
  const needed = days.filter((_day, i) => data.meters.some(({ days: states }) => states[i] !== 'OUT' && states[i] !== 'AHEAD'));
  const proven = needed.length > 0 && needed.every((day) => released.has(day));
  const [first, last] = [[...released].sort()[0], [...released].sort().at(-1)];
  return (
    <ol class="gates" aria-label={texts.gates}>
      <Gate n={1} title={texts.gate.complete} state={complete ? 'done' : over ? 'open' : 'later'}>
        <p>{dueOf(counts) === 0 ? texts.nothing : texts.complete(number(counts.METERED), number(dueOf(counts)))}</p>
        <p>{texts.exceptions(counts.SUBSTITUTE, counts.DISPUTED, counts.LATE, counts.MISSING)}</p>
        {!over && <p class="quiet">{texts.monthGoesOn}</p>}
      </Gate>
      <Gate n={2} title={texts.gate.proven} state={proven && over ? 'done' : booked.size > 0 ? 'open' : 'later'}>
        <p>{texts.proven(number(released.size), number(needed.length))}</p>
        {first !== undefined && last !== undefined && (
          <>
            <p>
              <a href={`/check?from=${first}&to=${last}`}>{texts.checkMonth}</a>
            </p>
            <Command text={exported(first, last)} />
          </>
        )}
      </Gate>
      <InvoiceGates month={month} invoicing={invoicesOf(data.invoicing)} ready={complete && proven} />
    </ol>
  );
}

const LEGEND: readonly DayState[] = ['METERED', 'SIGNED', 'SUBSTITUTE', 'LATE', 'DISPUTED', 'MISSING', 'OUT'];

function Matrix({ data: { meters }, days }: { data: Month; days: readonly string[] }) {
  const texts = operateTexts().month;
  const scrolls = useRef<HTMLElement>(null);
  // A narrow screen shows the newest days first: what is open is among them.
  useEffect(() => {
    const known = scrolls.current?.querySelectorAll<HTMLElement>('tbody tr:first-child td:not(.ahead)');
    const last = known?.item(known.length - 1);
    if (scrolls.current && last) scrolls.current.scrollLeft = last.offsetLeft + last.offsetWidth - scrolls.current.clientWidth;
  }, [days[0], meters.length]);
  return (
    <div class="stack tight">
      <h2 id="matrix">{texts.matrix}</h2>
      <ul class="legend small" aria-label={texts.legend}>
        {LEGEND.map((state) => (
          <li key={state}>
            <span class={`cell ${state.toLowerCase()}`}>{texts.dayStates[state].sign}</span> {texts.dayStates[state].word}
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keys */}
      <section class="matrix-scroll" ref={scrolls} aria-labelledby="matrix" tabIndex={0}>
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">{texts.meter}</th>
              {days.map((day) => (
                <th scope="col" key={day}>
                  {Number(day.slice(8))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {byName(meters, ({ meter, name }) => name ?? meter, locale()).map(({ meter, name, days: states }) => (
              <tr key={meter} data-meter={meter}>
                <th scope="row">{name ?? shortAddress(meter)}</th>
                {states.map((state, i) => (
                  <td
                    key={days[i]}
                    class={`cell ${state.toLowerCase()}`}
                    title={`${dayName(days[i], 'short')}: ${texts.dayStates[state].word}`}
                  >
                    <span aria-hidden="true">{texts.dayStates[state].sign}</span>
                    <span class="hidden">{texts.dayStates[state].word}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p class="small quiet">{texts.utc}</p>
    </div>
  );
}

function Page({ month }: { month: string }) {
  const texts = operateTexts().month;
  const days = daysOfMonth(month);
  useTitle(atStart(monthName(month)));
  const { value } = useLoaded(`operate month ${month}`, () => askMonth(month, days[0], days.at(-1)!));
  return (
    <>
      <h1>{atStart(monthName(month))}</h1>
      <p class="buttons screen-only">
        <a class="button plain" href={`/operate/month/${monthAfter(month, -1)}`}>
          {texts.earlier}
        </a>
        {monthAfter(month, 1) <= monthOf(bookDay(Date.now())) && (
          <a class="button plain" href={`/operate/month/${monthAfter(month, 1)}`}>
            {texts.later}
          </a>
        )}
      </p>
      <Block loaded={value}>
        {(data) => (
          <>
            <Gates month={month} data={data} days={days} />
            {data.meters.length > 0 && <Matrix data={data} days={days} />}
          </>
        )}
      </Block>
    </>
  );
}

export function OperateMonth() {
  const { month } = useRoute().params;
  const shown = isMonth(month) ? month : monthOf(new Date().toISOString());
  return (
    <OperatePage>
      <Page key={shown} month={shown} />
    </OperatePage>
  );
}
