/** An invitation: for whom it is, and the passkey that it lets one make. The code goes to the service, and nowhere else. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiTrouble, ask, type Trouble } from '../api/client.ts';
import { signedIn, viewer } from '../api/session.ts';
import { momentOf } from '../i18n/format.ts';
import { joinTexts } from '../i18n/join/index.ts';
import { homeOf } from '../places/homes.ts';
import { addPasskey, hindrance } from '../sign-in/passkey.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { TroubleNotice } from './trouble.tsx';

interface Opened {
  openInvite: { address: string; expiresAt: string };
}

type State =
  | { at: 'asking' }
  | { at: 'no-invite' }
  | { at: 'trouble'; trouble: Trouble }
  | { at: 'open'; origin: string | null; timeZone: string; address: string; expiresAt: string; busy: boolean; said: string | null }
  | { at: 'done'; signedIn: boolean };

const OPEN = 'mutation ($code: String!) { openInvite(code: $code) { address expiresAt } }';

async function open(code: string): Promise<State> {
  try {
    const { openInvite } = await ask<Opened>(OPEN, { code });
    const { service } = await ask<{ service: { origin: string | null; timeZone: string } }>('{ service { origin timeZone } }');
    return { at: 'open', ...service, ...openInvite, busy: false, said: null };
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
          <a class="button" href={homeOf(viewer.value?.roles ?? [])}>
            {texts.toHome}
          </a>
        </p>
      )}
    </div>
  );
}

type Open = Extract<State, { at: 'open' }>;

function Invitation({ open: { address, expiresAt, origin, timeZone, busy, said }, add }: { open: Open; add: (name: string) => void }) {
  const texts = joinTexts();
  const name = useSignal('');
  const why = hindrance(origin);
  const asked = { label: texts.deviceName, unnamed: texts.unnamed, add: texts.addPasskey, busy: texts.busy };
  return (
    <div class="page stack">
      <h1>{texts.invitedTitle}</h1>
      <p class="read">{texts.invitedLead}</p>
      <p>
        {texts.invitedFor} <code class="address">{address}</code>. <span class="quiet">{texts.expires(momentOf(expiresAt, timeZone))}</span>
      </p>
      {why ? (
        <p class="notice">{why === 'none-here' ? texts.notHere : texts.openAt(why.openAt)}</p>
      ) : (
        <PasskeyForm name={name} words={asked} busy={busy} said={said} add={add} />
      )}
    </div>
  );
}

async function made(name: string, code: string, before: Open, notAgreed: string): Promise<State> {
  try {
    const inside = await addPasskey(name, code);
    if (inside) await signedIn();
    return { at: 'done', signedIn: inside };
  } catch (error) {
    if (!(error instanceof ApiTrouble)) return { ...before, busy: false, said: notAgreed };
    return error.trouble.code === 'NOT_FOUND' ? { at: 'no-invite' } : { at: 'trouble', trouble: error.trouble };
  }
}

export function JoinByInvite({ code }: { code: string }) {
  const texts = joinTexts();
  const state = useSignal<State>({ at: 'asking' });
  useEffect(() => {
    void open(code).then((next) => (state.value = next));
  }, []);
  const now = state.value;
  if (now.at === 'asking') return <div class="page" aria-busy="true" />;
  if (now.at === 'done') return <Done signedIn={now.signedIn} />;
  if (now.at === 'open') {
    const add = async (name: string): Promise<void> => {
      state.value = { ...now, busy: true, said: null };
      state.value = await made(name, code, now, texts.notAgreed);
    };
    return <Invitation open={now} add={add} />;
  }
  return (
    <div class="page stack">
      <h1>{now.at === 'no-invite' ? texts.noInvite : texts.title}</h1>
      {now.at === 'no-invite' ? <p class="read">{texts.noInviteText}</p> : <TroubleNotice trouble={now.trouble} />}
    </div>
  );
}
