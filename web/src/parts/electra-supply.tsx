/** ELECTRA in circulation beside what is attested in reserve: two bars of one scale, and the same in words. */
import { momentOf, number } from '../i18n/format.ts';
import { MARKET } from '../i18n/market/index.ts';
import { electraOf } from '../i18n/shown.ts';
import type { Electra } from '../market/question.ts';
import { AmountBar } from './amount-bar.tsx';

export function ElectraSupply({ electra, timeZone }: { electra: Electra | null; timeZone: string }) {
  const texts = MARKET();
  if (!electra)
    return (
      <section class="block read">
        <h2>{texts.electra}</h2>
        <p>{texts.electraUnknown}</p>
      </section>
    );
  const [supply, redeeming] = [BigInt(electra.supplyNel), BigInt(electra.redeemingNel)];
  const reserve = electra.attestedNel === null ? null : BigInt(electra.attestedNel);
  const most = reserve !== null && reserve > supply ? reserve : supply;
  const isAbove = supply - redeeming > (reserve ?? 0n);
  return (
    <section class="block read">
      <h2>{texts.electra}</h2>
      <p>{reserve === null ? texts.supplyAlone(electraOf(supply)) : texts.supplySaid(electraOf(supply), electraOf(reserve))}</p>
      <ul class="amount-bars">
        <AmountBar name={texts.supply} nel={supply} most={most} kind="local" />
        {reserve !== null && <AmountBar name={texts.reserve} nel={reserve} most={most} kind="reserve" />}
      </ul>
      {isAbove && <p class="bad-text">{texts.above}</p>}
      {electra.attestedAt !== null && <p>{texts.attested(momentOf(electra.attestedAt, timeZone))}</p>}
      {redeeming > 0n && <p>{texts.redeeming(electraOf(redeeming))}</p>}
      {electra.overdue > 0 && <p class="warn-text">{texts.overdue(number(electra.overdue))}</p>}
      {electra.paused && <p class="warn-text">{texts.paused}</p>}
      <p class="small quiet">{texts.electraHow}</p>
    </section>
  );
}
