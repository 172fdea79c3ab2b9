/** Who is signed in here, and the way out, below what only they see. */
import { useSignal } from '@preact/signals';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { signOut, type Viewer } from '../api/session.ts';
import { words } from '../i18n/index.ts';
import { TroubleNotice } from './trouble.tsx';

export function SignedInAs({ who }: { who: Viewer }) {
  const texts = words().signIn;
  const trouble = useSignal<Trouble | null>(null);
  const leave = async (): Promise<void> => {
    try {
      await signOut();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
    }
  };
  return (
    <div class="page stack screen-only">
      {trouble.value && <TroubleNotice trouble={trouble.value} />}
      <div class="buttons">
        <span class="small quiet">{texts.as(who.name ?? who.address)}</span>
        <button type="button" class="button plain" onClick={leave}>
          {texts.out}
        </button>
      </div>
    </div>
  );
}
