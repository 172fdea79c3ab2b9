/** News in the reader's language. Sentences without a figure: a notification may be read over a shoulder. */
import { dayName, momentOf, monthName } from '../i18n/format.ts';
import { noticeTexts } from '../i18n/notices/index.ts';
import { shortly } from '../i18n/shown.ts';
import type { News } from './question.ts';

export function saidOf({ kind, at, meter, day, month }: News, timeZone: string): string {
  const { said } = noticeTexts();
  if (kind === 'PASSKEY') return said.PASSKEY;
  if (kind === 'INVOICE') return said.INVOICE(monthName(month ?? ''));
  if (kind === 'SILENT') return said.SILENT(shortly(meter ?? ''), momentOf(at, timeZone));
  return said[kind](dayName(day ?? ''));
}
