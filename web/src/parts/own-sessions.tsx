/** Where one is signed in: how, since when, last used; how many there can be; and how to end one, those of programs, or all. */
import { useSignal } from '@preact/signals';
import { ApiTrouble, ask, type Trouble } from '../api/client.ts';
import { refresh } from '../api/refresh.ts';
import { signOut } from '../api/session.ts';
import { momentOf, number } from '../i18n/format.ts';
import { settingsTexts } from '../i18n/settings/index.ts';
import type { OwnAccess, OwnSession } from '../settings/question.ts';
import { TroubleNotice } from './trouble.tsx';

type Say = (at: string) => string;

/** This one first, then what was used last. */
const sorted = (sessions: readonly OwnSession[]): OwnSession[] =>
  [...sessions].sort((a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt));

function List({ of, time, end }: { of: readonly OwnSession[]; time: Say; end(id: string): void }) {
  const { columns, ways, here, end: word, endThat } = settingsTexts().sessions;
  return (
    <ul class="sessions">
      {sorted(of).map(({ id, way, createdAt, lastUsedAt, expiresAt, current }) => (
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

/** What was opened by programs, which nobody signs out of: with a word of how they come, and an end for all of them. */
function OfPrograms({ of, time, end, endAll }: { of: readonly OwnSession[]; time: Say; end(id: string): void; endAll(): void }) {
  const { programs } = settingsTexts().sessions;
  return (
    <section class="stack tight" aria-labelledby="of-programs">
      <h3 id="of-programs">{programs.title(number(of.length))}</h3>
      <p class="read small quiet">{programs.what}</p>
      <List of={of} time={time} end={end} />
      {of.some(({ current }) => !current) && (
        <p>
          <button type="button" class="button plain" onClick={endAll}>
            {programs.endAll}
          </button>
        </p>
      )}
    </section>
  );
}

/** Ends sessions, and says what became of it. */
function useEnding() {
  const texts = settingsTexts().sessions;
  const said = useSignal('');
  const trouble = useSignal<Trouble | null>(null);
  const attempt = async (work: () => Promise<string>): Promise<void> => {
    trouble.value = null;
    try {
      said.value = await work();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
    }
  };
  const endMany = (way: 'PAGE' | null) =>
    attempt(async () => {
      const query = 'mutation ($way: SignInWay) { endOtherSessions(way: $way) }';
      const { endOtherSessions } = await ask<{ endOtherSessions: number }>(query, { way });
      refresh();
      return texts.endedMany(endOtherSessions);
    });
  const end = (id: string) =>
    attempt(async () => {
      await ask('mutation ($id: ID!) { endSession(id: $id) }', { id });
      refresh();
      return texts.ended;
    });
  const endAll = () =>
    attempt(async () => {
      await signOut({ everywhere: true });
      return '';
    });
  return { said, trouble, end, endMany, endAll };
}

export function OwnSessions({ of: { sessions, sessionsMost, pageSessionsMost, timeZone } }: { of: OwnAccess }) {
  const texts = settingsTexts().sessions;
  const { said, trouble, end, endMany, endAll } = useEnding();
  const time: Say = (at) => momentOf(at, timeZone);
  const programs = sessions.filter(({ way }) => way === 'PAGE');
  const others = sessions.filter(({ way }) => way !== 'PAGE');
  return (
    <section class="stack" aria-labelledby="sessions">
      <h2 id="sessions">{texts.title}</h2>
      <p class="read">{texts.lead}</p>
      <p class="read small quiet">{texts.most(number(sessionsMost), number(pageSessionsMost))}</p>
      {trouble.value && <TroubleNotice trouble={trouble.value} />}
      <p role="status" class="small">
        {said.value}
      </p>
      {others.length > 0 && <List of={others} time={time} end={end} />}
      {programs.length > 0 && <OfPrograms of={programs} time={time} end={end} endAll={() => endMany('PAGE')} />}
      <div class="buttons">
        {sessions.length > 1 && (
          <button type="button" class="button plain" onClick={() => endMany(null)}>
            {texts.others}
          </button>
        )}
        <button type="button" class="button plain" onClick={endAll}>
          {texts.all}
        </button>
      </div>
    </section>
  );
}
