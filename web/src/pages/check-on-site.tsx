/** The check as a page of the site: beside bundles that a reader has, it offers those that the service gives to anybody. */
import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { ask } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { lengthOf } from '../audit/calendar.ts';
import { loadHelpers, startWith } from '../check/checker.ts';
import type { Source } from '../check/messages.ts';
import { siteWorker } from '../check/site-worker.ts';
import { dayName, dayRange } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { addDays } from '../values/day-clock.ts';
import { Check } from './check.tsx';

startWith(siteWorker);

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

const DAY = /^\d{4}-\d\d-\d\d$/;

/** What the address asks for: a day, or a range as of a month; null where it asks for neither. */
function askedFor({ day, from, to }: Record<string, string>): Offered | null {
  if (DAY.test(day ?? '')) return { day, from: day };
  return DAY.test(from ?? '') && DAY.test(to ?? '') && lengthOf(from, to) !== null ? { day: to, from } : null;
}

/** The bundle of the days asked for; null where the service has none, or does not answer. */
async function fetchDays(asked: Offered | null, { day }: Offered, name: string): Promise<Source | null> {
  const days = asked && asked.from !== asked.day ? `${asked.from}..${asked.day}` : day;
  const response = await fetch(`/bundle/${days}.zip`, { credentials: 'omit' }).catch(() => null);
  return response?.ok ? { name, zip: new Uint8Array(await response.arrayBuffer()) } : null;
}

function Offer({ run }: { run(source: Source): void }) {
  const texts = words().check;
  const { query } = useLocation();
  const asked = askedFor(query);
  const { data: offered, loading, trouble } = useLoaded(`offered ${asked?.from} ${asked?.day}`, () => askOffered(asked)).value;
  const state = useSignal<'idle' | 'fetching' | 'absent'>('idle');
  const wanted = offered ?? asked;
  if (wanted === null) return loading ? <div class="button-room" aria-busy="true" /> : trouble ? null : <p>{words().books.none}</p>;
  const range = wanted.from === wanted.day ? dayName(wanted.day) : dayRange(wanted.from, wanted.day);
  const go = async (): Promise<void> => {
    state.value = 'fetching';
    const source = await fetchDays(asked, wanted, range);
    if (lengthOf(wanted.from, wanted.day)! > 2) loadHelpers(); // a month is worth other cores
    state.value = source ? 'idle' : 'absent';
    if (source) run(source);
  };
  return (
    <div class="stack">
      <p>
        <button type="button" class="button" disabled={state.value === 'fetching'} onClick={go}>
          {state.value === 'fetching' ? texts.fetching : texts.checkDay(range)}
        </button>
      </p>
      {state.value === 'absent' && (
        <p class="bad-text" role="alert">
          {texts.noBundle(range)}
        </p>
      )}
    </div>
  );
}

export const CheckOnSite = () => <Check offer={(run) => <Offer run={run} />} />;
