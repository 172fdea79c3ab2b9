/** What moved a balance, newest first, with the way to the bills that did. */
import type { Balance, Entry } from '../balance/question.ts';
import { balanceTexts } from '../i18n/balance/index.ts';
import { dayName } from '../i18n/format.ts';
import { electraOf, electraToSpend } from '../i18n/shown.ts';
import { monthOf } from '../values/day-clock.ts';

/** Bills of one meter have a page of their own; those of several stand in their month. */
const billsOf = ({ day }: Entry, meters: readonly string[]): string =>
  meters.length === 1 ? `/bills/${day}/${meters[0]}` : `/bills?month=${monthOf(day)}`;

function What({ entry, meters }: { entry: Entry; meters: readonly string[] }) {
  const { kinds, earned } = balanceTexts().entries;
  const said = entry.kind === 'BILLS' && BigInt(entry.amountNel) > 0n ? earned : kinds[entry.kind];
  if (entry.kind !== 'BILLS') return <span class="target">{said}</span>;
  return (
    <a class="target" href={billsOf(entry, meters)}>
      {said}
    </a>
  );
}

interface BalanceEntriesProps {
  of: Balance;
  entries: readonly Entry[];
  /** shows those before; null: there are none */
  earlier: (() => void) | null;
  newest: (() => void) | null;
}

export function BalanceEntries({ of: { meters }, entries, earlier, newest }: BalanceEntriesProps) {
  const texts = balanceTexts().entries;
  const { columns } = texts;
  return (
    <section class="stack" aria-labelledby="entries">
      <h2 id="entries">{texts.title}</h2>
      {entries.length === 0 ? (
        <p>{texts.none}</p>
      ) : (
        <table class="cards" aria-labelledby="entries">
          <thead>
            <tr>
              <th scope="col">{columns.day}</th>
              <th scope="col">{columns.what}</th>
              <th scope="col" class="number">
                {columns.amount}
              </th>
              <th scope="col" class="number">
                {columns.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.journal}>
                <th scope="row">{dayName(entry.day)}</th>
                <td data-label={columns.what}>
                  <What entry={entry} meters={meters} />
                </td>
                <td class="number" data-label={columns.amount}>
                  {(BigInt(entry.amountNel) < 0n ? texts.off : texts.on)(electraOf(BigInt(entry.amountNel)))}
                </td>
                <td class="number" data-label={columns.after}>
                  {electraToSpend(BigInt(entry.balanceNel))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {(earlier ?? newest) && (
        <p class="buttons">
          {newest && (
            <button type="button" class="button plain" onClick={newest}>
              {texts.newest}
            </button>
          )}
          {earlier && (
            <button type="button" class="button plain" onClick={earlier}>
              {texts.earlier}
            </button>
          )}
        </p>
      )}
    </section>
  );
}
