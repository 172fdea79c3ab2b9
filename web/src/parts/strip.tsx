/** A line of a ruled strip: what it is about, and the answer. */
import type { ComponentChildren } from 'preact';

export function Strip({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="strip">
      <h2>{title}</h2>
      <div>{children}</div>
    </section>
  );
}
