/** Linking an account on the main chain: its address, then one text that both keys sign, and only then it is sent. */
import { useSignal } from '@preact/signals';
import { accountLinkText, addressBytes } from '../../../src/protocol/index.ts';
import { ApiTrouble, type Trouble } from '../api/client.ts';
import { refresh } from '../api/refresh.ts';
import { viewer } from '../api/session.ts';
import { link as linkCommand } from '../balance/commands.ts';
import { type Electra, linkAccount, type Signed } from '../balance/question.ts';
import { balanceTexts } from '../i18n/balance/index.ts';
import { walletHere, walletSigner } from '../sign-in/wallet.ts';
import { BalanceTrouble } from './balance-trouble.tsx';
import { Command } from './command.tsx';
import { SignedText } from './signed-text.tsx';
import { TextSignature, type ToSign } from './text-signature.tsx';

type Fault = 'noAddress' | 'own' | 'there';

function faultOf(address: string, { accounts }: Electra): Fault | null {
  try {
    addressBytes(address);
  } catch {
    return 'noAddress';
  }
  if (address === viewer.value?.address) return 'own';
  return accounts.some((one) => one.address === address && one.state !== 'REFUSED') ? 'there' : null;
}

function Address({ of, chosen }: { of: Electra; chosen: (address: string) => void }) {
  const texts = balanceTexts().link;
  const typed = useSignal('');
  const fault = useSignal<Fault | 'wallet' | null>(null);
  const wallet = walletHere();
  const take = (address: string): void => {
    typed.value = address;
    fault.value = faultOf(address, of);
    if (!fault.value) chosen(address);
  };
  const ofWallet = async (): Promise<void> => {
    const found = await walletSigner(wallet!, of.mainChainId).catch(() => null);
    if (found) take(found.address);
    else fault.value = 'wallet';
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        take(typed.value.trim());
      }}
    >
      <p class="read">{texts.what}</p>
      <p>
        <a class="target" href="/join">
          {texts.make}
        </a>
      </p>
      <div class="field">
        <label for="account">{texts.account}</label>
        <input
          id="account"
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={typed.value}
          aria-invalid={fault.value !== null}
          aria-describedby={fault.value ? 'account-fault' : undefined}
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
        />
        {fault.value && (
          <p id="account-fault" role="alert" class="small bad-text">
            {texts.faults[fault.value]}
          </p>
        )}
      </div>
      <div class="buttons">
        <button type="submit" class="button" disabled={typed.value.trim() === ''}>
          {texts.next}
        </button>
        {wallet && (
          <button type="button" class="button plain" onClick={ofWallet}>
            {texts.ofWallet}
          </button>
        )}
      </div>
    </form>
  );
}

interface PartProps extends ToSign {
  id: string;
  title: string;
  by: Signed | null;
  signed(by: Signed): void;
}

/** One of the two signatures: asked for, or there. */
function Part({ title, by, ...of }: PartProps) {
  const { done } = balanceTexts().link;
  return (
    <li class={by ? 'part done stack' : 'part stack'}>
      <h3>{title}</h3>
      <p class="small">
        <code class="address">{of.address}</code>
      </p>
      {by ? (
        <p>
          <span aria-hidden="true">✓ </span>
          {done}
        </p>
      ) : (
        <TextSignature {...of} />
      )}
    </li>
  );
}

interface SendingProps {
  account: string;
  by: readonly [Signed, Signed] | null;
  left: () => void;
  sent: () => void;
}

function Sending({ account, by, left, sent }: SendingProps) {
  const texts = balanceTexts().link;
  const state = useSignal<{ busy: boolean; trouble: Trouble | null }>({ busy: false, trouble: null });
  const { busy, trouble } = state.value;
  const send = async ([byMember, byAccount]: readonly [Signed, Signed]): Promise<void> => {
    state.value = { busy: true, trouble: null };
    try {
      await linkAccount(account, byMember, byAccount);
      refresh();
      sent();
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      state.value = { busy: false, trouble: error.trouble };
    }
  };
  return (
    <>
      {trouble && <BalanceTrouble trouble={trouble} />}
      <div class="buttons">
        {by && (
          <button type="button" class="button" disabled={busy} onClick={() => send(by)}>
            {busy ? texts.sending : texts.send}
          </button>
        )}
        <button type="button" class="button plain" onClick={left}>
          {texts.leave}
        </button>
      </div>
    </>
  );
}

function Signatures({ of, account, left, sent }: { of: Electra; account: string; left: () => void; sent: () => void }) {
  const texts = balanceTexts().link;
  const byMember = useSignal<Signed | null>(null);
  const byAccount = useSignal<Signed | null>(null);
  const member = viewer.value!.address;
  const { chainId, mainChainId } = of;
  const text = accountLinkText({ chainId, mainChainId, member, account });
  const [own, other] = [byMember.value, byAccount.value];
  return (
    <div class="stack">
      <p class="read">{texts.both}</p>
      <SignedText title={texts.text} text={text} />
      <ol class="parts">
        <Part
          {...{ id: 'by-member', title: texts.byMember, chainId, address: member, text, by: own }}
          signed={(by) => (byMember.value = by)}
        />
        {own && (
          <Part
            {...{ id: 'by-account', title: texts.byAccount, chainId: mainChainId, address: account, text, by: other }}
            signed={(by) => (byAccount.value = by)}
          />
        )}
      </ol>
      {other && <p class="read">{texts.forGood}</p>}
      <Sending account={account} by={own && other && [own, other]} left={left} sent={sent} />
    </div>
  );
}

export function BalanceLink({ of }: { of: Electra }) {
  const texts = balanceTexts().link;
  const account = useSignal<string | null>(null);
  const sent = useSignal(false);
  const choose = (address: string | null): void => {
    account.value = address;
    sent.value = false;
  };
  return (
    <div class="stack">
      <p role="status" class="small">
        {sent.value && texts.sent}
      </p>
      {account.value === null ? (
        <Address of={of} chosen={choose} />
      ) : (
        <Signatures
          of={of}
          account={account.value}
          left={() => choose(null)}
          sent={() => {
            choose(null);
            sent.value = true;
          }}
        />
      )}
      <details class="raw">
        <summary>{texts.byCommand}</summary>
        <div class="stack">
          <p class="small quiet read">{texts.byCommandHow}</p>
          <Command text={linkCommand()} />
        </div>
      </details>
    </div>
  );
}
