/**
 * A block of data in the states that a reader may meet it in: a skeleton of its size while it loads; what is there, also while the service
 * is away, with the time that it is from; and what went wrong. Where the session has ended, a sheet over the page asks to sign in again
 * (signed-in.tsx), and what was there stays.
 */
import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api/loading.ts';
import { viewer } from '../api/session.ts';
import { ago } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import { TroubleNotice } from './trouble.tsx';

interface BlockProps<T> {
  loaded: Loaded<T>;
  /** px that it takes once it is there, so that nothing shifts */
  height?: number;
  children(data: T): ComponentChildren;
}

export function Block<T>({ loaded: { data, trouble, atMs }, height = 640, children }: BlockProps<T>) {
  const { asOf } = words().trouble;
  const asked = trouble?.code === 'UNAUTHENTICATED' && viewer.value != null;
  return (
    <>
      {trouble && !asked && <TroubleNotice trouble={trouble} />}
      {trouble && data !== null && atMs !== null && <p class="small quiet">{asOf(ago(atMs))}</p>}
      {data !== null ? children(data) : !trouble && <div class="skeleton" style={{ minHeight: `${height}px` }} aria-busy="true" />}
    </>
  );
}
