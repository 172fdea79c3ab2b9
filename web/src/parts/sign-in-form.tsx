/** Signing in, by whichever way somebody has: a passkey, the file of a key, the wallet of the browser. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiTrouble, ask, sessionEnded, type Trouble } from '../api/client.ts';
import { signIn } from '../api/session.ts';
import { type Greeting, greeting } from '../api/viewer.ts';
import { signInTexts } from '../i18n/sign-in/index.ts';
import { hindrance, signInByPasskey } from '../sign-in/passkey.ts';
import { walletHere, walletSigner } from '../sign-in/wallet.ts';
import { KeyForm } from './key-form.tsx';
import { TroubleNotice } from './trouble.tsx';
import '../styles/sign-in.css';

/** Trying, and what came of it: one at a time. `said` is what is no trouble of the service. */
export interface Attempt {
  busy: boolean;
  trouble: Trouble | null;
  said: string | null;
}

function Way({ title, hint, children }: { title: string; hint: string; children: ComponentChildren }) {
  return (
    <section class="way stack">
      <h2>{title}</h2>
      <p class="small quiet">{hint}</p>
      {children}
    </section>
  );
}

function PasskeyWay({ place, busy, run }: { place: Greeting; busy: boolean; run: (work: () => Promise<void>) => void }) {
  const texts = signInTexts();
  const why = hindrance(place.origin);
  if (why === 'none-here') return null;
  return (
    <Way title={texts.passkey} hint={texts.passkeyHint}>
      <div class="buttons">
        {why ? (
          <a class="button plain" href={`${why.openAt}${location.pathname}${location.search}`}>
            {texts.openAt(why.openAt)}
          </a>
        ) : (
          <button type="button" class="button" disabled={busy} onClick={() => run(signInByPasskey)}>
            {texts.usePasskey}
          </button>
        )}
      </div>
    </Way>
  );
}

export function SignInForm() {
  const texts = signInTexts();
  // Where the service has said so already, no way comes later than the others.
  const place = useSignal<Greeting | null>(greeting.value);
  const attempt = useSignal<Attempt>({ busy: false, trouble: null, said: null });
  useEffect(() => {
    if (place.value && !sessionEnded.value) return;
    const find = () => ask<{ service: Greeting }>('{ service { origin chainId chainTime } }');
    // The first question may do no more than take the cookie of a dead session back.
    find()
      .catch(find)
      .then(
        ({ service }) => (place.value = service),
        () => (place.value ??= { origin: null, chainId: null, chainTime: null, developmentKeys: null }),
      );
  }, []);
  const run = async (work: () => Promise<void>): Promise<void> => {
    attempt.value = { busy: true, trouble: null, said: null };
    try {
      await work();
      attempt.value = { busy: false, trouble: null, said: null };
    } catch (error) {
      const trouble = error instanceof ApiTrouble ? error.trouble : null;
      attempt.value = { busy: false, trouble, said: trouble ? null : texts.notAgreed };
    }
  };
  const { busy, trouble, said } = attempt.value;
  const wallet = walletHere();
  const chainId = place.value?.chainId;
  return (
    <div class="stack ways">
      <div aria-live="polite" class="stack">
        {trouble?.code === 'UNAUTHENTICATED' || trouble?.code === 'FORBIDDEN' ? (
          <p class="notice bad">{trouble.code === 'FORBIDDEN' ? texts.nobodyHere : texts.refused}</p>
        ) : (
          trouble && <TroubleNotice trouble={trouble} />
        )}
        {said && <p class="notice">{said}</p>}
      </div>
      {place.value ? <PasskeyWay place={place.value} busy={busy} run={run} /> : <div class="way expected" aria-busy="true" />}
      <Way title={texts.key} hint={texts.keyHint}>
        <KeyForm id="key" busy={busy} run={run} use={signIn} submit={texts.submit} working={texts.busy} does={texts.staysHere} />
      </Way>
      {wallet && chainId && (
        <Way title={texts.wallet} hint={texts.walletHint}>
          <div class="buttons">
            <button
              type="button"
              class="button plain"
              disabled={busy}
              onClick={() => run(async () => signIn(await walletSigner(wallet, chainId)))}
            >
              {texts.useWallet}
            </button>
          </div>
        </Way>
      )}
      <p class="small">
        {texts.noWay} <a href="/join">{texts.join}</a>
      </p>
    </div>
  );
}
