/**
 * What only a signed-in reader sees; others are asked to sign in where they are, and then it goes on. Where a session ends meanwhile, what
 * is shown stays, and a sheet over it asks again.
 */
import type { ComponentChildren } from 'preact';
import { Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { sessionEnded } from '../api/client.ts';
import { findViewer, type Role, takeHandedOver, viewer } from '../api/session.ts';
import { words } from '../i18n/index.ts';
import { signInTexts } from '../i18n/sign-in/index.ts';
import { page } from '../places/place.ts';

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

export function SignedIn({ as, children }: { as: Role; children: ComponentChildren }) {
  const { signIn, trouble } = words();
  useEffect(() => {
    const find = (): void => {
      takeHandedOver()
        .then(findViewer)
        .catch(() => (viewer.value = null));
    };
    if (viewer.value === undefined) find();
    // A link with a session that is opened where a page is already changes the fragment alone: nothing is loaded anew.
    addEventListener('hashchange', find);
    return () => removeEventListener('hashchange', find);
  }, []);
  const who = viewer.value;
  if (who === undefined) return <div class="page" aria-busy="true" />;
  if (who === null)
    return (
      <div class="page stack">
        <h1>{signIn.title}</h1>
        <SignInForm />
      </div>
    );
  return (
    <>
      {/* Who signs in as somebody else is shown nothing of the one before. */}
      <Fragment key={who.address}>
        {who.roles.includes(as) ? (
          children
        ) : (
          <div class="page stack">
            <h1>{trouble.FORBIDDEN}</h1>
          </div>
        )}
      </Fragment>
      {sessionEnded.value && <Sheet />}
    </>
  );
}
