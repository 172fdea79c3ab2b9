/** An amount of ELECTRA as a bar, in words too; several in a list have one scale. */
import { electraOf } from '../i18n/shown.ts';
import '../styles/amount-bar.css';

export function AmountBar({ name, nel, most, kind }: { name: string; nel: bigint; most: bigint; kind: string }) {
  return (
    <li>
      <span>
        {name}: {electraOf(nel)}
      </span>
      <svg class="amount-bar" width="100%" height={14} aria-hidden="true">
        <rect class={kind} width={`${most > 0n ? Number((nel * 1000n) / most) / 10 : 0}%`} height={14} />
      </svg>
    </li>
  );
}
