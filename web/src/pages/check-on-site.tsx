/** The check as a page of the site: beside bundles that a reader has, it offers those that the service gives to anybody. */
import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { ask } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { startWith } from '../check/checker.ts';
import type { Source } from '../check/messages.ts';
import { siteWorker } from '../check/site-worker.ts';
import { dayName } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { Check } from './check.tsx';

startWith(siteWorker);

const askLastDay = (): Promise<string | null> =>
  ask<{ service: { lastReleasedDay: string | null } }>('{ service { lastReleasedDay } }').then(({ service }) => service.lastReleasedDay);

/** The bundle of a day; null where the service has none, or does not answer. */
async function fetchDay(day: string): Promise<Source | null> {
  const response = await fetch(`/bundle/${day}.zip`, { credentials: 'omit' }).catch(() => null);
  return response?.ok ? { name: dayName(day), zip: new Uint8Array(await response.arrayBuffer()) } : null;
}

function Offer({ run }: { run(source: Source): void }) {
  const texts = words().check;
  const { query } = useLocation();
  const asked = /^\d{4}-\d\d-\d\d$/.test(query.day ?? '') ? query.day : null;
  const day = useLoaded('last released day', askLastDay).value.data;
  const state = useSignal<'idle' | 'fetching' | 'absent'>('idle');
  const wanted = asked ?? day;
  if (wanted === null) return null;
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
          {state.value === 'fetching' ? texts.fetching : texts.checkDay(dayName(wanted))}
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
