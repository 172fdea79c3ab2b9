/** What the fillings of the pictures mean. */
import { words } from '../i18n/index.ts';

const KINDS = ['local', 'outside', 'waiting', 'given'] as const;

interface LegendProps {
  without?: readonly (typeof KINDS)[number][];
  /** what the grey filling is, where it does not wait for its price */
  taken?: string;
}

export function Legend({ without = [], taken }: LegendProps) {
  const { legend } = words().member;
  return (
    <ul class="legend small">
      {KINDS.filter((kind) => !without.includes(kind)).map((kind) => (
        <li key={kind}>
          <span class={`swatch ${kind}`} aria-hidden="true" />
          {kind === 'waiting' && taken !== undefined ? taken : legend[kind]}
        </li>
      ))}
    </ul>
  );
}
