/** A bill's 96 quarter-hours: a picture, and a table with energy, prices and amounts that sum to the bill without its fee. */
import { DayChart } from '../charts/day-chart.tsx';
import { billTexts } from '../i18n/bill/index.ts';
import { dayName, number } from '../i18n/format.ts';
import { locale, words } from '../i18n/index.ts';
import { energy, unitOf } from '../i18n/shown.ts';
import type { Released } from '../member/bills.ts';
import { slotsOf } from '../member/day-bill.ts';
import type { DayPrices, Facts } from '../member/question.ts';
import { addingUp, NEL } from '../values/amounts.ts';
import { clock, slotStartMs } from '../values/day-clock.ts';
import { Legend } from './legend.tsx';

/** Quarter-hours are shown by a hundredth of a cent: most of them come to less than a cent. */
const SHOWN_NEL = NEL / 10_000n;

const amountShown = (tenThousandths: bigint): string => number(Number(tenThousandths) / 10_000, 4);
/** nELECTRA per Wh is as many millionths per kWh. */
const priceShown = (nelPerWh: number): string => number(nelPerWh / 1_000_000, 4);

function Rows({ date, released, facts }: { date: string; released: Released; facts: Facts }) {
  const { lines } = released;
  const shown = addingUp(
    lines.map(({ amountNel }) => amountNel),
    SHOWN_NEL,
  );
  return (
    <tbody>
      {lines.map((line, i) => (
        <tr key={line.slot}>
          <th scope="row">{clock(slotStartMs(date, line.slot), facts.timeZone, locale())}</th>
          <td class="number">{number(line.importWh)}</td>
          <td class="number">{priceShown(line.buyNelPerWh)}</td>
          <td class="number">{number(line.exportWh)}</td>
          <td class="number">{priceShown(line.sellNelPerWh)}</td>
          <td class="number">{amountShown(shown[i])}</td>
        </tr>
      ))}
    </tbody>
  );
}

function Table({ date, released, facts }: { date: string; released: Released; facts: Facts }) {
  const { columns, total } = billTexts().lines;
  const unit = unitOf(facts.currency);
  const sum = (key: 'importWh' | 'exportWh'): string => number(released.lines.reduce((all, line) => all + line[key], 0));
  const [whole] = addingUp([released.amountNel - released.feeNel], SHOWN_NEL);
  return (
    // Six columns are wider than a phone: they are pushed aside by finger or by key.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key.
    <section class="wide" tabIndex={0} aria-label={billTexts().lines.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.time}</th>
            {([columns.taken, columns.buy(unit), columns.given, columns.sell(unit), columns.amount(unit)] as const).map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <Rows date={date} released={released} facts={facts} />
        <tfoot>
          <tr>
            <th scope="row">{total}</th>
            <td class="number">{sum('importWh')}</td>
            <td />
            <td class="number">{sum('exportWh')}</td>
            <td />
            <td class="number">{amountShown(whole)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

interface BillLinesProps {
  date: string;
  released: Released;
  prices: DayPrices;
  facts: Facts;
  /** whether quarter-hours' prices say what came from where */
  split: boolean;
}

export function BillLines({ date, released, prices, facts, split }: BillLinesProps) {
  const texts = billTexts().lines;
  const sum = (key: 'importWh' | 'exportWh'): string => energy(released.lines.reduce((all, line) => all + line[key], 0));
  const slots = slotsOf(released, prices, split);
  const given = released.lines.some(({ exportWh }) => exportWh > 0);
  return (
    <section class="stack">
      <h2>{texts.title}</h2>
      <DayChart
        date={date}
        slots={slots}
        timeZone={facts.timeZone}
        locale={locale()}
        summary={texts.chart(dayName(date), sum('importWh'), sum('exportWh'))}
      />
      <Legend
        without={[...(split ? (['waiting'] as const) : (['local', 'outside'] as const)), ...(given ? [] : (['given'] as const))]}
        taken={split ? undefined : texts.taken}
      />
      <details class="raw">
        <summary>{words().member.table}</summary>
        <Table date={date} released={released} facts={facts} />
      </details>
    </section>
  );
}
