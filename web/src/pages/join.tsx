/** Coming in: by an invitation, whose code stands in the fragment of the address, or with a key that is made here. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { joinTexts } from '../i18n/join/index.ts';
import { JoinByInvite } from '../parts/join-by-invite.tsx';
import { MakeKey } from '../parts/make-key.tsx';
import { useTitle } from '../parts/use-title.ts';
import '../styles/sign-in.css';
import '../styles/join.css';

/** Out of the address at once: neither history nor a shared link keeps it. */
function takeCode(): string | null {
  const code = location.hash.slice(1);
  if (code === '') return null;
  history.replaceState(null, '', location.pathname + location.search);
  return code;
}

export function Join() {
  const texts = joinTexts();
  const code = useSignal<string | null | undefined>(undefined);
  useTitle(texts.title);
  useEffect(() => {
    const take = (): void => {
      code.value = takeCode() ?? code.value ?? null;
    };
    take();
    // the link of a letter, opened where the page is already
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  if (code.value === undefined) return <div class="page" aria-busy="true" />;
  return code.value === null ? <MakeKey /> : <JoinByInvite key={code.value} code={code.value} />;
}
