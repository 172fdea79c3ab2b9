/**
 * What only a signed-in reader sees; others are asked to sign in where they are, and then it goes on. Where a session ends meanwhile, what
 * is shown stays, and a sheet over it asks again.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ApiTrouble, sessionEnded, type Trouble } from '../api/client.ts';
import { refreshed } from '../api/refresh.ts';
import { arrive, type Role, viewer } from '../api/session.ts';
import { words } from '../i18n/index.ts';
import { signInTexts } from '../i18n/sign-in/index.ts';
import { HOMES } from '../places/homes.ts';
import { page } from '../places/place.ts';
import { TroubleNotice } from './trouble.tsx';
import { useTitle } from './use-title.ts';

const SignInForm = page(() => import('./sign-in-form.tsx').then(({ SignInForm: form }) => form), signInTexts);

/** Whoever closes it is signed out: what is below it does not stay for the next one. */
function Sheet() {
  const { signIn, trouble } = words();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="sheet stack" aria-labelledby="sheet-title" onCancel={() => (viewer.value = null)}>
      <h2 id="sheet-title">{signIn.title}</h2>
      <p>{trouble.UNAUTHENTICATED}</p>
      <SignInForm />
      <p>
        <button type="button" class="button plain" onClick={() => (viewer.value = null)}>
          {signIn.out}
        </button>
      </p>
    </dialog>
  );
}

/** Finds out who is signed in; what keeps the service from saying so, where it does not answer. That is no reason to sign in again. */
function useViewer(): Trouble | null {
  const trouble = useSignal<Trouble | null>(null);
  const find = async (): Promise<void> => {
    try {
      await arrive();
      trouble.value = null;
    } catch (error) {
      const away = error instanceof ApiTrouble && error.trouble.code !== 'UNAUTHENTICATED' ? error.trouble : null;
      trouble.value = away;
      if (!away) viewer.value = null;
    }
  };
  useEffect(() => {
    // A link with a session that is opened where a page is already changes the fragment alone: nothing is loaded anew.
    addEventListener('hashchange', find);
    return () => removeEventListener('hashchange', find);
  }, []);
  const turn = refreshed.value;
  useEffect(() => {
    if (viewer.value === undefined) find();
  }, [turn]);
  return trouble.value;
}

/** A page of a role that whoever is signed in does not have: with the way to their own. */
function OfOthers({ roles }: { roles: readonly Role[] }) {
  const { trouble, roles: names, actAs } = words();
  return (
    <div class="page stack">
      <h1>{trouble.FORBIDDEN}</h1>
      <p class="read">{trouble.otherRole}</p>
      <div class="buttons">
        {roles.map((role) => (
          <a key={role} class="button plain" href={HOMES[role]}>
            {actAs(names[role])}
          </a>
        ))}
      </div>
    </div>
  );
}

function ToSignIn() {
  const { signIn } = words();
  useTitle(signIn.title);
  return (
    <div class="page stack">
      <h1>{signIn.title}</h1>
      <SignInForm />
    </div>
  );
}

/** @param as the role that it is for; absent: whoever is signed in */
export function SignedIn({ as, children }: { as?: Role; children: ComponentChildren }) {
  const away = useViewer();
  const who = viewer.value;
  if (who === undefined)
    return (
      <div class="page stack" aria-busy={away === null}>
        {away && <TroubleNotice trouble={away} />}
      </div>
    );
  if (who === null) return <ToSignIn />;
  return (
    <>
      {/* Who signs in as somebody else is shown nothing of the one before. */}
      <Fragment key={who.address}>{!as || who.roles.includes(as) ? children : <OfOthers roles={who.roles} />}</Fragment>
      {sessionEnded.value && <Sheet />}
    </>
  );
}
