/** A line of a list of things to do: a sign, what it is, how it stands in a word, and more of it. */
import type { ComponentChildren } from 'preact';

interface TodoProps {
  title: string;
  done: boolean;
  /** how it stands: a word or a count */
  state: string;
  /** the level of its heading */
  level: 2 | 3;
  children: ComponentChildren;
}

export function Todo({ title, done, state, level, children }: TodoProps) {
  const Heading = `h${level}` as const;
  return (
    <li class={done ? 'todo done' : 'todo'}>
      <span class="sign" aria-hidden="true">
        {done ? '✓' : '○'}
      </span>
      <div class="stack tight">
        <Heading>
          {title} <span class="state">{state}</span>
        </Heading>
        {children}
      </div>
    </li>
  );
}
