/** The place where a reader hands over a bundle. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { fromDrop, fromFolder, fromZip } from '../check/given.ts';
import type { Source } from '../check/messages.ts';
import { checkTexts } from '../i18n/check/index.ts';

/** Where a bundle is handed over: dropped, or chosen as a file or a folder. */
export function BundleChoice({ disabled, chosen }: { disabled: boolean; chosen(source: Source): void }) {
  const texts = checkTexts();
  const over = useSignal(false);
  const folder = useRef<HTMLInputElement>(null);
  // Not an attribute that JSX knows.
  useEffect(() => folder.current?.setAttribute('webkitdirectory', ''), []);
  useEffect(() => {
    // What is dropped beside it would be opened by the browser in place of this page, and what it shows would be gone.
    const stay = (event: Event): void => event.preventDefault();
    for (const kind of ['dragover', 'drop']) addEventListener(kind, stay);
    return () => {
      for (const kind of ['dragover', 'drop']) removeEventListener(kind, stay);
    };
  }, []);
  const take = async (source: Promise<Source | null>): Promise<void> => {
    const one = await source;
    if (one) chosen(one);
  };
  return (
    <fieldset
      class={`drop ${over.value ? 'over' : ''}`}
      disabled={disabled}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        if (!disabled && event.dataTransfer) take(fromDrop(event.dataTransfer));
      }}
    >
      <legend>{texts.drop}</legend>
      <p class="quiet">{texts.dropText}</p>
      <div class="buttons">
        <label class="button">
          {texts.chooseZip}
          <input
            class="hidden"
            type="file"
            accept=".zip,application/zip"
            onChange={({ currentTarget }) => currentTarget.files?.[0] && take(fromZip(currentTarget.files[0]))}
          />
        </label>
        <label class="button plain">
          {texts.chooseFolder}
          <input
            ref={folder}
            class="hidden"
            type="file"
            multiple
            onChange={({ currentTarget }) => currentTarget.files?.length && take(fromFolder([...currentTarget.files]))}
          />
        </label>
      </div>
    </fieldset>
  );
}
