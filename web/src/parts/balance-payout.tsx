/** Payouts: what may be asked for now, what is signed for it, and what became of those before. */
import { useSignal } from '@preact/signals';
import { withdrawalText } from '../../../src/protocol/index.ts';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { refresh } from '../api/refresh.ts';
import { viewer } from '../api/session.ts';
import { withdraw } from '../balance/commands.ts';
import { askPayout, type OwnAccount, type Payout, type Served, type Signed } from '../balance/question.ts';
import { balanceTexts } from '../i18n/balance/index.ts';
import { momentOf, number } from '../i18n/format.ts';
import { electraOf } from '../i18n/shown.ts';
import { NEL } from '../values/amounts.ts';
import { shortAddress } from '../values/short-address.ts';
import { payoutSaid } from './balance-said.ts';
import { BalanceTrouble } from './balance-trouble.tsx';
import { Command } from './command.tsx';
import { SignedText } from './signed-text.tsx';
import { TextSignature } from './text-signature.tsx';

/** Payouts are whole ELECTRA. */
const whole = (nel: bigint): string => number(nel / NEL);

interface Wanted {
  account: OwnAccount;
  amountNel: bigint;
}

function Choice({ of, linked, chosen }: { of: Served; linked: readonly OwnAccount[]; chosen: (wanted: Wanted) => void }) {
  const texts = balanceTexts().payout;
  const amount = useSignal(of.stepNel);
  const address = useSignal(linked[0].address);
  const account = linked.find((one) => one.address === address.value) ?? linked[0];
  const amounts = Array.from({ length: Number(of.payableNel / of.stepNel) }, (_, i) => of.stepNel * BigInt(i + 1));
  const amountNel = amount.value <= of.payableNel ? amount.value : of.stepNel;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        chosen({ account, amountNel });
      }}
    >
      <p class="read">{texts.may(whole(of.payableNel), whole(of.stepNel))}</p>
      <div class="field">
        <label for="amount">{texts.amount}</label>
        <select id="amount" value={String(amountNel)} onChange={({ currentTarget }) => (amount.value = BigInt(currentTarget.value))}>
          {amounts.map((nel) => (
            <option key={nel} value={String(nel)}>
              {whole(nel)} ELECTRA
            </option>
          ))}
        </select>
      </div>
      {linked.length > 1 && (
        <div class="field">
          <label for="to">{texts.to}</label>
          <select id="to" value={account.address} onChange={({ currentTarget }) => (address.value = currentTarget.value)}>
            {linked.map((one) => (
              <option key={one.address} value={one.address}>
                {shortAddress(one.address)}
              </option>
            ))}
          </select>
        </div>
      )}
      <div class="buttons">
        <button type="submit" class="button">
          {texts.next}
        </button>
      </div>
    </form>
  );
}

interface ConfirmationProps {
  of: Served;
  wanted: Wanted;
  left: () => void;
  sent: () => void;
}

function Confirmation({ of, wanted: { account, amountNel }, left, sent }: ConfirmationProps) {
  const texts = balanceTexts().payout;
  const trouble = useSignal<Trouble | null>(null);
  const { chainId, mainChainId, treasury } = of;
  const counter = account.nextNumber!;
  const member = viewer.value!.address;
  const place = { chainId, mainChainId, member, account: account.address, treasury };
  const text = withdrawalText({ ...place, counter: BigInt(counter), amountNel });
  const send = async (by: Signed): Promise<void> => {
    trouble.value = null;
    try {
      await askPayout({ account: account.address, number: counter, amountNel: String(amountNel) }, by);
      refresh();
      sent();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      trouble.value = error.trouble;
    }
  };
  return (
    <div class="stack">
      <h3>{texts.really(whole(amountNel), shortAddress(account.address))}</h3>
      <p class="read">{texts.seen}</p>
      <SignedText title={texts.text} text={text} />
      {trouble.value && <BalanceTrouble trouble={trouble.value} />}
      <TextSignature id="payout-key" chainId={chainId} address={member} text={text} signed={(by) => void send(by)} />
      <details class="raw">
        <summary>{texts.byCommand}</summary>
        <Command text={withdraw(String(amountNel / NEL), account.address)} />
      </details>
      <div class="buttons">
        <button type="button" class="button plain" onClick={left}>
          {texts.leave}
        </button>
      </div>
    </div>
  );
}

function Asked({ payouts, timeZone }: { payouts: readonly Payout[]; timeZone: string }) {
  const texts = balanceTexts().payout;
  const { columns } = texts;
  return (
    <table class="cards payouts" aria-label={texts.list}>
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
        {payouts.map((one) => (
          <tr key={one.askedAt}>
            <th scope="row">{momentOf(one.askedAt, timeZone)}</th>
            <td class="number" data-label={columns.amount}>
              {electraOf(BigInt(one.amountNel))}
            </td>
            <td data-label={columns.account}>{shortAddress(one.account)}</td>
            <td data-label={columns.state} class={one.state === 'REFUSED' ? 'warn-text' : undefined}>
              <span class="sentence">{payoutSaid(one, timeZone)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const isOpen = ({ state }: Payout): boolean => state === 'ASKED' || state === 'TAKEN';

export function BalancePayout({ of, linked, timeZone }: { of: Served; linked: readonly OwnAccount[]; timeZone: string }) {
  const texts = balanceTexts().payout;
  const wanted = useSignal<Wanted | null>(null);
  const sent = useSignal(false);
  const want = (one: Wanted | null): void => {
    wanted.value = one;
    sent.value = false;
  };
  const open = of.payouts.find(isOpen);
  const ended = (): void => {
    want(null);
    sent.value = true;
  };
  return (
    <section class="stack" aria-labelledby="payout">
      <h2 id="payout">{texts.title}</h2>
      <p role="status" class="small">
        {sent.value && texts.sent}
      </p>
      {open ? (
        <p class="notice">{texts.open(whole(BigInt(open.amountNel)), payoutSaid(open, timeZone))}</p>
      ) : of.payableNel < of.stepNel ? (
        <p class="read">{texts.tooLittle(whole(of.stepNel))}</p>
      ) : wanted.value ? (
        <Confirmation of={of} wanted={wanted.value} left={() => want(null)} sent={ended} />
      ) : (
        <Choice of={of} linked={linked} chosen={want} />
      )}
      {of.payouts.length > 0 && <Asked payouts={of.payouts} timeZone={timeZone} />}
    </section>
  );
}
