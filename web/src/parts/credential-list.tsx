/** Own passkeys: which there are, a new one, one less. And what the operator gave out that is good once, so that nobody
 * comes in, or looks at a meter, unseen. */
import { useSignal } from '@preact/signals';
import { ApiTrouble, ask, type Trouble } from '../api/client.ts';
import { refresh } from '../api/refresh.ts';
import { credentialTexts } from '../i18n/credentials/index.ts';
import { momentOf } from '../i18n/format.ts';
import type { OwnAccess, Passkey } from '../settings/question.ts';
import { addPasskey, hindrance } from '../sign-in/passkey.ts';
import { OneTimeLine } from './one-time-line.tsx';
import { PasskeyForm } from './passkey-form.tsx';
import { TroubleNotice } from './trouble.tsx';
import '../styles/credentials.css';

function AddPasskey({ origin }: { origin: string | null }) {
  const texts = credentialTexts();
  const name = useSignal('');
  const state = useSignal<{ busy: boolean; trouble: Trouble | null; said: string | null }>({ busy: false, trouble: null, said: null });
  const why = hindrance(origin);
  if (why === 'none-here') return <p class="small quiet">{texts.notHere}</p>;
  if (why)
    return (
      <p>
        <a class="button plain" href={`${why.openAt}${location.pathname}`}>
          {texts.openAt(why.openAt)}
        </a>
      </p>
    );
  const add = async (called: string): Promise<void> => {
    state.value = { busy: true, trouble: null, said: null };
    try {
      await addPasskey(called);
      name.value = '';
      state.value = { busy: false, trouble: null, said: texts.added };
      refresh();
    } catch (error) {
      const trouble = error instanceof ApiTrouble ? error.trouble : null;
      state.value = { busy: false, trouble, said: trouble ? null : texts.notAgreed };
    }
  };
  const { busy, trouble, said } = state.value;
  const asked = { label: texts.name, unnamed: texts.unnamed, add: texts.add, busy: texts.busy };
  return (
    <PasskeyForm name={name} words={asked} busy={busy} said={said} add={add}>
      {trouble && <TroubleNotice trouble={trouble} />}
    </PasskeyForm>
  );
}

interface RowProps {
  passkey: Passkey;
  timeZone: string;
  removed(sessions: number): void;
}

function PasskeyRow({ passkey, timeZone, removed }: RowProps) {
  const texts = credentialTexts();
  const when = (at: string): string => momentOf(at, timeZone);
  const asked = useSignal(false);
  const trouble = useSignal<Trouble | null>(null);
  const remove = async (): Promise<void> => {
    try {
      const { removePasskey } = await ask<{ removePasskey: number }>('mutation ($id: ID!) { removePasskey(id: $id) }', { id: passkey.id });
      removed(removePasskey);
      refresh();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
    }
  };
  return (
    <li class="credential">
      <div>
        <p>
          <strong>{passkey.name}</strong>
        </p>
        <p class="small quiet">
          {(passkey.byInvite ? texts.addedByInvite : texts.addedInside)(when(passkey.createdAt))}{' '}
          {passkey.lastUsedAt === null ? texts.neverUsed : texts.used(when(passkey.lastUsedAt))}
        </p>
        {trouble.value && <TroubleNotice trouble={trouble.value} />}
      </div>
      <div class="buttons">
        {asked.value ? (
          <>
            <button type="button" class="button" onClick={remove}>
              {texts.reallyRemove(passkey.name)}
            </button>
            <button type="button" class="button plain" onClick={() => (asked.value = false)}>
              {texts.keep}
            </button>
          </>
        ) : (
          <button type="button" class="button plain" aria-label={texts.removeOf(passkey.name)} onClick={() => (asked.value = true)}>
            {texts.remove}
          </button>
        )}
      </div>
    </li>
  );
}

export function CredentialList({ of: { passkeys, invites, origin, timeZone } }: { of: OwnAccess }) {
  const texts = credentialTexts();
  const said = useSignal<string | null>(null);
  return (
    <>
      <section class="stack" aria-labelledby="passkeys">
        <h2 id="passkeys">{texts.passkeys}</h2>
        <p class="read quiet">{texts.what}</p>
        {passkeys.length === 0 ? (
          <p>{texts.none}</p>
        ) : (
          <ul class="credentials">
            {passkeys.map((passkey) => (
              <PasskeyRow
                key={passkey.id}
                passkey={passkey}
                timeZone={timeZone}
                removed={(sessions) => (said.value = texts.removed(passkey.name, sessions))}
              />
            ))}
          </ul>
        )}
        <p role="status" class="small">
          {said.value}
        </p>
        <AddPasskey origin={origin} />
      </section>
      <section class="stack" aria-labelledby="invites">
        <h2 id="invites">{texts.invites}</h2>
        <p class="read quiet">{texts.invitesWhat}</p>
        {invites.length === 0 ? (
          <p>{texts.noInvites}</p>
        ) : (
          <ul class="plain-list">
            {invites.map((invite) => (
              <OneTimeLine key={invite.createdAt} of={invite} timeZone={timeZone} />
            ))}
          </ul>
        )}
      </section>
    </>
  );
}
