/** A text as it is signed, letter by letter, under a heading that says what it is. It is what somebody reads next: focus comes here. */
import { useEffect, useRef } from 'preact/hooks';

export function SignedText({ title, text }: { title: string; text: string }) {
  const here = useRef<HTMLElement>(null);
  useEffect(() => here.current?.focus(), []);
  return (
    <figure ref={here} class="signed-text asked-for" tabIndex={-1}>
      <figcaption class="small quiet">{title}</figcaption>
      <pre>{text}</pre>
    </figure>
  );
}
