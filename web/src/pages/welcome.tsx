/** The first page: what this community is, whether it is alive, how the last day went, what energy costs, who runs it. */
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { isChecked } from '../audit/calendar.ts';
import { StepStrip } from '../charts/step-strip.tsx';
import { useKeptDays } from '../check/kept.ts';
import { askCommunity, askReady, type Community, least, most } from '../community/question.ts';
import { dayName, number } from '../i18n/format.ts';
import { locale, words } from '../i18n/index.ts';
import { price } from '../i18n/shown.ts';
import { Strip } from '../parts/strip.tsx';
import { TroubleNotice } from '../parts/trouble.tsx';
import { useTitle } from '../parts/use-title.ts';
import { clock, slotStartMs } from '../values/day-clock.ts';
import { bestStretch, typicalDay } from '../values/steps.ts';

/** Days that make a typical one. */
const TYPICAL_DAYS = 14;

function Alive({ service }: Community) {
  const texts = words().home;
  const ready = useLoaded('ready', askReady).value.data;
  if (service.height === null || service.chainTimeMs === null) return <p>{texts.notBegun}</p>;
  return (
    <>
      <p>{texts.alive(number(service.height), clock(service.chainTimeMs, service.timeZone, locale()))}</p>
      {ready !== null && <p class={ready ? 'quiet' : 'warn-text'}>{ready ? texts.keepsUp : texts.behind}</p>}
      <p class="small quiet">{texts.zone(service.timeZone)}</p>
    </>
  );
}

function LastDay({ service, days }: Community) {
  const texts = words().home;
  const kept = useKeptDays(service.genesisHash);
  const released = days.find(({ state }) => state === 'RELEASED');
  if (!released) return <p>{texts.nothing}</p>;
  const { day, anchorHeight, meters } = released;
  const newest = service.yesterday;
  return (
    <>
      {newest === null || newest === day ? (
        <p class="figure">{texts.final(dayName(day))}</p>
      ) : (
        <>
          <p class="figure">{texts.onItsWay(dayName(newest))}</p>
          <p>{texts.before(dayName(day))}</p>
        </>
      )}
      <p>{texts.meters(meters)}</p>
      {isChecked(released, kept.get(day)) ? (
        <p>
          <span aria-hidden="true">✓ </span>
          {texts.checkedHere}
        </p>
      ) : (
        <>
          {anchorHeight !== null && <p>{texts.audited(number(anchorHeight))}</p>}
          <p>
            <a class="target" href={`/check?day=${day}`}>
              {texts.check(dayName(day))}
            </a>
          </p>
        </>
      )}
    </>
  );
}

function Bands({ service: { currency }, prices }: Community) {
  const texts = words().home;
  const [last] = prices;
  const shown = (of: readonly number[], pick: typeof least): string => price(pick(of), currency);
  const { buyNelPerWh: buy, sellNelPerWh: sell } = last;
  return (
    <>
      <p>
        {texts.inside(dayName(last.day), shown(buy, least), shown(buy, most))} {texts.given(shown(sell, least), shown(sell, most))}
      </p>
      <p class="quiet">{texts.outside(shown(last.retailNelPerWh, most), shown(last.feedInNelPerWh, least))}</p>
    </>
  );
}

function Supply({ service: { timeZone }, prices }: Community) {
  const texts = words().home;
  const steps = typicalDay(prices.slice(0, TYPICAL_DAYS));
  const best = bestStretch(steps);
  const date = prices[0].day;
  const time = (slot: number): string => clock(slotStartMs(date, slot), timeZone, locale());
  const sentence = best ? texts.best(time(best.from), time(best.to)) : texts.noBest;
  return (
    <>
      <p>{sentence}</p>
      <StepStrip date={date} steps={steps} timeZone={timeZone} summary={sentence} height={72} />
      <p>
        <a class="target" href="/community">
          {texts.supplyMore}
        </a>
      </p>
    </>
  );
}

function Facts(community: Community) {
  const texts = words().home;
  const { service, prices } = community;
  const { demonstration } = words();
  return (
    <div class="strips">
      {service.developmentKeys && (
        <Strip title={demonstration.title}>
          <p class="warn-text">{demonstration.here}</p>
        </Strip>
      )}
      <Strip title={texts.lastDay}>
        <LastDay {...community} />
      </Strip>
      {prices.length > 0 && (
        <>
          <Strip title={texts.supply}>
            <Supply {...community} />
          </Strip>
          <Strip title={texts.prices}>
            <Bands {...community} />
          </Strip>
        </>
      )}
      <Strip title={texts.now}>
        <Alive {...community} />
      </Strip>
      <Strip title={texts.runBy}>
        <p>{service.runBy ?? texts.nobody}</p>
        {service.contact && <p>{service.contact}</p>}
      </Strip>
    </div>
  );
}

export function Welcome() {
  const { home, pages } = words();
  useTitle(pages.home);
  const { data, trouble } = useLoaded('community', () => askCommunity(TYPICAL_DAYS)).value;
  return (
    <div class="page stack">
      <h1>{home.title}</h1>
      <p class="read">{home.text}</p>
      <div class="buttons">
        <a class="button" href="/check">
          {home.checkAny}
        </a>
        {!viewer.value && (
          <a class="button plain" href="/home">
            {home.signIn}
          </a>
        )}
      </div>
      {trouble && <TroubleNotice trouble={trouble} />}
      {data ? <Facts {...data} /> : !trouble && <div class="skeleton" aria-busy="true" />}
    </div>
  );
}
