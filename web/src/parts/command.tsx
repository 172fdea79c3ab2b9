/** A command to take to the node: to be read, and copied with one press. Its words are not parted at their hyphens. */
import { useSignal } from '@preact/signals';
import { words } from '../i18n/index.ts';

const SAID_MS = 2_000;

export function Command({ text }: { text: string }) {
  const { copy, copied } = words();
  const done = useSignal(false);
  const take = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return; // a browser may forbid it: the text can still be marked
    }
    done.value = true;
    setTimeout(() => (done.value = false), SAID_MS);
  };
  return (
    <div class="command">
      <code>
        {text.split(' ').map((word, i) => (
          <>
            {i > 0 && ' '}
            <span key={`${i} ${word}`}>{word}</span>
          </>
        ))}
      </code>
      <button type="button" class="button plain" onClick={take} aria-label={`${copy}: ${text}`}>
        {done.value ? copied : copy}
      </button>
      <span class="hidden" role="status">
        {done.value ? copied : ''}
      </span>
    </div>
  );
}
