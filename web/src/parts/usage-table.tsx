/** Days, or months, as a table: the numbers of the picture, and what they came to. */
import { dayName, monthName, number } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import type { MemberDay } from '../member/question.ts';
import { sumOf } from '../member/sums.ts';
import { addingUp, CENT_NEL, rounded, SHOWN_WH } from '../values/amounts.ts';
import { monthOf } from '../values/day-clock.ts';
import { amountWords } from './amount-words.ts';
import { RawTable } from './raw-table.tsx';

interface Row {
  name: string;
  importWh: bigint;
  exportWh: bigint;
  /** of what was taken; null before all of it is priced */
  localWh: bigint | null;
  /** null before all of it is released */
  amountNel: bigint | null;
  state: string;
}

const shownKWh = (tens: bigint): string => number(Number(tens) / 100, 2);

function rowsOf(days: readonly MemberDay[], byMonth: boolean): Row[] {
  const { steps, notClosed } = words().bill;
  if (!byMonth)
    return days.map(({ day, importWh, exportWh, localImportWh, amountNel, status }) => ({
      name: dayName(day, 'short'),
      importWh,
      exportWh,
      localWh: localImportWh,
      amountNel,
      state: status === null ? notClosed : steps[status],
    }));
  return [...Map.groupBy(days, ({ day }) => monthOf(day))].map(([month, own]) => {
    const { importWh, exportWh, localImportWh, amountNel, releasedDays } = sumOf(own);
    return {
      name: monthName(month),
      importWh,
      exportWh,
      localWh: releasedDays === own.length ? localImportWh : null,
      amountNel: releasedDays === own.length ? amountNel : null,
      state: `${releasedDays}/${own.length}`,
    };
  });
}

/** What is shown adds up to what is shown: every column is rounded as a whole. */
export function UsageTable({ days, currency, byMonth }: { days: readonly MemberDay[]; currency: string; byMonth: boolean }) {
  const { usage, member } = words();
  const rows = rowsOf(days, byMonth);
  const taken = addingUp(
    rows.map(({ importWh }) => importWh),
    SHOWN_WH,
  );
  const given = addingUp(
    rows.map(({ exportWh }) => exportWh),
    SHOWN_WH,
  );
  const local = addingUp(
    rows.map(({ localWh }) => localWh ?? 0n),
    SHOWN_WH,
  );
  const cents = addingUp(
    rows.map(({ amountNel }) => amountNel ?? 0n),
    CENT_NEL,
  );
  const sum = sumOf(days);
  const localWh = rows.reduce((all, row) => all + (row.localWh ?? 0n), 0n);
  const known = rows.reduce((all, { amountNel }) => all + (amountNel ?? 0n), 0n);
  const { columns } = usage;
  const numbers = [columns.taken, columns.local, columns.given, columns.amount].map((number) => ({ number }));
  return (
    <RawTable title={member.table} columns={[columns.day, ...numbers, columns.state]}>
      <tbody>
        {rows.map(({ name, localWh: own, amountNel, state }, i) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{shownKWh(taken[i])}</td>
            <td class="number">{own === null ? '–' : shownKWh(local[i])}</td>
            <td class="number">{shownKWh(given[i])}</td>
            <td class="number">{amountNel === null ? '–' : amountWords(amountNel, currency, cents[i])}</td>
            <td>{state}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{member.totals}</th>
          <td class="number">{shownKWh(rounded(sum.importWh, SHOWN_WH))}</td>
          <td class="number">{shownKWh(rounded(localWh, SHOWN_WH))}</td>
          <td class="number">{shownKWh(rounded(sum.exportWh, SHOWN_WH))}</td>
          <td class="number">{amountWords(known, currency)}</td>
          <td />
        </tr>
      </tfoot>
    </RawTable>
  );
}
