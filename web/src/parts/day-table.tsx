/** A day's quarter-hours as a table: the numbers of the picture, for those who read numbers. */
import type { SlotValue } from '../charts/day-chart.tsx';
import { number } from '../i18n/format.ts';
import { locale, words } from '../i18n/index.ts';
import { clock, slotStartMs } from '../values/day-clock.ts';
import { RawTable } from './raw-table.tsx';

export function DayTable({ date, slots, timeZone }: { date: string; slots: readonly SlotValue[]; timeZone: string }) {
  const { table, columns, totals } = words().member;
  const priced = slots.some(({ localWh }) => localWh !== null);
  const sum = (key: 'importWh' | 'exportWh' | 'localWh'): string => number(slots.reduce((all, slot) => all + (slot[key] ?? 0), 0));
  const numbers = [columns.taken, ...(priced ? [columns.local] : []), columns.given];
  return (
    <RawTable title={table} columns={[columns.time, ...numbers.map((number) => ({ number }))]}>
      <tbody>
        {slots.map((slot) => (
          <tr key={slot.slot}>
            <th scope="row">{clock(slotStartMs(date, slot.slot), timeZone, locale())}</th>
            <td class="number">{number(slot.importWh)}</td>
            {priced && <td class="number">{number(slot.localWh ?? 0)}</td>}
            <td class="number">{number(slot.exportWh)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{totals}</th>
          <td class="number">{sum('importWh')}</td>
          {priced && <td class="number">{sum('localWh')}</td>}
          <td class="number">{sum('exportWh')}</td>
        </tr>
      </tfoot>
    </RawTable>
  );
}
