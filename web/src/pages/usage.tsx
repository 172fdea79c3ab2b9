/** Own usage by day, week, month or year, beside the period before or a year ago. The address carries what is shown. */
import { useLocation } from 'preact-iso';
import { useLoaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { DayChart, type SlotValue } from '../charts/day-chart.tsx';
import { type PeriodBar, PeriodChart } from '../charts/period-chart.tsx';
import { atStart, dayRange, monthName, number } from '../i18n/format.ts';
import { locale, words } from '../i18n/index.ts';
import { energy } from '../i18n/shown.ts';
import {
  askDays,
  askFacts,
  askIntervals,
  askMeters,
  askPrices,
  type DayPrices,
  type Facts,
  type Interval,
  type MemberDay,
  type OwnMeter,
} from '../member/question.ts';
import { isKnown, localWh, sumOf, together } from '../member/sums.ts';
import { Block } from '../parts/block.tsx';
import { DayTable } from '../parts/day-table.tsx';
import { Legend } from '../parts/legend.tsx';
import { SignedIn } from '../parts/signed-in.tsx';
import { UsageTable } from '../parts/usage-table.tsx';
import { useTitle } from '../parts/use-title.ts';
import { isDay, monthOf } from '../values/day-clock.ts';
import { after, before, boundsOf, type Period, stretches, VIEWS, type View, yearAgo } from '../values/period.ts';

/** Letters by which one's own meters are told apart. */
const METER_END = 6;
const COMPARISONS = ['none', 'before', 'yearAgo'] as const;
type Comparison = (typeof COMPARISONS)[number];

interface Usage {
  facts: Facts;
  period: Period;
  days: readonly MemberDay[];
  compared: { period: Period; days: readonly MemberDay[] } | null;
  /** of a single day */
  intervals: readonly Interval[];
  meters: readonly OwnMeter[];
  /** of a single day, once they are known */
  priced: DayPrices | null;
}

const daysOf = async (period: Period): Promise<MemberDay[]> => {
  const { from, to } = boundsOf(period);
  return (await Promise.all(stretches(from, to).map((part) => askDays(part.from, part.to)))).flat();
};

async function askUsage(view: View, day: string | undefined, comparison: Comparison): Promise<Usage> {
  const [facts, meters] = await Promise.all([askFacts(), askMeters()]);
  const period = { view, day: day ?? facts.today };
  const other = { none: null, before: before(period), yearAgo: yearAgo(period) }[comparison];
  const [days, compared, intervals, priced] = await Promise.all([
    daysOf(period),
    other && daysOf(other).then((found) => ({ period: other, days: found })),
    view === 'day' ? askIntervals(meters, period.day, period.day) : [],
    view === 'day' ? askPrices(period.day) : null,
  ]);
  // The future has nothing to show: a meter that is in service then has not measured yet.
  return { facts, period, days: days.filter((one) => one.day <= facts.today), compared, intervals, priced, meters };
}

function nameOf(period: Period): string {
  if (period.view === 'month') return monthName(monthOf(period.day));
  if (period.view === 'year') return period.day.slice(0, 4);
  const { from, to } = boundsOf(period);
  return dayRange(from, to);
}

/** A day that is not over has no gaps yet. */
const hasGaps = ({ day, quarterHours, meters }: MemberDay, today: string): boolean => day < today && quarterHours < meters * 96;

const barOf = (key: string, label: string, days: readonly MemberDay[], today: string): PeriodBar => {
  const { importWh, exportWh, localImportWh, releasedDays } = sumOf(days);
  return {
    key,
    label,
    importWh,
    exportWh,
    localWh: releasedDays === days.length ? localImportWh : null,
    gaps: days.some((day) => day.day === today || hasGaps(day, today)),
  };
};

function barsOf({ period: { view }, days, facts: { today } }: Usage): PeriodBar[] {
  if (view === 'year') {
    const short = new Intl.DateTimeFormat(locale(), { month: 'short', timeZone: 'UTC' });
    const months = Map.groupBy(days, ({ day }) => monthOf(day));
    return [...months].map(([month, own]) => barOf(month, short.format(new Date(`${month}-01T00:00:00Z`)), own, today));
  }
  const label = (date: string): string =>
    view === 'week'
      ? new Intl.DateTimeFormat(locale(), { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))
      : number(Number(date.slice(8)));
  return days.map((day) => barOf(day.day, label(day.day), [day], today));
}

function Choice({ usage, view, comparison }: { usage: Usage; view: View; comparison: Comparison }) {
  const texts = words().usage;
  const { route } = useLocation();
  const address = (next: Period, compare: Comparison = comparison): string =>
    `/usage?view=${next.view}&day=${next.day}${compare === 'none' ? '' : `&compare=${compare}`}`;
  const { period, facts, meters } = usage;
  const first = meters.map(({ firstDay }) => firstDay).sort()[0] ?? facts.today;
  const { from, to } = boundsOf(period);
  return (
    <div class="buttons screen-only">
      <nav class="tabs" aria-label={texts.title}>
        {VIEWS.map((one) => (
          <a key={one} href={address({ view: one, day: period.day })} aria-current={one === view ? 'true' : undefined}>
            {texts.views[one]}
          </a>
        ))}
      </nav>
      <div class="pair">
        {first < from && (
          <a class="button plain" href={address(before(period))} rel="prev">
            {texts.earlier}
          </a>
        )}
        {to < facts.today && (
          <a class="button plain" href={address(after(period))} rel="next">
            {texts.later}
          </a>
        )}
      </div>
      <label class="choice">
        <span>{texts.compare}</span>
        <select value={comparison} onChange={({ currentTarget }) => route(address(period, currentTarget.value as Comparison))}>
          {COMPARISONS.map((one) => (
            <option key={one} value={one}>
              {texts.comparisons[one]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Picture({ usage }: { usage: Usage }) {
  const texts = words();
  const { facts, period, days, intervals, meters, priced } = usage;
  const name = nameOf(period);
  const given = days.some(({ exportWh }) => exportWh > 0n);
  if (period.view !== 'day')
    return (
      <>
        <PeriodChart bars={barsOf(usage)} locale={locale()} summary={texts.usage.chart(name)} />
        <Legend without={given ? [] : ['given']} />
        <UsageTable days={days} currency={facts.currency} byMonth={period.view === 'year'} />
      </>
    );
  const slots: SlotValue[] = together(intervals, meters.length).map((slot) => ({ ...slot, localWh: priced && localWh(slot, priced) }));
  return (
    <>
      <DayChart date={period.day} slots={slots} timeZone={facts.timeZone} locale={locale()} summary={texts.member.chart(name)} />
      <Legend without={[...(priced ? (['waiting'] as const) : (['local', 'outside'] as const)), ...(given ? [] : (['given'] as const))]} />
      <DayTable date={period.day} slots={slots} timeZone={facts.timeZone} />
    </>
  );
}

/** The numbers themselves, to take home: a file a meter. */
function QuarterHours({ usage: { period, meters } }: { usage: Usage }) {
  const { csv } = words().usage;
  const { from, to } = boundsOf(period);
  return (
    <p class="buttons screen-only">
      {meters.map(({ address }) => (
        <a key={address} class="button plain" href={`/export/intervals.csv?meter=${address}&from=${from}&to=${to}`} download>
          {meters.length === 1 ? csv : `${csv} … ${address.slice(-METER_END)}`}
        </a>
      ))}
    </p>
  );
}

function Shown({ usage, view, comparison }: { usage: Usage; view: View; comparison: Comparison }) {
  const texts = words().usage;
  const sum = sumOf(usage.days);
  const gaps = usage.days.filter((day) => hasGaps(day, usage.facts.today)).length;
  const other = usage.compared && sumOf(usage.compared.days);
  const isAnythingKnown = usage.days.some(isKnown);
  return (
    <>
      <h1>
        {!isAnythingKnown
          ? texts.nothing(nameOf(usage.period))
          : texts.sentence(atStart(nameOf(usage.period)), energy(sum.importWh), energy(sum.exportWh))}
      </h1>
      {usage.compared && other && (
        <p>
          {!usage.compared.days.some(isKnown)
            ? texts.nothing(nameOf(usage.compared.period))
            : texts.compared(atStart(nameOf(usage.compared.period)), energy(other.importWh), energy(other.exportWh))}
        </p>
      )}
      <Choice usage={usage} view={view} comparison={comparison} />
      {isAnythingKnown && <Picture usage={usage} />}
      {gaps > 0 && <p class="small warn-text">{texts.gaps(gaps)}</p>}
      {isAnythingKnown && <QuarterHours usage={usage} />}
    </>
  );
}

function Page() {
  const texts = words().usage;
  useTitle(texts.title);
  const { query } = useLocation();
  const view = VIEWS.find((one) => one === query.view) ?? 'month';
  const comparison = COMPARISONS.find((one) => one === query.compare) ?? 'none';
  const day = isDay(query.day) ? query.day : undefined;
  const loaded = useLoaded(`usage ${viewer.value?.address} ${view} ${day} ${comparison}`, () => askUsage(view, day, comparison)).value;
  return (
    <div class="page stack">
      <Block loaded={loaded}>{(usage) => <Shown usage={usage} view={view} comparison={comparison} />}</Block>
    </div>
  );
}

export const Usage = () => (
  <SignedIn as="MEMBER">
    <Page />
  </SignedIn>
);
