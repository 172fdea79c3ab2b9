/** A member's first page: what is now, what was today, what yesterday cost, what the month comes to. Each figure is a sentence. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { DayChart, type SlotValue } from '../charts/day-chart.tsx';
import { atStart, dayName, moment, monthName } from '../i18n/format.ts';
import { locale, words } from '../i18n/index.ts';
import { energy, money, power } from '../i18n/shown.ts';
import { askHome, type Home as HomeData, type MemberDay } from '../member/question.ts';
import { percent, savedNel, sumOf, together } from '../member/sums.ts';
import { amountWords } from '../parts/amount-words.ts';
import { Block } from '../parts/block.tsx';
import { CheckedDay } from '../parts/checked-day.tsx';
import { DayTable } from '../parts/day-table.tsx';
import { NewsList } from '../parts/news-list.tsx';
import { SignedIn } from '../parts/signed-in.tsx';
import { useTitle } from '../parts/use-title.ts';
import { homeOf } from '../places/homes.ts';
import { addDays, clock, monthOf, slotStartMs } from '../values/day-clock.ts';

/** News that stand here: no more than leave the figures in sight. */
const NEWS_SHOWN = 4;
const QUARTER_MS = 900_000;
const DAY_MS = 96 * QUARTER_MS;
const LATE_MS = 2 * QUARTER_MS;

/** Power of all own meters, of those that have reported, and the oldest of their newest reports. */
function nowOf({ meters }: HomeData): { powerW: number; atMs: number } | null {
  const reports = meters.flatMap(({ lastReport }) => lastReport ?? []);
  if (reports.length === 0) return null;
  return {
    powerW: reports.reduce((sum, { powerW }) => sum + powerW, 0),
    atMs: Math.min(...reports.map(({ at }) => Date.parse(at))),
  };
}

function whatIs(powerW: number): string {
  const { taking, giving, nothing } = words().member.now;
  return powerW > 0 ? taking(power(powerW)) : powerW < 0 ? giving(power(powerW)) : nothing;
}

/** Of an old report: a sentence says what is known, and of when. */
function whatWas(powerW: number, then: string): string {
  const { took, gave, tookNothing } = words().member.now;
  return powerW > 0 ? took(then, power(powerW)) : powerW < 0 ? gave(then, power(powerW)) : tookNothing(then);
}

function Now({ home }: { home: HomeData }) {
  const { now: texts } = words().member;
  const { facts, meters } = home;
  const now = nowOf(home);
  const time = (ms: number): string => clock(ms, facts.timeZone, locale());
  if (!now) {
    const first = meters.map(({ firstDay }) => firstDay).sort()[0];
    return (
      <>
        <h1>{texts.unknown}</h1>
        {first !== undefined && <p class="quiet">{texts.first(dayName(first))}</p>}
      </>
    );
  }
  const late = facts.chainTimeMs - now.atMs > LATE_MS;
  // A time of day says nothing of yesterday.
  const isToday = facts.chainTimeMs - now.atMs < DAY_MS;
  const at = isToday ? time(now.atMs) : moment(now.atMs / 1000, facts.timeZone);
  return (
    <>
      <h1>{late ? whatWas(now.powerW, isToday ? texts.atTime(at) : texts.onMoment(at)) : whatIs(now.powerW)}</h1>
      <p class={late ? 'warn-text' : 'quiet'}>{late ? texts.late(at) : texts.reported(at, time(now.atMs + QUARTER_MS))}</p>
    </>
  );
}

/** What a day's bills come to, or how far they are. */
function BillLine({ day, home }: { day: MemberDay | undefined; home: HomeData }) {
  const texts = words().bill;
  if (!day) return <p class="quiet">{texts.notClosed}</p>;
  const { amountNel, status, source, corrected } = day;
  const { currency, chainId } = home.facts;
  return (
    <>
      {amountNel === null ? (
        <p>{status === null ? texts.notClosed : texts.onItsWay(texts.steps[status])}</p>
      ) : (
        <p class="figure">{amountWords(amountNel, currency)}</p>
      )}
      {source === 'SUBSTITUTE' && <p class="small warn-text">{texts.substitute}</p>}
      {source === 'DISPUTED' && <p class="small warn-text">{texts.disputed}</p>}
      {corrected && <p class="small warn-text">{texts.corrected}</p>}
      {amountNel !== null && chainId !== null && (
        <CheckedDay day={day.day} corrected={corrected} meters={home.meters.map(({ address }) => address)} chainId={chainId} />
      )}
    </>
  );
}

function Figure({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="strip">
      <h2>{title}</h2>
      <div>{children}</div>
    </section>
  );
}

function Month({ home }: { home: HomeData }) {
  const { member } = words();
  const { today, currency } = home.facts;
  const days = home.days.filter(({ day }) => monthOf(day) === monthOf(today));
  const sum = sumOf(days);
  const saved = savedNel(sum);
  const producer = sum.releasedExportWh > sum.releasedImportWh;
  const share = producer ? percent(sum.soldInsideWh, sum.releasedExportWh) : percent(sum.localImportWh, sum.releasedImportWh);
  if (sum.releasedDays === 0)
    return (
      <Figure title={atStart(monthName(monthOf(today)))}>
        <p>{member.noMonth}</p>
      </Figure>
    );
  return (
    <>
      <Figure title={atStart(monthName(monthOf(today)))}>
        <p class="figure">{amountWords(sum.amountNel, currency)}</p>
        <p class="small quiet">{member.monthSoFar(sum.releasedDays, sum.days - sum.releasedDays)}</p>
      </Figure>
      <Figure title={saved < 0n ? member.dearer : member.saved}>
        <p class="figure">{money(saved, currency)}</p>
        {share !== null && <p>{producer ? member.sold(share) : member.local(share)}</p>}
        <p class="small quiet">{member.savedHow}</p>
      </Figure>
    </>
  );
}

function Today({ home }: { home: HomeData }) {
  const texts = words().member;
  const { facts, meters } = home;
  const known = together(home.intervals, meters.length);
  const slots: SlotValue[] = known.filter(({ day }) => day === facts.today).map((slot) => ({ ...slot, localWh: null }));
  const sum = (key: 'importWh' | 'exportWh', of: readonly SlotValue[] = slots): number => of.reduce((all, slot) => all + slot[key], 0);
  const until = Math.max(-1, ...slots.map(({ slot }) => slot));
  const before = known.filter(({ day, slot }) => day === addDays(facts.today, -1) && slot <= until);
  const name = dayName(facts.today);
  const time = (slot: number): string => clock(slotStartMs(facts.today, slot), facts.timeZone, locale());
  return (
    <section class="stack">
      <h2>{texts.today}</h2>
      <p>
        {slots.length === 0
          ? words().usage.nothing(name)
          : `${texts.taken(energy(sum('importWh')))} · ${texts.given(energy(sum('exportWh')))}`}
      </p>
      <DayChart date={facts.today} slots={slots} timeZone={facts.timeZone} locale={locale()} summary={texts.chart(name)} />
      <p class="small quiet">
        {texts.provisional} {before.length > 0 && texts.sameTime(energy(before.reduce((all, slot) => all + slot.importWh, 0)))}{' '}
        {texts.utcDay(time(0), time(96))}
      </p>
      <DayTable date={facts.today} slots={slots} timeZone={facts.timeZone} />
    </section>
  );
}

function Whole({ home }: { home: HomeData }) {
  const yesterday = addDays(home.facts.today, -1);
  return (
    <>
      <Now home={home} />
      {home.news.length > 0 && <NewsList of={home.news} timeZone={home.facts.timeZone} most={NEWS_SHOWN} />}
      <div class="strips">
        <Figure title={words().member.yesterday}>
          <BillLine day={home.days.find(({ day }) => day === yesterday)} home={home} />
        </Figure>
        <Month home={home} />
      </div>
      <Today home={home} />
    </>
  );
}

function Page() {
  useTitle(words().member.title);
  const loaded = useLoaded(`home ${viewer.value?.address}`, askHome).value;
  return (
    <div class="page stack">
      <Block loaded={loaded}>{(home) => <Whole home={home} />}</Block>
    </div>
  );
}

/** The door at which everybody signs in: whoever is no member is taken to where they are at home. */
export function Home() {
  const { route } = useLocation();
  const roles = viewer.value?.roles ?? [];
  const elsewhere = roles.length > 0 && !roles.includes('MEMBER') ? homeOf(roles) : null;
  useEffect(() => {
    if (elsewhere) route(elsewhere, true);
  }, [elsewhere]);
  if (elsewhere) return <div class="page" aria-busy="true" />;
  return (
    <SignedIn as="MEMBER">
      <Page />
    </SignedIn>
  );
}
