/** ELECTRA in circulation beside what is attested in reserve: two bars of one scale, and the same in words. */
import { momentOf, number } from '../i18n/format.ts';
import { MARKET } from '../i18n/market/index.ts';
import type { Electra } from '../market/question.ts';
import { CENT_NEL, NEL, rounded } from '../values/amounts.ts';

/** An amount of ELECTRA, to the hundredth, without its sign. */
export const electraOf = (nel: bigint): string => number(Number(rounded(nel < 0n ? -nel : nel, CENT_NEL)) / Number(NEL / CENT_NEL), 2);

function Bar({ name, nel, most, kind }: { name: string; nel: bigint; most: bigint; kind: string }) {
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
      <p>{texts.supplySaid(electraOf(supply), reserve === null ? texts.notAttested : electraOf(reserve))}</p>
      <ul class="amount-bars">
        <Bar name={texts.supply} nel={supply} most={most} kind="local" />
        {reserve !== null && <Bar name={texts.reserve} nel={reserve} most={most} kind="reserve" />}
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
