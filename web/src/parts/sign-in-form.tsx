/** Signing in with the key of a wallet. The key is read, used for one signature and forgotten. */
import { useSignal } from '@preact/signals';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { signIn } from '../api/session.ts';
import { words } from '../i18n/index.ts';
import { TroubleNotice } from './trouble.tsx';

export function SignInForm() {
  const texts = words().signIn;
  const key = useSignal('');
  const wrong = useSignal(false);
  const busy = useSignal(false);
  const trouble = useSignal<Trouble | null>(null);
  const submit = async (): Promise<void> => {
    const { keySigner } = await import('../sign-in/key-signer.ts');
    const signer = keySigner(key.value);
    wrong.value = signer === null;
    if (!signer) return;
    busy.value = true;
    trouble.value = null;
    try {
      await signIn(signer);
      key.value = '';
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
    } finally {
      busy.value = false;
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="field">
        <label for="key">{texts.key}</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          value={key.value}
          aria-invalid={wrong.value}
          aria-describedby="key-hint"
          onInput={({ currentTarget }) => {
            key.value = currentTarget.value;
          }}
        />
        <p id="key-hint" class={wrong.value ? 'small bad-text' : 'small quiet'}>
          {wrong.value ? texts.keyWrong : texts.keyHint}
        </p>
      </div>
      {trouble.value && <TroubleNotice trouble={trouble.value} />}
      <div class="buttons">
        <button type="submit" class="button" disabled={busy.value}>
          {busy.value ? texts.busy : texts.submit}
        </button>
        <label class="button plain">
          {texts.keyFile}
          <input
            class="hidden"
            type="file"
            onChange={async ({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) key.value = (await file.slice(0, 1024).text()).trim();
            }}
          />
        </label>
      </div>
    </form>
  );
}
