/** What is wider than a phone, moved inside its own frame. */
import type { ComponentChildren } from 'preact';

export const Scroll = ({ name, children }: { name: string; children: ComponentChildren }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
  <section class="scroll" tabIndex={0} aria-label={name}>
    {children}
  </section>
);
