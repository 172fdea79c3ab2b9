/** News in the reader's language. Sentences without a figure: a notification may be read over a shoulder. */
import { dayName, momentOf, monthName } from '../i18n/format.ts';
import { words } from '../i18n/index.ts';
import type { News } from './question.ts';

const SHORT = 4;

/** The end of an address: enough to tell one's own meters apart. */
const shortly = (address: string | null): string => `… ${(address ?? '').slice(-SHORT)}`;

export function saidOf({ kind, at, meter, day, month }: News, timeZone: string): string {
  const { news } = words();
  if (kind === 'BILL') return news.bill(dayName(day ?? ''));
  if (kind === 'CORRECTION') return news.correction(dayName(day ?? ''));
  if (kind === 'INVOICE') return news.invoice(monthName(month ?? ''));
  if (kind === 'SILENT') return news.silent(shortly(meter), momentOf(at, timeZone));
  return kind === 'DAY' ? news.day(dayName(day ?? '')) : news.passkey;
}
