/** Members' money as a whole, for the operator: sums beside the treasury's, what nobody is known for, and payouts that wait. */
import { dayName, momentOf } from '../i18n/format.ts';
import { operateTexts } from '../i18n/operate/index.ts';
import { electraOf } from '../i18n/shown.ts';
import { pay, treasury as treasuryCommand } from '../operate/commands.ts';
import type { Money, OpenPayout } from '../operate/money.ts';
import { shortAddress } from '../values/short-address.ts';
import { AmountBar } from './amount-bar.tsx';
import { whySaid } from './balance-said.ts';
import { Command } from './command.tsx';

function Payouts({ of, timeZone }: { of: readonly OpenPayout[]; timeZone: string }) {
  const { money: texts } = operateTexts();
  const { columns } = texts;
  return (
    <table class="cards payouts" aria-label={texts.payouts}>
      <thead>
        <tr>
          <th scope="col">{columns.asked}</th>
          <th scope="col" class="number">
            {columns.amount}
          </th>
          <th scope="col">{columns.account}</th>
          <th scope="col">{columns.state}</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ account, number, amountNel, askedAt, state, why }) => (
          <tr key={`${account} ${number}`}>
            <th scope="row">{momentOf(askedAt, timeZone)}</th>
            <td class="number" data-label={columns.amount}>
              {electraOf(BigInt(amountNel))}
            </td>
            <td data-label={columns.account}>{shortAddress(account)}</td>
            <td data-label={columns.state} class={why === null ? undefined : 'warn-text'}>
              {state === 'ASKED' ? texts.asked : why === null ? texts.taken : texts.waits(whySaid(why))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Suspense({ of: { suspenseNel, suspense } }: { of: Money }) {
  const { money: texts } = operateTexts();
  return (
    <>
      <h3>{texts.suspense}</h3>
      <p class="read">{suspenseNel === 0n ? texts.noSuspense : texts.suspenseSaid(electraOf(suspenseNel), suspenseNel > 0n)}</p>
      {suspense.length > 0 && (
        <ul class="which small">
          {suspense.map(({ day, amountNel }, i) => (
            <li key={`${day} ${i}`}>
              {dayName(day)}: {(BigInt(amountNel) < 0n ? texts.went : texts.came)(electraOf(BigInt(amountNel)))}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function CommunityMoney({ of, timeZone }: { of: Money | null; timeZone: string }) {
  const { money: texts } = operateTexts();
  if (!of)
    return (
      <section class="stack tight">
        <h2>{texts.title}</h2>
        <p class="quiet">{texts.none}</p>
      </section>
    );
  const { balancesNel, transitNel, treasuryNel, holdsNel, shortNel, openPayouts } = of;
  const theirs = balancesNel + transitNel;
  // biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigint.
  const most = theirs > treasuryNel ? theirs : treasuryNel;
  return (
    <section class="stack" aria-labelledby="money">
      <h2 id="money">{texts.title}</h2>
      <p class="read">{(treasuryNel < 0n ? texts.saidOwing : texts.said)(electraOf(theirs), electraOf(treasuryNel))}</p>
      {shortNel > 0n && <p class="notice bad">{texts.short(electraOf(shortNel))}</p>}
      <ul class="amount-bars read">
        <AmountBar name={texts.balances} nel={balancesNel} most={most} kind="local" />
        <AmountBar name={texts.transit} nel={transitNel} most={most} kind="local" />
        <AmountBar name={texts.treasury} nel={treasuryNel < 0n ? 0n : treasuryNel} most={most} kind="reserve" />
      </ul>
      <dl class="node-facts">
        {[
          [texts.holds, holdsNel === null ? texts.unknown : texts.electra(electraOf(holdsNel))],
          [texts.account, of.treasury === null ? texts.unknown : <code class="address">{of.treasury}</code>],
          [texts.chain, <code>{of.mainChainId}</code>],
        ].map(([name, value]) => (
          <div key={String(name)}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>{texts.payouts}</h3>
      {openPayouts.length === 0 ? <p class="quiet">{texts.noPayouts}</p> : <Payouts of={openPayouts} timeZone={timeZone} />}
      {openPayouts.length > 0 && (
        <>
          <p class="read small quiet">{texts.payHow}</p>
          <Command text={pay} />
        </>
      )}
      <Suspense of={of} />
      <h3>{texts.more}</h3>
      <Command text={treasuryCommand} />
    </section>
  );
}
