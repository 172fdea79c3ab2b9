/** Where one is signed in: how, since when, last used; and how to end one of them, or all. */
import { useSignal } from '@preact/signals';
import { ApiTrouble, ask, type Trouble } from '../api/client.ts';
import { useLoaded } from '../api/loading.ts';
import { refresh } from '../api/refresh.ts';
import { viewer } from '../api/session.ts';
import { moment } from '../i18n/format.ts';
import { settingsTexts } from '../i18n/settings/index.ts';
import { Block } from './block.tsx';
import { TroubleNotice } from './trouble.tsx';

interface OwnSession {
  id: string;
  way: 'WALLET' | 'PAGE' | 'PASSKEY' | 'INVITE';
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  current: boolean;
}

interface Sessions {
  list: readonly OwnSession[];
  timeZone: string;
}

const askSessions = (): Promise<Sessions> =>
  ask<{ viewer: { sessions: OwnSession[] } | null; service: { timeZone: string } }>(
    '{ service { timeZone } viewer { sessions { id way createdAt lastUsedAt expiresAt current } } }',
  ).then(({ viewer: who, service }) => ({ list: who?.sessions ?? [], timeZone: service.timeZone }));

function Table({ of: { list, timeZone }, end }: { of: Sessions; end(id: string): void }) {
  const { columns, ways, here, end: word, endThat } = settingsTexts().sessions;
  const time = (text: string): string => moment(Date.parse(text) / 1000, timeZone);
  return (
    <ul class="sessions">
      {list.map(({ id, way, createdAt, lastUsedAt, expiresAt, current }) => (
        <li key={id}>
          <div>
            <strong>{ways[way]}</strong>
            {current && ` (${here})`}
            <p class="small quiet">
              {columns.began} {time(createdAt)} · {columns.used} {time(lastUsedAt)} · {columns.ends} {time(expiresAt)}
            </p>
          </div>
          {!current && (
            <button type="button" class="button plain" aria-label={endThat(time(createdAt))} onClick={() => end(id)}>
              {word}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

export function OwnSessions() {
  const texts = settingsTexts().sessions;
  const loaded = useLoaded(`sessions ${viewer.value?.address}`, askSessions).value;
  const said = useSignal('');
  const trouble = useSignal<Trouble | null>(null);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    trouble.value = null;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
    }
  };
  const end = (id: string): Promise<void> =>
    attempt(async () => {
      await ask('mutation ($id: ID!) { endSession(id: $id) }', { id });
      said.value = texts.ended;
      refresh();
    });
  const endAll = (): Promise<void> =>
    attempt(async () => {
      await ask('mutation { signOut(everywhere: true) }');
      viewer.value = null;
    });
  return (
    <section class="stack">
      <h2>{texts.title}</h2>
      <p class="read">{texts.lead}</p>
      {trouble.value && <TroubleNotice trouble={trouble.value} />}
      <p role="status" class="small">
        {said.value}
      </p>
      <Block loaded={loaded} height={160}>
        {(of) => <Table of={of} end={end} />}
      </Block>
      <p>
        <button type="button" class="button plain" onClick={endAll}>
          {texts.all}
        </button>
      </p>
    </section>
  );
}
