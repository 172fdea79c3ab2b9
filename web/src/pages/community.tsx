/** How much was local, when it usually is, what it cost, and by which rule: from published prices alone, without a total of anybody. */
import { useSignal } from '@preact/signals';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { Flow, type Own } from '../charts/flow.tsx';
import { StepLegend } from '../charts/step-legend.tsx';
import { StepStrip } from '../charts/step-strip.tsx';
import { askCommunity, type Community as Data, least, most, type Prices } from '../community/question.ts';
import { COMMUNITY } from '../i18n/community/index.ts';
import { dayName, number } from '../i18n/format.ts';
import { locale, words } from '../i18n/index.ts';
import { energy, money, price } from '../i18n/shown.ts';
import { askIntervals, askMeters, type Interval } from '../member/question.ts';
import { together } from '../member/sums.ts';
import { RawTable } from '../parts/raw-table.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { SharedGain } from '../parts/shared-gain.tsx';
import { Strip } from '../parts/strip.tsx';
import { TroubleNotice } from '../parts/trouble.tsx';
import { useTitle } from '../parts/use-title.ts';
import { bookDay, clock, slotStartMs } from '../values/day-clock.ts';
import { bestStretch, type Step, stepsOf, stretchesOf, typicalDay } from '../values/steps.ts';
import '../styles/community.css';

const TYPICAL_DAYS = 14;
const PRICED_DAYS = 7;
const NOON = 48;
const SLOTS_AN_HOUR = 4;

type Steps = readonly (Step | null)[];

/** The zone's label of a quarter-hour's beginning, on a day. */
const timeOf =
  (date: string, timeZone: string) =>
  (slot: number): string =>
    clock(slotStartMs(date, slot), timeZone, locale());

function StepTable({ date, steps, timeZone }: { date: string; steps: Steps; timeZone: string }) {
  const { table, columns, unknown } = COMMUNITY();
  const names = words().steps;
  const time = timeOf(date, timeZone);
  return (
    <RawTable title={table} columns={[columns.from, columns.to, columns.step]}>
      <tbody>
        {stretchesOf(steps).map(({ step, from, to }) => (
          <tr key={from}>
            <td>{time(from)}</td>
            <td>{time(to)}</td>
            <td>{step ? names[step] : unknown}</td>
          </tr>
        ))}
      </tbody>
    </RawTable>
  );
}

/** Own quarter-hours of a day, where a member is signed in; null for everybody else. */
async function askOwn(day: string): Promise<Interval[] | null> {
  if (!viewer.value?.roles.includes('MEMBER')) return null;
  const meters = await askMeters();
  return together(await askIntervals(meters, day, day), meters.length);
}

function ownAt(own: readonly Interval[] | null, slot: number): Own | null {
  const found = own?.find((one) => one.slot === slot);
  if (!own || !found) return null;
  return { ...found, mostWh: most(own.map(({ importWh, exportWh }) => Math.abs(importWh - exportWh))) };
}

/** One quarter-hour of a day, which the reader chooses. */
function Moment({ date, steps, timeZone }: { date: string; steps: Steps; timeZone: string }) {
  const texts = COMMUNITY();
  const names = words().steps;
  const slot = useSignal(NOON);
  const own = useLoaded(`own ${date} ${viewer.value?.address}`, () => askOwn(date)).value.data;
  const at = slot.value;
  const step = steps[at];
  const said = texts.at(timeOf(date, timeZone)(at), step ? names[step] : texts.unknown);
  const mine = ownAt(own, at);
  const net = mine ? mine.importWh - mine.exportWh : 0;
  return (
    <>
      <StepStrip date={date} steps={steps} timeZone={timeZone} summary={said} at={at} />
      <StepLegend />
      <div class="slider">
        <label for="moment">{texts.moment}</label>
        <input
          id="moment"
          type="range"
          min={0}
          max={steps.length - 1}
          value={at}
          aria-valuetext={said}
          onInput={({ currentTarget }) => {
            slot.value = Number(currentTarget.value);
          }}
        />
      </div>
      <p class="figure">{said}</p>
      {mine && <p>{net > 0 ? texts.youTake(energy(net)) : net < 0 ? texts.youGive(energy(-net)) : texts.youNothing}</p>}
      <Flow step={step} own={mine} names={texts} summary={said} />
    </>
  );
}

function PriceTable({ prices, currency }: { prices: readonly Prices[]; currency: string }) {
  const { priceColumns: columns, prices: title, band, both } = COMMUNITY();
  const bandOf = (values: readonly number[]): string => band(price(least(values), currency), price(most(values), currency));
  return (
    <section class="block">
      <h2>{title}</h2>
      <Scroll name={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{columns.day}</th>
              <th scope="col">{columns.taken}</th>
              <th scope="col">{columns.given}</th>
              <th scope="col">{columns.outside}</th>
              <th scope="col">{columns.fee}</th>
            </tr>
          </thead>
          <tbody>
            {prices.slice(0, PRICED_DAYS).map(({ day, buyNelPerWh, sellNelPerWh, retailNelPerWh, feedInNelPerWh, feePerDayNel }) => (
              <tr key={day}>
                <th scope="row">{dayName(day, 'short')}</th>
                <td>{bandOf(buyNelPerWh)}</td>
                <td>{bandOf(sellNelPerWh)}</td>
                <td>{both(bandOf(retailNelPerWh), bandOf(feedInNelPerWh))}</td>
                <td>{money(BigInt(feePerDayNel), currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Rule({ prices: { retailNelPerWh, feedInNelPerWh }, currency }: { prices: Prices; currency: string }) {
  const texts = COMMUNITY();
  const [retail, feedIn] = [retailNelPerWh[NOON], feedInNelPerWh[NOON]];
  return (
    <section class="block read">
      <h2>{texts.ruleTitle}</h2>
      {texts.rule.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {retail > feedIn && (
        <p class="quiet">{texts.ruleNow(price(retail, currency), price(feedIn, currency), price((retail + feedIn) / 2, currency))}</p>
      )}
    </section>
  );
}

function Supply({ service: { timeZone, currency, chainTimeMs, runBy, contact }, prices, hasMarket }: Data) {
  const texts = COMMUNITY();
  const { home } = words();
  const [last] = prices;
  const steps = stepsOf(last);
  const typical = typicalDay(prices);
  const time = timeOf(last.day, timeZone);
  const [best, wash] = [bestStretch(steps), bestStretch(typical)];
  const localHours = steps.filter((step) => step && step !== 'none').length / SLOTS_AN_HOUR;
  const washing = wash ? texts.wash(time(wash.from), time(wash.to)) : texts.noWash;
  return (
    <>
      <h1>{best ? texts.local(dayName(last.day), time(best.from), time(best.to)) : texts.noLocal(dayName(last.day))}</h1>
      <p class="quiet">
        {texts.hours(number(localHours, Number.isInteger(localHours) ? 0 : 2))} {home.zone(timeZone)} {texts.utcDay(time(0))}
      </p>
      <section class="block">
        <h2>{texts.day(dayName(last.day))}</h2>
        <Moment date={last.day} steps={steps} timeZone={timeZone} />
        <StepTable date={last.day} steps={steps} timeZone={timeZone} />
        <p class="small quiet read">{texts.how}</p>
      </section>
      <section class="block">
        <h2>{texts.typical(prices.length)}</h2>
        <p>{washing}</p>
        <StepStrip date={last.day} steps={typical} timeZone={timeZone} summary={washing} />
        <StepLegend />
        <StepTable date={last.day} steps={typical} timeZone={timeZone} />
        <p class="small quiet read">{texts.typicalHow}</p>
      </section>
      {hasMarket && (
        <p>
          <a class="target" href="/market">
            {texts.market}
          </a>
        </p>
      )}
      <PriceTable prices={prices} currency={currency} />
      {hasMarket && <SharedGain day={chainTimeMs === null ? last.day : bookDay(chainTimeMs)} currency={currency} />}
      <Rule prices={last} currency={currency} />
      <div class="strips">
        <Strip title={home.runBy}>
          <p>{runBy ?? home.nobody}</p>
          {contact && <p>{contact}</p>}
        </Strip>
      </div>
    </>
  );
}

export function Community() {
  const texts = COMMUNITY();
  useTitle(texts.title);
  const { data, trouble } = useLoaded('supply', () => askCommunity(TYPICAL_DAYS)).value;
  return (
    <div class="page stack wide-gap">
      {trouble && <TroubleNotice trouble={trouble} />}
      {data && data.prices.length > 0 && <Supply {...data} />}
      {data?.prices.length !== 0 && data ? null : <h1>{texts.title}</h1>}
      {data?.prices.length === 0 && <p>{texts.nothing}</p>}
      {!data && !trouble && <div class="skeleton" aria-busy="true" />}
    </div>
  );
}
