/**
 * Signing in with the file of a key: opened here by its passphrase, used for one signature and forgotten. A key that is not encrypted is
 * taken on this machine alone, where demonstrations run.
 */
import { useSignal } from '@preact/signals';
import { signIn } from '../api/session.ts';
import { signInTexts } from '../i18n/sign-in/index.ts';
import type { KeyFile } from '../sign-in/key-file.ts';

const LOCAL = ['127.0.0.1', 'localhost', '[::1]'];
const FILE_BYTES = 4_096;

interface Given {
  file: KeyFile | null;
  name: string;
}

export function KeySignIn({ busy, run }: { busy: boolean; run: (work: () => Promise<void>) => void }) {
  const texts = signInTexts();
  const given = useSignal<Given | null>(null);
  const typed = useSignal('');
  const wrong = useSignal<'file' | 'passphrase' | 'key' | null>(null);
  const local = LOCAL.includes(location.hostname);
  const take = async (chosen: File): Promise<void> => {
    const [{ readKeyFile }, { readKey }] = await Promise.all([import('../sign-in/key-file.ts'), import('../sign-in/key-signer.ts')]);
    const text = (await chosen.slice(0, FILE_BYTES).text()).trim();
    const file = readKeyFile(text);
    wrong.value = null;
    typed.value = '';
    if (file) given.value = { file, name: chosen.name };
    else if (local && readKey(text)) {
      given.value = null;
      typed.value = text;
    } else wrong.value = 'file';
  };
  const submit = async (): Promise<void> => {
    const [{ openKey }, { readKey, signerOf }] = await Promise.all([import('../sign-in/key-file.ts'), import('../sign-in/key-signer.ts')]);
    const file = given.value?.file;
    const key = file ? await openKey(file, typed.value) : local ? readKey(typed.value) : null;
    wrong.value = key ? null : file ? 'passphrase' : 'key';
    if (!key) return;
    await signIn(signerOf(key)).finally(() => key.fill(0));
    typed.value = '';
    given.value = null;
  };
  const asked = given.value ? texts.passphraseOf(given.value.name) : local ? texts.rawKey : null;
  const fault = wrong.value && { file: texts.noKeyFile, passphrase: texts.wrongPassphrase, key: texts.rawKeyWrong }[wrong.value];
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        run(submit);
      }}
    >
      <div class="buttons">
        <label class="button plain">
          {texts.chooseFile}
          <input
            class="hidden"
            type="file"
            onChange={({ currentTarget }) => {
              const [chosen] = currentTarget.files ?? [];
              if (chosen) void take(chosen);
            }}
          />
        </label>
      </div>
      {asked && (
        <div class="field">
          <label for="key">{asked}</label>
          <input
            id="key"
            type="password"
            autocomplete={given.value ? 'current-password' : 'off'}
            value={typed.value}
            aria-invalid={fault !== null}
            aria-describedby="key-hint"
            onInput={({ currentTarget }) => {
              typed.value = currentTarget.value;
            }}
          />
        </div>
      )}
      <p id="key-hint" role={fault ? 'alert' : undefined} class={fault ? 'small bad-text' : 'small quiet'}>
        {fault ?? (given.value ? texts.staysHere : local ? texts.rawKeyHint : texts.staysHere)}
      </p>
      {asked && (
        <div class="buttons">
          <button type="submit" class="button" disabled={busy || typed.value === ''}>
            {busy ? texts.busy : texts.submit}
          </button>
        </div>
      )}
    </form>
  );
}
