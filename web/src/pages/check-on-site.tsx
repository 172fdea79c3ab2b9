/** The check as a page of the site: beside bundles that a reader has, it offers those that the service gives to anybody. */
import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { ask } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { startWith } from '../check/checker.ts';
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

async function askOffered(asked: string | null): Promise<Offered | null> {
  const day =
    asked ??
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

/** The bundle of a day; null where the service has none, or does not answer. */
async function fetchDay(day: string): Promise<Source | null> {
  const response = await fetch(`/bundle/${day}.zip`, { credentials: 'omit' }).catch(() => null);
  return response?.ok ? { name: dayName(day), zip: new Uint8Array(await response.arrayBuffer()) } : null;
}

function Offer({ run }: { run(source: Source): void }) {
  const texts = words().check;
  const { query } = useLocation();
  const asked = /^\d{4}-\d\d-\d\d$/.test(query.day ?? '') ? query.day : null;
  const offered = useLoaded(`offered ${asked}`, () => askOffered(asked)).value.data;
  const state = useSignal<'idle' | 'fetching' | 'absent'>('idle');
  const wanted = offered?.day ?? asked;
  if (wanted === null) return null;
  const range = offered && offered.from !== offered.day ? dayRange(offered.from, offered.day) : dayName(wanted);
  const go = async (): Promise<void> => {
    state.value = 'fetching';
    const source = await fetchDay(wanted);
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
          {texts.noBundle(dayName(wanted))}
        </p>
      )}
    </div>
  );
}

export const CheckOnSite = () => <Check offer={(run) => <Offer run={run} />} />;
