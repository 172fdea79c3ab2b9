/**
 * A signature of one text by one address: by the wallet of the browser, by the file of a key, or made elsewhere and pasted. It is looked at
 * here before it is sent anywhere, so that what does not hold is said where it can be made anew.
 */
import { useSignal } from '@preact/signals';
import { signatureFault } from '../../../src/protocol/index.ts';
import type { Signer } from '../api/session.ts';
import type { Signed } from '../balance/question.ts';
import { balanceTexts } from '../i18n/balance/index.ts';
import { readPasted } from '../sign-in/pasted.ts';
import { walletHere, walletSigner } from '../sign-in/wallet.ts';
import { KeyForm } from './key-form.tsx';

export interface ToSign {
  /** of the chain by which the wallet of the browser finds the address */
  chainId: string;
  address: string;
  text: string;
}

const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** Null: it holds. */
const faultOf = ({ address, text }: ToSign, { pubKey, signature }: Signed) =>
  signatureFault({ address, text, publicKey: bytes(pubKey), signature: bytes(signature) });

function Pasting({ id, take }: { id: string; take: (text: string) => void }) {
  const texts = balanceTexts().sign;
  const typed = useSignal('');
  return (
    <details class="raw">
      <summary>{texts.elsewhere}</summary>
      <div class="stack">
        <p class="small quiet" id={`${id}-pasted-hint`}>
          {texts.elsewhereHow}
        </p>
        <div class="field">
          <label for={`${id}-pasted`}>{texts.pasted}</label>
          <textarea
            id={`${id}-pasted`}
            rows={4}
            spellcheck={false}
            aria-describedby={`${id}-pasted-hint`}
            value={typed.value}
            onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
          />
        </div>
        <div class="buttons">
          <button type="button" class="button plain" disabled={typed.value.trim() === ''} onClick={() => take(typed.value)}>
            {texts.take}
          </button>
        </div>
      </div>
    </details>
  );
}

interface TextSignatureProps extends ToSign {
  /** unlike any other on the page */
  id: string;
  signed(signature: Signed): void;
}

export function TextSignature({ id, signed, ...of }: TextSignatureProps) {
  const texts = balanceTexts().sign;
  const state = useSignal<{ busy: boolean; fault: string | null }>({ busy: false, fault: null });
  const { busy, fault } = state.value;
  const take = (given: Signed | null): void => {
    const why = given === null ? 'form' : faultOf(of, given);
    state.value = { busy: false, fault: why && texts.faults[why](of.address) };
    if (given !== null && why === null) signed(given);
  };
  const use = async ({ address, sign }: Signer): Promise<void> => {
    if (address === of.address) take(await sign(of.text));
    else state.value = { busy: false, fault: texts.otherKey(address, of.address) };
  };
  const run = async (work: () => Promise<void>): Promise<void> => {
    state.value = { busy: true, fault: null };
    try {
      await work();
    } catch {
      state.value = { busy: false, fault: texts.notAgreed };
    }
    state.value = { ...state.value, busy: false };
  };
  const wallet = walletHere();
  return (
    <div class="stack">
      {fault && (
        <p class="notice bad" role="alert">
          {fault}
        </p>
      )}
      {wallet && (
        <div class="buttons">
          <button type="button" class="button" disabled={busy} onClick={() => run(async () => use(await walletSigner(wallet, of.chainId)))}>
            {texts.wallet}
          </button>
        </div>
      )}
      <KeyForm id={id} busy={busy} run={run} use={use} submit={texts.submit} working={texts.working} does={texts.does} />
      <Pasting id={id} take={(text) => take(readPasted(text))} />
    </div>
  );
}
