/** The market, where the members are communities: days and prices for anybody, what each shared and settled for itself, and ELECTRA. */
import { useLocation } from 'preact-iso';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { PriceChart } from '../charts/price-chart.tsx';
import { least, most } from '../community/question.ts';
import { dayName, number } from '../i18n/format.ts';
import { locale } from '../i18n/index.ts';
import { MARKET } from '../i18n/market/index.ts';
import { price } from '../i18n/shown.ts';
import { askMarket, askOwn, type Market as Data, type MarketDay, type MarketPrices } from '../market/question.ts';
import { ElectraSupply } from '../parts/electra-supply.tsx';
import { MarketOwn } from '../parts/market-own.tsx';
import { RawTable } from '../parts/raw-table.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { TroubleNotice } from '../parts/trouble.tsx';
import { useTitle } from '../parts/use-title.ts';
import { clock, isDay, slotStartMs } from '../values/day-clock.ts';
import '../styles/community.css';
import '../styles/market.css';

type Band = (values: readonly number[] | undefined) => string;

const CENT_NEL_PER_WH = 10_000;
/** As many digits as the finest of them has, so that they stand below each other. */
const digitsOf = (prices: readonly MarketPrices[]): number =>
  prices.some((one) => [one.sharedNelPerWh, one.buyNelPerWh, one.sellNelPerWh].flat().some((nel) => nel % CENT_NEL_PER_WH !== 0)) ? 3 : 2;

/** From the lowest to the highest price of a day. */
const bandIn =
  (currency: string, digits: number): Band =>
  (values) => {
    if (!values) return '–';
    const [low, high] = [price(least(values), currency, digits), price(most(values), currency, digits)];
    return low === high ? low : `${low}–${high}`;
  };

function Days({ days, prices, band }: { days: readonly MarketDay[]; prices: ReadonlyMap<string, MarketPrices>; band: Band }) {
  const texts = MARKET();
  const { columns } = texts;
  return (
    <section class="block">
      <h2>{texts.days}</h2>
      <Scroll name={texts.days}>
        <table class="market-days">
          <thead>
            <tr>
              <th scope="col">{columns.day}</th>
              <th scope="col">{columns.part}</th>
              <th scope="col">{columns.state}</th>
              <th scope="col" class="number">
                {columns.taken}
              </th>
              <th scope="col" class="number">
                {columns.given}
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, state, meters, metered, void: isVoid }) => (
              <tr key={day}>
                <th scope="row">
                  {prices.has(day) ? (
                    <a class="target" href={`/market?day=${day}`}>
                      {dayName(day, 'short')}
                    </a>
                  ) : (
                    <span class="target">{dayName(day, 'short')}</span>
                  )}
                </th>
                <td>{texts.of(number(metered), number(meters))}</td>
                <td class={isVoid ? 'warn-text' : undefined}>{texts.states[isVoid ? 'VOID' : state]}</td>
                <td class="number">{band(prices.get(day)?.buyNelPerWh)}</td>
                <td class="number">{band(prices.get(day)?.sellNelPerWh)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {days.some((day) => day.void) && <p class="small quiet read">{texts.void}</p>}
    </section>
  );
}

interface PricesProps {
  prices: MarketPrices;
  timeZone: string;
  currency: string;
}

function PriceTable({ prices, timeZone, currency }: PricesProps) {
  const { table, priceColumns: columns } = MARKET();
  const { day, buyNelPerWh, sellNelPerWh } = prices;
  const digits = digitsOf([prices]);
  return (
    <RawTable title={table} columns={[columns.from, { number: columns.taken }, { number: columns.given }]}>
      <tbody>
        {buyNelPerWh.map((buy, slot) => (
          <tr key={slot}>
            <td>{clock(slotStartMs(day, slot), timeZone, locale())}</td>
            <td class="number">{price(buy, currency, digits)}</td>
            <td class="number">{price(sellNelPerWh[slot], currency, digits)}</td>
          </tr>
        ))}
      </tbody>
    </RawTable>
  );
}

function Prices({ prices, timeZone, currency }: PricesProps) {
  const texts = MARKET();
  const { day, sharedNelPerWh, buyNelPerWh, sellNelPerWh } = prices;
  const band = bandIn(currency, digitsOf([prices]));
  const said = texts.pricesSaid(band(sharedNelPerWh), band(buyNelPerWh), band(sellNelPerWh));
  return (
    <section class="block">
      <h2>{texts.prices(dayName(day))}</h2>
      <p class="read">{said}</p>
      <PriceChart
        date={day}
        buyNelPerWh={buyNelPerWh}
        sellNelPerWh={sellNelPerWh}
        timeZone={timeZone}
        locale={locale()}
        currency={currency}
        summary={said}
      />
      <ul class="legend small">
        {(['taking', 'giving'] as const).map((kind) => (
          <li key={kind}>
            <svg width={28} height={8} aria-hidden="true">
              <path class={`price ${kind}`} d="M0 4H28" />
            </svg>
            {texts[kind]}
          </li>
        ))}
      </ul>
      <PriceTable prices={prices} timeZone={timeZone} currency={currency} />
    </section>
  );
}

/** What was shared and settled, for the community that is signed in, or, on its own node, for its operator. */
function Own({ of: { days, currency, timeZone }, day }: { of: Data; day: string | undefined }) {
  const mayBe = viewer.value?.roles.some((role) => role === 'MEMBER' || role === 'OPERATOR') ?? false;
  const [first, last] = [days.at(-1)?.day, days[0]?.day];
  const loaded = useLoaded(`market ${viewer.value?.address} ${first} ${last}`, async () =>
    mayBe && first !== undefined && last !== undefined ? askOwn(first, last) : null,
  ).value;
  if (!mayBe) return null;
  return (
    <>
      {loaded.trouble && <TroubleNotice trouble={loaded.trouble} />}
      {loaded.data && <MarketOwn own={loaded.data} day={day} currency={currency} timeZone={timeZone} />}
    </>
  );
}

function Shown({ of }: { of: Data }) {
  const texts = MARKET();
  const { query } = useLocation();
  const prices = new Map(of.prices.map((one) => [one.day, one]));
  const asked = isDay(query.day) ? prices.get(query.day) : undefined;
  const chosen = asked ?? of.prices[0];
  const hasShared = chosen?.buyNelPerWh.some((buy) => buy > 0) ?? false;
  const band = bandIn(of.currency, digitsOf(of.prices));
  const sentence = !chosen
    ? texts.noDay
    : hasShared
      ? texts.shared(dayName(chosen.day), band(chosen.sharedNelPerWh))
      : texts.free(dayName(chosen.day));
  return (
    <>
      <h1>{sentence}</h1>
      <p class="read quiet">{texts.lead}</p>
      <Own of={of} day={chosen?.day} />
      {of.days.length > 0 && <Days days={of.days} prices={prices} band={band} />}
      {chosen && <Prices prices={chosen} timeZone={of.timeZone} currency={of.currency} />}
      <ElectraSupply electra={of.electra} timeZone={of.timeZone} />
    </>
  );
}

export function Market() {
  const texts = MARKET();
  useTitle(texts.title);
  const { data, trouble, atMs } = useLoaded('market', askMarket).value;
  return (
    <div class="page stack wide-gap">
      {trouble && <TroubleNotice trouble={trouble} />}
      {data && <Shown of={data} />}
      {!data && <h1>{atMs === null ? texts.title : texts.none}</h1>}
      {!data && atMs !== null && <p class="read">{texts.noneHow}</p>}
      {!data && atMs === null && !trouble && <div class="skeleton" aria-busy="true" />}
    </div>
  );
}
