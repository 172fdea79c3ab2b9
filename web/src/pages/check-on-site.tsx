/** The check as a page of the site: beside bundles that a reader has, it offers those that the service gives to anybody. */
import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { ask } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { lengthOf } from '../audit/calendar.ts';
import { loadHelpers, startWith } from '../check/checker.ts';
import { type DayRange, fetchDays, isSource, type NoBundle } from '../check/fetch-days.ts';
import type { Source } from '../check/messages.ts';
import { SITE_WORKERS } from '../check/site-worker.ts';
import { checkTexts } from '../i18n/check/index.ts';
import { dayName, dayRange } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { NoBundleNotice } from '../parts/no-bundle.tsx';
import { addDays, isDay } from '../values/day-clock.ts';
import { Check } from './check.tsx';

startWith(SITE_WORKERS);

interface Offered {
  day: string;
  /** the first day that its verdict answers for: the day before, which is there for links, where the community began with it */
  from: string;
}

async function askOffered(asked: Offered | null): Promise<Offered | null> {
  if (asked && asked.from !== asked.day) return asked;
  const day =
    asked?.day ??
    (await ask<{ service: { lastReleasedDay: string | null } }>('{ service { lastReleasedDay } }')).service.lastReleasedDay ??
    null;
  if (day === null) return null;
  const before = addDays(day, -1);
  const { bookDays } = await ask<{ bookDays?: { edges: { node: { day: string } }[] } }>(
    'query ($to: Date!) { bookDays(to: $to, first: 2) { edges { node { day } } } }',
    { to: before },
  );
  const earlier = bookDays?.edges.map(({ node }) => node.day) ?? [];
  return { day, from: earlier.length === 1 && earlier[0] === before ? before : day };
}

/** What the address asks for: a day, or a range as of a month; null where it asks for neither. */
function askedFor({ day, from, to }: Record<string, string>): Offered | null {
  if (isDay(day)) return { day, from: day };
  return isDay(from) && isDay(to) && lengthOf(from, to) !== null ? { day: to, from } : null;
}

type State = { is: 'idle' | 'fetching' } | { is: 'absent'; found: NoBundle; range: string };

const nameOf = ({ from, to }: DayRange): string => (from === to ? dayName(to) : dayRange(from, to));

function Offer({ run }: { run(source: Source): void }) {
  const texts = checkTexts();
  const { query } = useLocation();
  const asked = askedFor(query);
  const { data: offered, loading, trouble } = useLoaded(`offered ${asked?.from} ${asked?.day}`, () => askOffered(asked)).value;
  const state = useSignal<State>({ is: 'idle' });
  const wanted = offered ?? asked;
  if (wanted === null) return loading ? <div class="button-room" aria-busy="true" /> : trouble ? null : <p>{words().books.none}</p>;
  const range = nameOf({ from: wanted.from, to: wanted.day });
  const go = async (days: DayRange, name: string): Promise<void> => {
    state.value = { is: 'fetching' };
    const found = await fetchDays(days, { name });
    if (lengthOf(days.from, days.to)! > 2) loadHelpers(); // a month is worth other cores
    state.value = isSource(found) ? { is: 'idle' } : { is: 'absent', found, range: name };
    if (isSource(found)) run(found);
  };
  // A day alone is asked for as it is: its bundle brings the day before for links.
  const own: DayRange = { from: asked && asked.from !== asked.day ? asked.from : wanted.day, to: wanted.day };
  const now = state.value;
  return (
    <div class="stack">
      <p>
        <button type="button" class="button" disabled={now.is === 'fetching'} onClick={() => go(own, range)}>
          {now.is === 'fetching' ? texts.fetching : texts.checkDay(range)}
        </button>
      </p>
      {now.is === 'absent' && (
        <NoBundleNotice {...now.found} sentence={texts.noBundle(now.range)} take={(days) => go(days, nameOf(days))} />
      )}
    </div>
  );
}

export const CheckOnSite = () => <Check offer={(run) => <Offer run={run} />} />;
