/** How far a bill on its way is: five steps, the ones that are done, the one that is next, in words. */
import { words } from '../i18n/index.ts';
import type { BookState } from '../member/question.ts';

const STEPS: readonly BookState[] = ['FROZEN', 'DRAFTED', 'PROVEN', 'AUDITED', 'ANCHORED', 'RELEASED'];

/** @param status null: the day is not closed, and no step is done */
export function StepLine({ status, label }: { status: BookState | null; label: string }) {
  const { steps } = words().bill;
  const done = status === null ? -1 : STEPS.indexOf(status);
  return (
    <ol class="steps" aria-label={label}>
      {STEPS.map((step, i) => (
        <li key={step} class={i <= done ? 'done' : i === done + 1 ? 'next' : undefined} aria-current={i === done ? 'step' : undefined}>
          <span class="dot" aria-hidden="true">
            {i <= done ? '✓' : ''}
          </span>
          {steps[step]}
        </li>
      ))}
    </ol>
  );
}
