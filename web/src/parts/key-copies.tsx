/** Two copies of a key: an encrypted file, and a sheet of paper, of which the last characters are asked for to see that it is there. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask } from '../api/client.ts';
import { locale } from '../i18n/index.ts';
import { joinTexts } from '../i18n/join/index.ts';
import { keyOnPaper } from '../sign-in/key-signer.ts';
import type { MadeKey } from './make-key.tsx';
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

export function KeyCopies({ made, done }: { made: MadeKey; done: () => void }) {
  const texts = joinTexts();
  const saved = useSignal(false);
  const printed = useSignal(false);
  const last = useSignal('');
  const wrong = useSignal(false);
  const next = (): void => {
    wrong.value = last.value.trim().toLowerCase() !== keyOnPaper(made.key).slice(-4);
    if (!wrong.value) done();
  };
  return (
    <>
      <form
        class="stack screen-only"
        onSubmit={(event) => {
          event.preventDefault();
          next();
        }}
      >
        <h2>{texts.copiesTitle}</h2>
        <p class="notice">{texts.lost}</p>
        <ol class="copies stack">
          <li class="stack">
            <p class="read">{texts.fileText}</p>
            <div class="buttons">
              <button
                type="button"
                class="button"
                onClick={() => {
                  save(`electra-${made.address.slice(8, 14)}.key.json`, made.file, 'application/json');
                  saved.value = true;
                }}
              >
                {texts.saveFile}
              </button>
              <span role="status">{saved.value && `✓ ${texts.saved}`}</span>
            </div>
          </li>
          <li class="stack">
            <p class="read">{texts.sheetText}</p>
            <div class="buttons">
              <button
                type="button"
                class="button"
                onClick={() => {
                  window.print();
                  printed.value = true;
                }}
              >
                {texts.printSheet}
              </button>
              <span role="status">{printed.value && `✓ ${texts.printed}`}</span>
            </div>
            <div class="field">
              <label for="last">{texts.proveSheet}</label>
              <input
                id="last"
                type="text"
                maxLength={4}
                autocomplete="off"
                value={last.value}
                aria-invalid={wrong.value}
                aria-describedby={wrong.value ? 'last-fault' : undefined}
                onInput={({ currentTarget }) => {
                  last.value = currentTarget.value;
                }}
              />
              {wrong.value && (
                <p id="last-fault" role="alert" class="small bad-text">
                  {texts.proveWrong}
                </p>
              )}
            </div>
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
