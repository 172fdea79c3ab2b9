/** What a community shared with others, settled and moved: its own alone. */
import { DayChart } from '../charts/day-chart.tsx';
import { dayName, dayRange, momentOf } from '../i18n/format.ts';
import { locale } from '../i18n/index.ts';
import { MARKET } from '../i18n/market/index.ts';
import { electraOf, energy } from '../i18n/shown.ts';
import { daysTogether, type Own, type Transfer } from '../market/question.ts';
import { shortAddress } from '../values/short-address.ts';
import { amountWords } from './amount-words.ts';
import { RawTable } from './raw-table.tsx';
import { Scroll } from './scroll.tsx';

type Day = ReturnType<typeof daysTogether>[number];

interface OwnProps {
  own: Own;
  /** whose quarter-hours are shown; where nothing was shared then, the newest that has some */
  day: string | undefined;
  currency: string;
  timeZone: string;
}

function Shared({ of, timeZone }: { of: Day; timeZone: string }) {
  const texts = MARKET();
  const said = texts.ownSaid(energy(of.takenSumWh), energy(of.givenSumWh));
  const slots = of.takenWh.map((importWh, slot) => ({ slot, importWh, exportWh: of.givenWh[slot], localWh: importWh, provisional: false }));
  return (
    <>
      <h3>{texts.ownDay(dayName(of.day))}</h3>
      <p class="figure">{said}</p>
      <p class="small quiet">{texts.ownSupplier}</p>
      <DayChart date={of.day} slots={slots} timeZone={timeZone} locale={locale()} summary={said} />
      <ul class="legend small">
        <li>
          <span class="swatch local" aria-hidden="true" />
          {texts.ownLegend.taken}
        </li>
        <li>
          <span class="swatch given" aria-hidden="true" />
          {texts.ownLegend.given}
        </li>
      </ul>
    </>
  );
}

function DayRows({ days, currency }: { days: readonly Day[]; currency: string }) {
  const { table, ownColumns: columns } = MARKET();
  return (
    <RawTable title={table} columns={[columns.day, { number: columns.taken }, { number: columns.given }, { number: columns.amount }]}>
      <tbody>
        {days.map(({ day, takenSumWh, givenSumWh, amountNel }) => (
          <tr key={day}>
            <th scope="row">{dayName(day, 'short')}</th>
            <td class="number">{energy(takenSumWh)}</td>
            <td class="number">{energy(givenSumWh)}</td>
            <td class="number">{amountWords(BigInt(amountNel), currency)}</td>
          </tr>
        ))}
      </tbody>
    </RawTable>
  );
}

function Periods({ periods, currency }: { periods: Own['periods']; currency: string }) {
  const { periods: title, noPeriods, periodColumns: columns } = MARKET();
  if (periods.length === 0) return <p>{noPeriods}</p>;
  return (
    <table aria-label={title}>
      <thead>
        <tr>
          <th scope="col">{columns.period}</th>
          <th scope="col" class="number">
            {columns.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {periods.map(({ fromDay, toDay, amountNel }, i) => (
          <tr key={i}>
            <th scope="row">{dayRange(fromDay, toDay)}</th>
            <td class="number">{amountWords(BigInt(amountNel), currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Transfers({ transfers, timeZone }: { transfers: readonly Transfer[] | null; timeZone: string }) {
  const texts = MARKET();
  const { transferColumns: columns } = texts;
  if (transfers === null) return <p>{texts.transfersUnknown}</p>;
  if (transfers.length === 0) return <p>{texts.noTransfers}</p>;
  return (
    <Scroll name={texts.transfers}>
      <table class="transfers">
        <thead>
          <tr>
            <th scope="col">{columns.at}</th>
            <th scope="col">{columns.kind}</th>
            <th scope="col" class="number">
              {columns.amount}
            </th>
            <th scope="col">{columns.other}</th>
          </tr>
        </thead>
        <tbody>
          {transfers.map(({ at, kind, amountNel, counterparty }, i) => (
            <tr key={i}>
              <td>{momentOf(at, timeZone)}</td>
              <td>{texts.kinds[kind]}</td>
              <td class="number">{(BigInt(amountNel) < 0n ? texts.went : texts.came)(electraOf(BigInt(amountNel)))}</td>
              <td>{counterparty === null ? texts.chain : shortAddress(counterparty)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function MarketOwn({ own, day, currency, timeZone }: OwnProps) {
  const texts = MARKET();
  const days = daysTogether(own.sharedDays);
  const chosen = days.find((one) => one.day === day) ?? days[0];
  return (
    <section class="block">
      <h2>{texts.own}</h2>
      {chosen ? <Shared of={chosen} timeZone={timeZone} /> : <p>{texts.ownNothing}</p>}
      {days.length > 0 && <DayRows days={days} currency={currency} />}
      <h3>{texts.periods}</h3>
      <Periods periods={own.periods} currency={currency} />
      <h3>{texts.transfers}</h3>
      {own.balanceNel !== null && own.escrowNel !== null && (
        <p class="figure">{texts.holds(electraOf(BigInt(own.balanceNel)), electraOf(BigInt(own.escrowNel)))}</p>
      )}
      {own.owedNel !== null && BigInt(own.owedNel) > 0n && <p class="warn-text">{texts.owed(electraOf(BigInt(own.owedNel)))}</p>}
      <Transfers transfers={own.transfers} timeZone={timeZone} />
    </section>
  );
}
