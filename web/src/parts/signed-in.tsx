/** What only a signed-in reader sees; others are asked to sign in where they are, and then it goes on. */
import { type ComponentChildren, Fragment } from 'preact';
import { useEffect } from 'preact/hooks';
import { findViewer, type Role, takeHandedOver, viewer } from '../api/session.ts';
import { words } from '../i18n/index.ts';
import { SignInForm } from './sign-in-form.tsx';

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
        <p class="read">{signIn.lead}</p>
        <SignInForm />
      </div>
    );
  return who.roles.includes(as) ? (
    // Who signs in as somebody else is shown nothing of the one before.
    <Fragment key={who.address}>{children}</Fragment>
  ) : (
    <div class="page stack">
      <h1>{trouble.FORBIDDEN}</h1>
    </div>
  );
}
