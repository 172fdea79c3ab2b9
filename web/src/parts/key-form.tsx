/**
 * The file of a key, for one signature: opened here by its passphrase, used and forgotten. A key that is not encrypted is taken on this
 * machine alone, where demonstrations run.
 */
import { useSignal } from '@preact/signals';
import type { Signer } from '../api/session.ts';
import { signInTexts } from '../i18n/sign-in/index.ts';
import type { KeyFile } from '../sign-in/key-file.ts';

const LOCAL = ['127.0.0.1', 'localhost', '[::1]'];
const FILE_BYTES = 4_096;

interface Given {
  file: KeyFile;
  name: string;
}

type Wrong = 'file' | 'passphrase' | 'key';
/** What the key is opened for. */
type Use = (signer: Signer) => Promise<void>;

/** What was chosen: an encrypted file, a bare key where one may be, or neither. */
async function readChosen(chosen: File, local: boolean): Promise<Given | string | null> {
  const [{ readKeyFile }, { readKey }] = await Promise.all([import('../sign-in/key-file.ts'), import('../sign-in/key-signer.ts')]);
  const text = (await chosen.slice(0, FILE_BYTES).text()).trim();
  const file = readKeyFile(text);
  if (file) return { file, name: chosen.name };
  return local && readKey(text) ? text : null;
}

/** Opens what was given, has it used, and forgets. @returns what was wrong */
async function withKey(given: Given | null, typed: string, { local, use }: { local: boolean; use: Use }): Promise<Wrong | null> {
  const [{ openKey }, { readKey, signerOf }] = await Promise.all([import('../sign-in/key-file.ts'), import('../sign-in/key-signer.ts')]);
  const key = given ? await openKey(given.file, typed) : local ? readKey(typed) : null;
  if (!key) return given ? 'passphrase' : 'key';
  await use(signerOf(key)).finally(() => key.fill(0));
  return null;
}

interface SecretProps {
  id: string;
  label: string;
  isPassphrase: boolean;
  value: string;
  wrong: boolean;
  set: (text: string) => void;
}

const Secret = ({ id, label, isPassphrase, value, wrong, set }: SecretProps) => (
  <div class="field">
    <label for={id}>{label}</label>
    <input
      id={id}
      type="password"
      autocomplete={isPassphrase ? 'current-password' : 'off'}
      value={value}
      aria-invalid={wrong}
      aria-describedby={`${id}-hint`}
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

interface KeyFormProps {
  /** of its field, and what others on the page begin with */
  id: string;
  busy: boolean;
  run: (work: () => Promise<void>) => void;
  use: Use;
  /** what the button says, before and while it is done, and what the key does */
  submit: string;
  working: string;
  does: string;
}

export function KeyForm({ id, busy, run, use, submit: submitText, working, does }: KeyFormProps) {
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
    wrong.value = await withKey(given.value, typed.value, { local, use });
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
          id={id}
          label={asked}
          isPassphrase={given.value !== null}
          value={typed.value}
          wrong={fault !== null}
          set={(text) => (typed.value = text)}
        />
      )}
      <p id={`${id}-hint`} role={fault ? 'alert' : undefined} class={fault ? 'small bad-text' : 'small quiet'}>
        {fault ?? (local && !given.value ? texts.rawKeyHint : does)}
      </p>
      {asked && (
        <div class="buttons">
          <button type="submit" class="button" disabled={busy || typed.value === ''}>
            {busy ? working : submitText}
          </button>
        </div>
      )}
    </form>
  );
}
