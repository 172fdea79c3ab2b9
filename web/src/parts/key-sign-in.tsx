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
  file: KeyFile;
  name: string;
}

type Wrong = 'file' | 'passphrase' | 'key';

/** What was chosen: an encrypted file, a bare key where one may be, or neither. */
async function readChosen(chosen: File, local: boolean): Promise<Given | string | null> {
  const [{ readKeyFile }, { readKey }] = await Promise.all([import('../sign-in/key-file.ts'), import('../sign-in/key-signer.ts')]);
  const text = (await chosen.slice(0, FILE_BYTES).text()).trim();
  const file = readKeyFile(text);
  if (file) return { file, name: chosen.name };
  return local && readKey(text) ? text : null;
}

/** Opens what was given, signs and forgets. @returns what was wrong */
async function signInWith(given: Given | null, typed: string, local: boolean): Promise<Wrong | null> {
  const [{ openKey }, { readKey, signerOf }] = await Promise.all([import('../sign-in/key-file.ts'), import('../sign-in/key-signer.ts')]);
  const key = given ? await openKey(given.file, typed) : local ? readKey(typed) : null;
  if (!key) return given ? 'passphrase' : 'key';
  await signIn(signerOf(key)).finally(() => key.fill(0));
  return null;
}

interface SecretProps {
  label: string;
  isPassphrase: boolean;
  value: string;
  wrong: boolean;
  set: (text: string) => void;
}

const Secret = ({ label, isPassphrase, value, wrong, set }: SecretProps) => (
  <div class="field">
    <label for="key">{label}</label>
    <input
      id="key"
      type="password"
      autocomplete={isPassphrase ? 'current-password' : 'off'}
      value={value}
      aria-invalid={wrong}
      aria-describedby="key-hint"
      onInput={({ currentTarget }) => set(currentTarget.value)}
    />
  </div>
);

function FileChoice({ text, take }: { text: string; take: (chosen: File) => void }) {
  return (
    <div class="buttons">
      <label class="button plain">
        {text}
        <input
          class="hidden"
          type="file"
          onChange={({ currentTarget }) => {
            const [chosen] = currentTarget.files ?? [];
            if (chosen) take(chosen);
          }}
        />
      </label>
    </div>
  );
}

export function KeySignIn({ busy, run }: { busy: boolean; run: (work: () => Promise<void>) => void }) {
  const texts = signInTexts();
  const given = useSignal<Given | null>(null);
  const typed = useSignal('');
  const wrong = useSignal<Wrong | null>(null);
  const local = LOCAL.includes(location.hostname);
  const take = async (chosen: File): Promise<void> => {
    const found = await readChosen(chosen, local);
    wrong.value = found === null ? 'file' : null;
    given.value = typeof found === 'string' ? null : found;
    typed.value = typeof found === 'string' ? found : '';
  };
  const submit = async (): Promise<void> => {
    wrong.value = await signInWith(given.value, typed.value, local);
    if (wrong.value) return;
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
      <FileChoice text={texts.chooseFile} take={(chosen) => void take(chosen)} />
      {asked && (
        <Secret
          label={asked}
          isPassphrase={given.value !== null}
          value={typed.value}
          wrong={fault !== null}
          set={(text) => (typed.value = text)}
        />
      )}
      <p id="key-hint" role={fault ? 'alert' : undefined} class={fault ? 'small bad-text' : 'small quiet'}>
        {fault ?? (local && !given.value ? texts.rawKeyHint : texts.staysHere)}
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
