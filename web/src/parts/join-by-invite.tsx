/** An invitation: for whom it is, and the passkey that it lets one make. The code goes to the service, and nowhere else. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiTrouble, ask, type Trouble } from '../api/client.ts';
import { signedIn } from '../api/session.ts';
import { locale } from '../i18n/index.ts';
import { joinTexts } from '../i18n/join/index.ts';
import { addPasskey, hindrance } from '../sign-in/passkey.ts';
import { TroubleNotice } from './trouble.tsx';

interface Opened {
  openInvite: { address: string; expiresAt: string };
}

type State =
  | { at: 'asking' }
  | { at: 'no-invite' }
  | { at: 'trouble'; trouble: Trouble }
  | { at: 'open'; origin: string | null; address: string; expiresAt: string; busy: boolean; said: string | null }
  | { at: 'done'; signedIn: boolean };

const OPEN = 'mutation ($code: String!) { openInvite(code: $code) { address expiresAt } }';

async function open(code: string): Promise<State> {
  try {
    const { openInvite } = await ask<Opened>(OPEN, { code });
    const { service } = await ask<{ service: { origin: string | null } }>('{ service { origin } }');
    return { at: 'open', origin: service.origin, ...openInvite, busy: false, said: null };
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error;
    return error.trouble.code === 'NOT_FOUND' ? { at: 'no-invite' } : { at: 'trouble', trouble: error.trouble };
  }
}

function Done({ signedIn: inside }: { signedIn: boolean }) {
  const texts = joinTexts();
  return (
    <div class="page stack">
      <h1 tabIndex={-1}>{inside ? texts.done : texts.title}</h1>
      {!inside && <p class="read">{texts.doneNotMember}</p>}
      {inside && (
        <p>
          <a class="button" href="/home">
            {texts.toHome}
          </a>
        </p>
      )}
    </div>
  );
}

export function JoinByInvite({ code }: { code: string }) {
  const texts = joinTexts();
  const state = useSignal<State>({ at: 'asking' });
  const name = useSignal('');
  useEffect(() => {
    void open(code).then((next) => (state.value = next));
  }, []);
  const now = state.value;
  if (now.at === 'asking') return <div class="page" aria-busy="true" />;
  if (now.at === 'trouble')
    return (
      <div class="page stack">
        <h1>{texts.title}</h1>
        <TroubleNotice trouble={now.trouble} />
      </div>
    );
  if (now.at === 'no-invite')
    return (
      <div class="page stack">
        <h1>{texts.noInvite}</h1>
        <p class="read">{texts.noInviteText}</p>
      </div>
    );
  if (now.at === 'done') return <Done signedIn={now.signedIn} />;
  const why = hindrance(now.origin);
  const add = async (): Promise<void> => {
    state.value = { ...now, busy: true, said: null };
    try {
      const inside = await addPasskey(name.value.trim() || texts.unnamed, code);
      if (inside) await signedIn();
      state.value = { at: 'done', signedIn: inside };
    } catch (error) {
      if (error instanceof ApiTrouble && error.trouble.code === 'NOT_FOUND') state.value = { at: 'no-invite' };
      else if (error instanceof ApiTrouble) state.value = { at: 'trouble', trouble: error.trouble };
      else state.value = { ...now, busy: false, said: texts.notAgreed };
    }
  };
  return (
    <div class="page stack">
      <h1>{texts.invitedTitle}</h1>
      <p class="read">{texts.invitedLead}</p>
      <p>
        {texts.invitedFor} <code class="address">{now.address}</code>. <span class="quiet">{texts.expires(when(now.expiresAt))}</span>
      </p>
      {why ? (
        <p class="notice">{why === 'none-here' ? texts.notHere : texts.openAt(why.openAt)}</p>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <div class="field">
            <label for="device">{texts.deviceName}</label>
            <input
              id="device"
              type="text"
              maxLength={60}
              placeholder={texts.unnamed}
              value={name.value}
              onInput={({ currentTarget }) => {
                name.value = currentTarget.value;
              }}
            />
          </div>
          <div class="buttons">
            <button type="submit" class="button" disabled={now.busy}>
              {now.busy ? texts.busy : texts.addPasskey}
            </button>
          </div>
          <p role="status">{now.said}</p>
        </form>
      )}
    </div>
  );
}

const when = (time: string): string => new Date(time).toLocaleString(locale(), { dateStyle: 'long', timeStyle: 'short' });
