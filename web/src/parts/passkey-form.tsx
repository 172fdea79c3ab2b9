/** What a new passkey is called, and the button that makes it. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

interface PasskeyFormProps {
  name: Signal<string>;
  words: { label: string; unnamed: string; add: string; busy: string };
  busy: boolean;
  /** what became of it */
  said: string | null;
  add(name: string): void;
  children?: ComponentChildren;
}

export function PasskeyForm({ name, words, busy, said, add, children }: PasskeyFormProps) {
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        add(name.value.trim() || words.unnamed);
      }}
    >
      <div class="field">
        <label for="passkey-name">{words.label}</label>
        <input
          id="passkey-name"
          type="text"
          maxLength={60}
          placeholder={words.unnamed}
          value={name.value}
          onInput={({ currentTarget }) => {
            name.value = currentTarget.value;
          }}
        />
      </div>
      <div class="buttons">
        <button type="submit" class="button" disabled={busy}>
          {busy ? words.busy : words.add}
        </button>
      </div>
      <p role="status" class="small">
        {said}
      </p>
      {children}
    </form>
  );
}
