/** What the fillings of the pictures mean. */
import { words } from '../i18n/index.ts';

const KINDS = ['local', 'outside', 'waiting', 'given'] as const;

export function Legend({ without = [] }: { without?: readonly (typeof KINDS)[number][] }) {
  const { legend } = words().member;
  return (
    <ul class="legend small">
      {KINDS.filter((kind) => !without.includes(kind)).map((kind) => (
        <li key={kind}>
          <span class={`swatch ${kind}`} aria-hidden="true" />
          {legend[kind]}
        </li>
      ))}
    </ul>
  );
}
