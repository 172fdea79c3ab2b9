/** What an amount is for the reader, in words: nobody has to read a sign. */
import { words } from '../i18n/index.ts';
import { money } from '../i18n/shown.ts';

/** "you pay €1.20". @param cents where it was rounded with others, so that they add up */
export function amountWords(nel: bigint, currency: string, cents?: bigint): string {
  const { none, pay, receive } = words().bill;
  return nel === 0n ? none : (nel > 0n ? pay : receive)(money(nel, currency, cents));
}
