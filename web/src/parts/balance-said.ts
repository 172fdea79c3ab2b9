/** How the page of a balance names what the node says of it. */
import type { Payout } from '../balance/question.ts';
import { whyOf } from '../balance/whys.ts';
import { balanceTexts } from '../i18n/balance/index.ts';
import { momentOf, number } from '../i18n/format.ts';
import { electraOf } from '../i18n/shown.ts';

/** In the reader's language, or as the node says it. */
export function whySaid(text: string): string {
  const { whys } = balanceTexts();
  const why = whyOf(text);
  if (why === null) return whys.asSaid(text);
  return why.is === 'balance' || why.is === 'paidOther' ? whys[why.is](electraOf(why.nel)) : whys[why.is];
}

/** How far a payout is, in a sentence. */
export function payoutSaid({ state, why, doneAt, paidHeight }: Payout, timeZone: string): string {
  const { states } = balanceTexts().payout;
  if (state === 'ASKED') return states.ASKED;
  if (state === 'PAID') {
    const when = doneAt === null ? '–' : momentOf(doneAt, timeZone);
    return paidHeight === null ? states.PAID(when) : states.paidIn(when, number(paidHeight));
  }
  if (state === 'REFUSED') return states.REFUSED(why === null ? '' : whySaid(why));
  return why === null ? states.TAKEN : states.waits(whySaid(why));
}
