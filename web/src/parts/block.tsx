/**
 * A block of data in the states that a reader may meet it in: a skeleton of its size while it loads; what is there, also while the service
 * is away, with the time that it is from; what went wrong; and, where the session has ended, a way to sign in without leaving the place.
 */
import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { ago } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { SignInForm } from './sign-in-form.tsx';
import { TroubleNotice } from './trouble.tsx';

/** Who signed in elsewhere meanwhile, or has been signed in too long: what was shown stays, and is asked for anew afterwards. */
function Expired() {
  const { signIn, trouble } = words();
  return (
    <section class="notice sheet" aria-label={signIn.title} role="alert">
      <p>{trouble.UNAUTHENTICATED}</p>
      <SignInForm />
    </section>
  );
}

interface BlockProps<T> {
  loaded: Loaded<T>;
  /** px that it takes once it is there, so that nothing shifts */
  height?: number;
  children(data: T): ComponentChildren;
}

export function Block<T>({ loaded: { data, trouble, atMs }, height = 640, children }: BlockProps<T>) {
  const { asOf } = words().trouble;
  const expired = trouble?.code === 'UNAUTHENTICATED' && viewer.value != null;
  return (
    <>
      {expired ? <Expired /> : trouble && <TroubleNotice trouble={trouble} />}
      {trouble && data !== null && atMs !== null && <p class="small quiet">{asOf(ago(atMs))}</p>}
      {data !== null ? children(data) : !trouble && <div class="skeleton" style={{ minHeight: `${height}px` }} aria-busy="true" />}
    </>
  );
}
