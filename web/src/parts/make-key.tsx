/**
 * A key made in the page, in three steps: the key, two copies of it, its address for the operator. The key stays in this page's memory
 * until both copies are made, and nothing of it is kept or sent.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { viewer } from '../api/session.ts';
import { joinTexts } from '../i18n/join/index.ts';
import type { MadeKey } from '../sign-in/made-key.ts';
import { PASSPHRASE_MIN } from '../sign-in/passphrase.ts';
import { HandOver } from './hand-over.tsx';
import { KeyCopies } from './key-copies.tsx';

type Fault = 'tooShort' | 'differs' | 'wrongKey';

function Secret({
  id,
  label,
  value,
  set,
  fault,
}: {
  id: string;
  label: string;
  value: string;
  set: (text: string) => void;
  fault: string | null;
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="password"
        autocomplete="new-password"
        value={value}
        aria-invalid={fault !== null}
        aria-describedby={fault ? `${id}-fault` : undefined}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      {fault && (
        <p id={`${id}-fault`} role="alert" class="small bad-text">
          {fault}
        </p>
      )}
    </div>
  );
}

async function keyOf(sheet: string | null, passphrase: string): Promise<MadeKey | null> {
  const [{ sealKey }, { addressOf, makeKey, readKey }] = await Promise.all([
    import('../sign-in/key-file.ts'),
    import('../sign-in/key-signer.ts'),
  ]);
  const key = sheet === null ? makeKey() : readKey(sheet);
  return key && { address: addressOf(key), key, file: await sealKey(key, passphrase) };
}

function First({ made }: { made: (key: MadeKey) => void }) {
  const texts = joinTexts();
  const passphrase = useSignal('');
  const again = useSignal('');
  const sheet = useSignal('');
  const fromSheet = useSignal(false);
  const fault = useSignal<Fault | null>(null);
  const busy = useSignal(false);
  const make = async (): Promise<void> => {
    fault.value = passphrase.value.length < PASSPHRASE_MIN ? 'tooShort' : passphrase.value !== again.value ? 'differs' : null;
    if (fault.value) return;
    busy.value = true;
    const key = await keyOf(fromSheet.value ? sheet.value : null, passphrase.value);
    busy.value = false;
    if (key) made(key);
    else fault.value = 'wrongKey';
  };
  const of = (kind: Fault): string | null => (fault.value === kind ? texts[kind] : null);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <h2>{texts.makeTitle}</h2>
      <label class="target agreed">
        <input type="checkbox" checked={fromSheet.value} onChange={({ currentTarget }) => (fromSheet.value = currentTarget.checked)} />
        {texts.fromSheet}
      </label>
      {fromSheet.value && (
        <>
          <p class="small quiet read">{texts.fromSheetHint}</p>
          <Secret id="sheet" label={texts.sheetKey} value={sheet.value} set={(text) => (sheet.value = text)} fault={of('wrongKey')} />
        </>
      )}
      <Secret
        id="passphrase"
        label={texts.passphrase}
        value={passphrase.value}
        set={(text) => (passphrase.value = text)}
        fault={of('tooShort')}
      />
      <Secret id="again" label={texts.again} value={again.value} set={(text) => (again.value = text)} fault={of('differs')} />
      <div class="buttons">
        <button type="submit" class="button" disabled={busy.value}>
          {busy.value ? texts.making : texts.make}
        </button>
      </div>
    </form>
  );
}

export function MakeKey() {
  const texts = joinTexts();
  const made = useSignal<MadeKey | null>(null);
  const address = useSignal<string | null>(null);
  useEffect(() => () => void made.value?.key.fill(0), []);
  const copied = (): void => {
    address.value = made.value!.address;
    made.value!.key.fill(0);
    made.value = null;
  };
  const step = address.value ? 3 : made.value ? 2 : 1;
  return (
    <div class="page stack join">
      <h1>{texts.title}</h1>
      {step === 1 && (
        <>
          <p class="read">{texts.lead}</p>
          <p class="notice">{texts.lost}</p>
          <p>
            <a class="target" href={viewer.value ? '/settings' : '/home'}>
              {viewer.value ? texts.toSettings : texts.haveFile}
            </a>
          </p>
        </>
      )}
      <p class="small quiet" role="status">
        {texts.step(step)}
      </p>
      {address.value ? (
        <HandOver address={address.value} />
      ) : made.value ? (
        <KeyCopies made={made.value} done={copied} />
      ) : (
        <First made={(key) => (made.value = key)} />
      )}
    </div>
  );
}
