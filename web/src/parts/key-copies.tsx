/** Two copies of a key: an encrypted file, and a sheet of paper, of which the last characters are asked for to see that it is there. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask } from '../api/client.ts';
import { locale } from '../i18n/index.ts';
import { joinTexts } from '../i18n/join/index.ts';
import { keyOnPaper } from '../sign-in/key-signer.ts';
import type { MadeKey } from '../sign-in/made-key.ts';
import { QrCode } from './qr-code.tsx';
import { save } from './save.ts';

/** Shown on paper alone. */
function Sheet({ made }: { made: MadeKey }) {
  const texts = joinTexts();
  const service = useSignal('Electra');
  useEffect(() => {
    ask<{ service: { name: string; chainId: string | null } }>('{ service { name chainId } }').then(
      ({ service: { name, chainId } }) => (service.value = chainId ? `${name} (${chainId})` : name),
      () => {},
    );
  }, []);
  const key = keyOnPaper(made.key);
  return (
    <section class="recovery-sheet" aria-hidden="true">
      <h2>{texts.sheetTitle}</h2>
      <p>{texts.sheetOf(service.value)}</p>
      <h3>{texts.sheetAddress}</h3>
      <p>
        <code>{made.address}</code>
      </p>
      <h3>{texts.sheetKey}</h3>
      <p class="paper-key">
        <code>{key}</code>
      </p>
      <QrCode text={key.replaceAll(' ', '')} label={texts.sheetKey} />
      <p>{texts.sheetHow}</p>
      <p>{texts.sheetDate(new Date().toLocaleDateString(locale(), { dateStyle: 'long' }))}</p>
    </section>
  );
}

function Copy({ text, action, did, run }: { text: string; action: string; did: string | false; run: () => void }) {
  return (
    <>
      <p class="read">{text}</p>
      <div class="buttons">
        <button type="button" class="button" onClick={run}>
          {action}
        </button>
        <span role="status">{did && `✓ ${did}`}</span>
      </div>
    </>
  );
}

/** What stands at the end of the paper, typed from it. */
function Proof({ last, set, wrong }: { last: string; set: (text: string) => void; wrong: boolean }) {
  const texts = joinTexts();
  return (
    <div class="field">
      <label for="last">{texts.proveSheet}</label>
      <input
        id="last"
        type="text"
        maxLength={4}
        autocomplete="off"
        value={last}
        aria-invalid={wrong}
        aria-describedby={wrong ? 'last-fault' : undefined}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      {wrong && (
        <p id="last-fault" role="alert" class="small bad-text">
          {texts.proveWrong}
        </p>
      )}
    </div>
  );
}

export function KeyCopies({ made, done }: { made: MadeKey; done: () => void }) {
  const texts = joinTexts();
  const saved = useSignal(false);
  const printed = useSignal(false);
  const last = useSignal('');
  const wrong = useSignal(false);
  const next = (event: Event): void => {
    event.preventDefault();
    wrong.value = last.value.trim().toLowerCase() !== keyOnPaper(made.key).slice(-4);
    if (!wrong.value) done();
  };
  const saveFile = (): void => {
    save(`electra-${made.address.slice(8, 14)}.key.json`, made.file, 'application/json');
    saved.value = true;
  };
  const print = (): void => {
    window.print();
    printed.value = true;
  };
  return (
    <>
      <form class="stack screen-only" onSubmit={next}>
        <h2>{texts.copiesTitle}</h2>
        <p class="notice">{texts.lost}</p>
        <ol class="copies stack">
          <li class="stack">
            <Copy text={texts.fileText} action={texts.saveFile} did={saved.value && texts.saved} run={saveFile} />
          </li>
          <li class="stack">
            <Copy text={texts.sheetText} action={texts.printSheet} did={printed.value && texts.printed} run={print} />
            <Proof last={last.value} set={(text) => (last.value = text)} wrong={wrong.value} />
          </li>
        </ol>
        <div class="buttons">
          <button type="submit" class="button" disabled={!saved.value || !printed.value}>
            {texts.next}
          </button>
        </div>
      </form>
      <Sheet made={made} />
    </>
  );
}
