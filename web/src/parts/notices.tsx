/** What one wants to be told of, whether this device tells it too, and what there is of it just now. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { refresh } from '../api/refresh.ts';
import { type Role, viewer } from '../api/session.ts';
import { noticeTexts } from '../i18n/notices/index.ts';
import { keepTold, nameOf, toldTo, untold } from '../notices/device.ts';
import { choose, kindsFor, type News, type NewsKind } from '../notices/question.ts';
import type { OwnAccess } from '../settings/question.ts';
import { NewsList } from './news-list.tsx';
import { TroubleNotice } from './trouble.tsx';

function Kinds({ wanted, roles }: { wanted: readonly NewsKind[]; roles: readonly Role[] }) {
  const texts = noticeTexts();
  const said = useSignal('');
  const trouble = useSignal<Trouble | null>(null);
  /** shown at once; the service's answer stands over it */
  const chosen = useSignal(wanted);
  useEffect(() => {
    chosen.value = wanted;
  }, [wanted.join()]);
  const take = async (kind: NewsKind, on: boolean): Promise<void> => {
    trouble.value = null;
    chosen.value = on ? [...chosen.value, kind] : chosen.value.filter((one) => one !== kind);
    try {
      await choose(chosen.value);
      said.value = texts.chosen(chosen.value.length);
      refresh();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      chosen.value = wanted;
      trouble.value = error.trouble;
    }
  };
  return (
    <>
      <fieldset class="choices below">
        <legend>{texts.kindsTitle}</legend>
        {kindsFor(roles).map((kind) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={chosen.value.includes(kind)}
              onChange={({ currentTarget }) => take(kind, currentTarget.checked)}
            />
            <span>{texts.kinds[kind === 'SILENT' && roles.includes('OPERATOR') ? 'SILENT_ANY' : kind]}</span>
          </label>
        ))}
      </fieldset>
      {trouble.value && <TroubleNotice trouble={trouble.value} />}
      <p role="status" class="small quiet">
        {said.value}
      </p>
    </>
  );
}

/** The browser asks its owner, once; what was answered stands until the owner changes it there. */
function OnThisDevice({ news }: { news: readonly News[] }) {
  const texts = noticeTexts();
  const has = 'Notification' in globalThis;
  const forbidden = useSignal(has && Notification.permission === 'denied');
  const on = useSignal(false);
  const address = viewer.value?.address ?? '';
  useEffect(() => {
    toldTo(address).then((told) => (on.value = told !== null && has && Notification.permission === 'granted'));
  }, [address]);
  const take = async (wanted: boolean): Promise<void> => {
    on.value = wanted; // so that a refusal is a change
    on.value = wanted && (await Notification.requestPermission()) === 'granted';
    forbidden.value = Notification.permission === 'denied';
    // What stands on the page already is no news to whoever reads it.
    keepTold(on.value ? untold(news, { of: await nameOf(address), until: '', silentUntil: '' }).next : null);
    if (on.value) (await import('../notices/tell.ts')).tellNews();
  };
  if (!has) return <p class="read small quiet">{texts.noDevice}</p>;
  return (
    <div class="stack tight">
      <div class="choices">
        <label>
          <input
            type="checkbox"
            checked={on.value}
            disabled={forbidden.value}
            aria-describedby="device-what"
            onChange={({ currentTarget }) => take(currentTarget.checked)}
          />
          <span>{texts.device}</span>
        </label>
      </div>
      {forbidden.value && (
        <p class="read small warn-text" role="status">
          {texts.forbidden}
        </p>
      )}
      <p id="device-what" class="read small quiet">
        {texts.deviceWhat}
      </p>
    </div>
  );
}

export function Notices({ of: { noticesWanted, news, timeZone }, roles }: { of: OwnAccess; roles: readonly Role[] }) {
  const texts = noticeTexts();
  return (
    <section class="stack" aria-labelledby="notices">
      <h2 id="notices">{texts.title}</h2>
      <p class="read">{texts.lead}</p>
      <Kinds wanted={noticesWanted} roles={roles} />
      <OnThisDevice news={news} />
      {news.length > 0 ? <NewsList of={news} timeZone={timeZone} /> : noticesWanted.length > 0 && <p class="small quiet">{texts.noNews}</p>}
    </section>
  );
}
